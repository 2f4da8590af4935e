import { createHash } from 'node:crypto';
import type { ProviderAnswer } from '../faults.js';
import type { TumiPayOrder, TumiPayOrderStatus } from './order.js';
import type { TumiPayAmountUnit } from './switches.js';

const BOGOTA_BEHIND_UTC_MS = 5 * 60 * 60 * 1_000;

/** Seed 000's list. */
const BANKS = [
  { code: '1507', name: 'NEQUI', image: 'https://assets.tumipay.co/images/payment_method/nequi.webp' },
  { code: '1551', name: 'DAVIPLATA', image: 'https://assets.tumipay.co/images/payment_method/daviplata.webp' },
  { code: '1007', name: 'BANCOLOMBIA', image: 'https://assets.tumipay.co/images/payment_method/bancolombia.webp' },
] as const;

const RESPONSE_MESSAGES: Readonly<Record<TumiPayOrderStatus, string>> = {
  PENDING: 'Transacción pendiente',
  APPROVED: 'Transacción exitosa',
  REJECTED: 'Transacción rechazada',
  DECLINED: 'Transacción declinada',
  EXPIRED: 'Transacción expirada',
};

/** Cents as the wire says them. Pesos that are not whole are the only non-integer, and exact to two decimals. */
export function amountOnWire(cents: bigint, unit: TumiPayAmountUnit): number {
  if (unit === 'cents') return Number(cents);
  return Number(`${cents / 100n}.${String(cents % 100n).padStart(2, '0')}`);
}

/** `YYYY-MM-DD HH:MM:SS` in America/Bogota, which has had no daylight saving time since 1993. */
export function dateOnWire(epochMs: number): string {
  return new Date(epochMs - BOGOTA_BEHIND_UTC_MS).toISOString().slice(0, 19).replace('T', ' ');
}

/**
 * Seed 002's shape where there is a Bre-B key (its echo has four fields), seed 001's otherwise (seven fields).
 * The echo tells what was asked; the seeds' own echoes do not match their requests.
 */
export function createAnswer(order: TumiPayOrder, paymentUrl: string, unit: TumiPayAmountUnit): ProviderAnswer {
  const echo = {
    reference: order.reference,
    amount: amountOnWire(order.requestedInCents, unit),
    currency: 'COP',
    payment_method: order.method,
  };
  const head = { ticket: order.ticket, date: dateOnWire(order.createdAt), payment_url: paymentUrl };
  const data =
    order.accountNumber === null
      ? {
          ...head,
          transaction: {
            ...echo,
            redirect_url: order.redirectUrl,
            ipn_url: order.ipnUrl,
            ...(order.description === undefined ? {} : { description: order.description }),
          },
        }
      : { ...head, transaction: echo, account_number: order.accountNumber };
  return { status: 200, body: { code: '01', status: 'SUCCESS', message: 'Operacion exitosa', data } };
}

/** The documented query answer, with its documents and telephones as numbers and `[]` for no metadata. */
export function queryAnswer(order: TumiPayOrder, amountInCents: bigint, unit: TumiPayAmountUnit): ProviderAnswer {
  const { customer } = order;
  return {
    status: 200,
    body: {
      code: '01',
      status: 'SUCCESS',
      data: {
        ticket: order.ticket,
        reference: order.reference,
        amount: amountOnWire(amountInCents, unit),
        currency: 'COP',
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
        date: dateOnWire(order.createdAt),
        cus: order.cus,
        metadata: Object.keys(order.metadata).length === 0 ? [] : order.metadata,
      },
    },
  };
}

/** A passport has letters and stays text; a leading zero is lost, as at the provider. */
function numberIfDigits(text: string): number | string {
  return /^\d{1,15}$/.test(text) ? Number(text) : text;
}

export function banksAnswer(): ProviderAnswer {
  return { status: 200, body: { code: '01', status: 'SUCCESS', data: BANKS } };
}

export function merchantAnswer(): ProviderAnswer {
  const data = {
    name: 'Comercio Sandbox',
    nit: '900000001',
    email: 'comercio@example.com',
    currency: 'COP',
    wallet: 0,
  };
  return { status: 200, body: { code: '01', status: 'SUCCESS', message: '', data } };
}

/** TumiPay documents no error body; this shape is what integrators report. `error` is in upper snake case. */
export function errorAnswer(status: number, error: string, message: string): ProviderAnswer {
  return { status, body: { code: '00', status: 'ERROR', message, error } };
}

/** Lower-case hex SHA-256 of compact JSON. It covers neither status nor amount. */
export function webhookSignature(token: string, ticket: string, reference: string): string {
  return createHash('sha256').update(JSON.stringify({ token, ticket, reference })).digest('hex');
}

/** The documented webhook body; the shape of `top_card` for other methods is not documented, an empty object is sent. */
export function webhookBody(
  order: TumiPayOrder,
  status: TumiPayOrderStatus,
  amountInCents: bigint,
  unit: TumiPayAmountUnit,
): string {
  const { customer } = order;
  const bank = order.method === 'CARD' ? 'BANCO FALABELLA' : 'BANCOLOMBIA';
  return JSON.stringify({
    top_status: status,
    top_ticket: order.ticket,
    top_reference: order.reference,
    top_amount: amountOnWire(amountInCents, unit),
    top_currency: 'COP',
    top_payment_method: 'RECAUDO',
    top_bank_name: bank,
    top_response_message: RESPONSE_MESSAGES[status],
    top_user: {
      legal_doc_type: customer.legal_doc_type,
      legal_doc: customer.legal_doc,
      phone_code: customer.phone_code,
      phone_number: customer.phone_number,
      email: customer.email,
      full_name: customer.full_name,
    },
    top_card:
      order.method === 'CARD'
        ? { bank, bin: '531122', country: 'Colombia', lastFourDigits: '1974', type: 'credit', brand: 'Mastercard' }
        : {},
    top_user_email: customer.email,
    top_user_phone: customer.phone_number,
    top_extra_params1: '',
  });
}
