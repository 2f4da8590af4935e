import type { ProviderAnswer } from '../kit/faults.js';
import { CURRENCY, pesosNumber } from '../kit/pesos.js';
import { colombianTime } from '../kit/texts.js';
import { bankList } from './banks.js';
import type { DirectMethod, TumiPayOrderStatus } from './order.js';
import type { TumiPayAmountUnit } from './switches.js';
import type { TumiPayOrder } from './types.js';

export const RESPONSE_MESSAGES: Readonly<Record<TumiPayOrderStatus, string>> = {
  PENDING: 'Transacción pendiente',
  APPROVED: 'Transacción exitosa',
  REJECTED: 'Transacción rechazada',
  DECLINED: 'Transacción declinada',
  EXPIRED: 'Transacción expirada',
};

export function amountOnWire(cents: bigint, unit: TumiPayAmountUnit): number {
  return unit === 'cents' ? Number(cents) : pesosNumber(cents);
}

/** What a create is answered. */
export function createAnswer(order: TumiPayOrder, paymentUrl: string, unit: TumiPayAmountUnit): ProviderAnswer {
  const { direct } = order.details;
  return direct === null ? hostedAnswer(order, paymentUrl, unit) : DIRECT_ANSWERS[direct](order, paymentUrl);
}

/**
 * Seed 002's shape where there is a Bre-B key (its echo has four fields), seed 001's otherwise (seven fields).
 * The echo shows what was asked; the seeds' own echoes do not match their requests.
 */
function hostedAnswer(order: TumiPayOrder, paymentUrl: string, unit: TumiPayAmountUnit): ProviderAnswer {
  const { accountNumber, description } = order.details;
  const echo = {
    reference: order.reference,
    amount: amountOnWire(order.requestedInCents, unit),
    currency: CURRENCY,
    payment_method: order.details.method,
  };
  const head = { ticket: order.id, date: colombianTime(order.createdAt), payment_url: paymentUrl };
  const data =
    accountNumber === null
      ? {
          ...head,
          transaction: {
            ...echo,
            redirect_url: order.redirectUrl,
            ipn_url: order.webhookUrl,
            ...(description === null ? {} : { description }),
          },
        }
      : { ...head, transaction: echo, account_number: accountNumber };
  return success('Operacion exitosa', data);
}

/** Seed 000's three answers, word for word. Transfiya's has no ticket: only the reference finds its order again. */
const DIRECT_ANSWERS: Readonly<Record<DirectMethod, (order: TumiPayOrder, paymentUrl: string) => ProviderAnswer>> = {
  PSE: ({ id }, paymentUrl) =>
    success('Pago generado correctamente', { ticket: id, payment_url: paymentUrl, type: 'pse_payment' }),
  TRANSFIYA: () =>
    success('Pago generado correctamente', {
      confirmation: 'La transacción ha sido creada y está pendiente de confirmación por parte del usuario',
      type: 'transfiya_confirmation',
    }),
  BREB: ({ id, details }) =>
    success('Pago generado exitosamente', { ticket: id, key_value: details.accountNumber, type: 'payment_reference' }),
};

function success(message: string, data: object): ProviderAnswer {
  return { status: 200, body: { code: '01', status: 'SUCCESS', message, data } };
}

/** The documented query answer, with its documents and telephones as numbers and `[]` for no metadata. */
export function queryAnswer(order: TumiPayOrder, amountInCents: bigint, unit: TumiPayAmountUnit): ProviderAnswer {
  const { customer, cus, metadata } = order.details;
  return {
    status: 200,
    body: {
      code: '01',
      status: 'SUCCESS',
      data: {
        ticket: order.id,
        reference: order.reference,
        amount: amountOnWire(amountInCents, unit),
        currency: CURRENCY,
        type_transaction: 'Recaudo',
        customer: {
          email: customer.email,
          full_name: customer.full_name,
          legal_doc: numberIfDigits(customer.legal_doc),
          phone_code: customer.phone_code,
          phone_number: numberIfDigits(customer.phone_number),
          legal_doc_type: customer.legal_doc_type,
        },
        status: order.status,
        response_message: RESPONSE_MESSAGES[order.status],
        date: colombianTime(order.createdAt),
        cus,
        metadata: Object.keys(metadata).length === 0 ? [] : metadata,
      },
    },
  };
}

/** A passport has letters and stays text; a leading zero is lost, as at the provider. */
function numberIfDigits(text: string): number | string {
  return /^\d{1,15}$/.test(text) ? Number(text) : text;
}

export function banksAnswer(): ProviderAnswer {
  return { status: 200, body: { code: '01', status: 'SUCCESS', data: bankList() } };
}

export function merchantAnswer(): ProviderAnswer {
  const data = {
    name: 'Comercio Sandbox',
    nit: '900000001',
    email: 'comercio@example.com',
    currency: CURRENCY,
    wallet: 0,
  };
  return success('', data);
}

/** TumiPay documents no error body; this shape is what integrators report. `error` is in upper snake case. */
export function errorAnswer(status: number, error: string, message: string): ProviderAnswer {
  return { status, body: { code: '00', status: 'ERROR', message, error } };
}
