import type { ContractAnswer, Refused, ServedPayin } from '@recaudo/drop-in-contract';
import { type Customer, HOME_CURRENCY, type IdType, type PseBank } from '@recaudo/payment-provider';
import type { TumiPayAsked } from './request.js';
import { ticketOf } from './ticket.js';

type Status = 'PENDING' | 'APPROVED' | 'REJECTED' | 'EXPIRED';

/** Short money is APPROVED with what came: merchants are to compare, says seed 002. No status says that money was reversed. */
const STATUSES: Readonly<Record<ServedPayin['payin']['status'], Status>> = {
  CREATED: 'PENDING',
  PENDING: 'PENDING',
  UNDERPAID: 'APPROVED',
  APPROVED: 'APPROVED',
  REVERSED: 'APPROVED',
  REJECTED: 'REJECTED',
  CANCELED: 'REJECTED',
  FAILED: 'REJECTED',
  EXPIRED: 'EXPIRED',
};

/** Ended without money: there is nothing to pay any more. */
const UNPAID: ReadonlySet<string> = new Set(['REJECTED', 'CANCELED', 'FAILED', 'EXPIRED']);

const MESSAGES: Readonly<Record<Status, string>> = {
  PENDING: 'Transacción pendiente',
  APPROVED: 'Transacción exitosa',
  REJECTED: 'Transacción rechazada',
  EXPIRED: 'Transacción expirada',
};

export function statusOf({ payin }: ServedPayin): { status: Status; message: string } {
  const status = STATUSES[payin.status];
  return { status, message: MESSAGES[status] };
}

/** What came; until then what was asked for. */
export function amountOf({ payin }: ServedPayin): number {
  return payin.amountReceivedInCents > 0 ? payin.amountReceivedInCents : payin.amountInCents;
}

export function askedOf({ asked }: Pick<ServedPayin, 'asked'>): TumiPayAsked {
  return asked as unknown as TumiPayAsked;
}

/** The answer to a create: what the payer must do, or that it cannot be said yet. */
export function createAnswer(served: ServedPayin): ContractAnswer {
  const { payin } = served;
  if (UNPAID.has(payin.status))
    return errorAnswer(
      422,
      'PAYMENT_REJECTED',
      `El pago no se pudo generar${payin.errorCode ? `: ${payin.errorCode}` : ''}`,
    );
  const { isDirect, method } = askedOf(served);
  return isDirect ? directAnswer(served, method) : hostedAnswer(served);
}

/** Seed 002's shape where there is a Bre-B key (its echo has four fields), seed 001's otherwise (seven fields). */
function hostedAnswer(served: ServedPayin): ContractAnswer {
  const { payin, reference } = served;
  const { instructions, description, redirectUrl, callbackUrl } = payin;
  const echo = {
    reference,
    amount: payin.amountInCents,
    currency: HOME_CURRENCY,
    payment_method: askedOf(served).method,
  };
  const head = { ticket: ticketOf(payin.id), date: colombianTime(payin.createdAt), payment_url: payin.checkoutUrl };
  if (instructions?.type === 'breb_key')
    return success('Operacion exitosa', { ...head, transaction: echo, account_number: instructions.key });
  const transaction = {
    ...echo,
    redirect_url: redirectUrl,
    ipn_url: callbackUrl,
    ...(description !== null && { description }),
  };
  return success('Operacion exitosa', { ...head, transaction });
}

/** Seed 000's three answers. Transfiya's has no ticket: only the reference finds its transaction again. */
function directAnswer({ payin }: ServedPayin, method: TumiPayAsked['method']): ContractAnswer {
  const { instructions } = payin;
  // A payin that is paid and forgotten has none any more.
  if (!instructions && STATUSES[payin.status] === 'PENDING') return tryAgain();
  const ticket = ticketOf(payin.id);
  if (method === 'TRANSFIYA')
    return success('Pago generado correctamente', {
      confirmation: 'La transacción ha sido creada y está pendiente de confirmación por parte del usuario',
      type: 'transfiya_confirmation',
    });
  if (instructions?.type === 'breb_key')
    return success('Pago generado exitosamente', { ticket, key_value: instructions.key, type: 'payment_reference' });
  const paymentUrl = instructions?.type === 'redirect' ? instructions.url : payin.checkoutUrl;
  return success('Pago generado correctamente', { ticket, payment_url: paymentUrl, type: 'pse_payment' });
}

/** The documented query answer, with its documents and telephones as numbers and `[]` for no metadata. */
export function queryAnswer(served: ServedPayin): ContractAnswer {
  const { payin, reference } = served;
  const { status, message } = statusOf(served);
  const { legal_doc, phone_number, ...customer } = customerOnWire(served);
  return success(undefined, {
    ticket: ticketOf(payin.id),
    reference,
    amount: amountOf(served),
    currency: HOME_CURRENCY,
    type_transaction: 'Recaudo',
    customer: { ...customer, legal_doc: numberIfDigits(legal_doc), phone_number: numberIfDigits(phone_number) },
    status,
    response_message: message,
    date: colombianTime(payin.createdAt),
    // The network's number of the payment, where one is known.
    cus: payin.receipts.at(-1)?.paymentId ?? '',
    metadata: askedOf(served).metadata ?? [],
  });
}

const ID_TYPES: Readonly<Partial<Record<IdType, string>>> = { PA: 'PPN' };

/** Empty texts once the payer is forgotten. */
export function customerOnWire(served: ServedPayin) {
  const { idType, idNumber = '', phone = '', email = '', name = '' }: Customer = served.customer ?? {};
  const { phoneCode } = askedOf(served);
  return {
    legal_doc_type: idType ? (ID_TYPES[idType] ?? idType) : '',
    legal_doc: idNumber,
    phone_code: phone && phoneCode,
    phone_number: phone.startsWith(`+${phoneCode}`) ? phone.slice(1 + phoneCode.length) : phone,
    email,
    full_name: name,
  };
}

/** A passport has letters and stays text; a leading zero is lost, as at the provider. */
function numberIfDigits(digits: string): number | string {
  return /^\d{1,15}$/.test(digits) ? Number(digits) : digits;
}

export function banksAnswer(banks: readonly PseBank[]): ContractAnswer {
  return success(
    undefined,
    banks.map(({ code, name, image = '' }) => ({ code, name, image })),
  );
}

function success(message: string | undefined, data: unknown): ContractAnswer {
  return { status: 200, body: { code: '01', status: 'SUCCESS', ...(message !== undefined && { message }), data } };
}

/** TumiPay documents no error body; this shape is what integrators report. `error` is in upper snake case. */
export function errorAnswer(status: number, error: string, message: string): ContractAnswer {
  return { status, body: { code: '00', status: 'ERROR', message, error } };
}

/** Nobody knows yet whether the order was taken: the same request again, or the query, says it. */
function tryAgain(): ContractAnswer {
  return errorAnswer(503, 'TRY_AGAIN', 'Intente de nuevo: todavía no se sabe si el pago se generó');
}

const FIELDS: Readonly<Record<string, string>> = {
  amountInCents: 'amount',
  expiresInMinutes: 'expiration_time',
  callbackUrl: 'ipn_url',
  redirectUrl: 'redirect_url',
  rail: 'payment_method',
  'pse.bank': 'customer_data.bank',
  'pse.personType': 'customer_data.person_type',
  'inlineCustomer.name': 'customer_data.full_name',
  'inlineCustomer.idType': 'customer_data.legal_doc_type',
  'inlineCustomer.idNumber': 'customer_data.legal_doc',
  'inlineCustomer.phone': 'customer_data.phone_number',
  'inlineCustomer.email': 'customer_data.email',
};

export function fieldAnswer(field: string, reason: string, message: string): ContractAnswer {
  return errorAnswer(400, `${field.replace('.', '_').toUpperCase()}_${reason}`, message);
}

export function refusalAnswer({ code, status, detail, errors }: Refused): ContractAnswer {
  const [first] = errors;
  switch (code) {
    case 'UNAUTHENTICATED':
      return errorAnswer(401, 'UNAUTHORIZED', 'Credenciales inválidas');
    case 'VALIDATION_FAILED':
    case 'PROVIDER_RULE': {
      const field = first && (FIELDS[first.field] ?? first.field);
      return field ? fieldAnswer(field, 'INVALID', `${field}: ${first.message}`) : errorAnswer(400, code, detail);
    }
    case 'MALFORMED_JSON':
      return errorAnswer(400, 'BODY_INVALID', `El cuerpo no es JSON que se pueda leer con exactitud. ${detail}`);
    case 'REFERENCE_CONFLICT': {
      const fields = errors.flatMap(({ field }) => FIELDS[field] ?? []);
      const which = fields.length > 0 ? `: ${fields.join(', ')}` : '';
      return errorAnswer(409, 'REFERENCE_DUPLICATED', `reference ya existe con otros valores${which}`);
    }
    case 'RAIL_NOT_AVAILABLE':
      return errorAnswer(422, 'PAYMENT_METHOD_NOT_AVAILABLE', 'El medio de pago no está disponible');
    case 'NOT_FOUND':
      return errorAnswer(404, 'ROUTE_NOT_FOUND', 'No existe esa ruta');
    default:
      return errorAnswer(status, code, detail);
  }
}

const COLOMBIAN_OFFSET_MS = -5 * 3_600_000;

/** `YYYY-MM-DD HH:MM:SS`, as every documented date; Colombia has no summer time. */
function colombianTime(iso: string): string {
  return new Date(Date.parse(iso) + COLOMBIAN_OFFSET_MS).toISOString().slice(0, 19).replace('T', ' ');
}
