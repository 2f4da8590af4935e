import {
  checkCustomer,
  type CustomerRules,
  type FieldViolation,
  isWholeUnits,
  nationalNumber,
  type PayinOrder,
  ProviderError,
  type Rail,
  toProviderAmount,
  writtenDocument,
} from '@recaudo/payment-provider';
import { PSE_BANK_CODES } from './teemopay.banks.js';
import { writeTime } from './teemopay.fields.js';

/** What we ask of TeemoPay and by which rules. Pure; facts: seed 004, see MAPPING.md. */

/** `paymentType` by rail, seed 004. */
export const PAYMENT_TYPES = {
  PSE: 201,
  NEQUI: 202,
  ANY: 204,
  EFECTY: 205,
  BRE_B: 212,
} as const satisfies Partial<Record<Rail, number>>;
export type TeemoPayRail = keyof typeof PAYMENT_TYPES;

export const TEEMOPAY_RAILS = Object.keys(PAYMENT_TYPES) as TeemoPayRail[];

const ALWAYS = ['name', 'email', 'phone'] as const;
const WITH_DOCUMENT = [...ALWAYS, 'idType', 'idNumber'] as const;

/** Seed 004: which fields are mandatory for which type, and how long they may be. */
export const CUSTOMER_RULES: CustomerRules = {
  provider: 'TeemoPay',
  required: { PSE: WITH_DOCUMENT, NEQUI: WITH_DOCUMENT, ANY: ALWAYS, EFECTY: ALWAYS, BRE_B: ALWAYS },
  idTypes: {
    CC: { code: 'CC', pattern: /^\d{6,10}$/, rule: '6 to 10 digits' },
    CE: { code: 'CE', pattern: /^\d{6,10}$/, rule: '6 to 10 digits' },
    NIT: { code: 'NIT', pattern: /^\d{9}$/, rule: '9 digits before the check digit' },
    PA: { code: 'PA', pattern: /^[A-Za-z0-9]{9}$/, rule: '9 letters or digits' },
  },
  phone: 'colombian',
  nameMax: 64,
  emailMax: 50,
};

/** `amount`, seed 004: whole pesos as text, at most 20 digits. */
const AMOUNT = /^[1-9]\d{0,19}$/;
const CALLBACK_URL_LENGTH_MAX = 200;

/** TeemoPay's own rules about an order, by our field names. */
export function checkOrder(order: PayinOrder): FieldViolation[] {
  const violations = checkCustomer(order, CUSTOMER_RULES);
  if (order.rail === 'PSE' && !PSE_BANK_CODES.has(order.pse?.bank ?? '')) {
    violations.push(
      order.pse?.bank
        ? { field: 'pse.bank', code: 'BANK_NOT_TAKEN', message: 'is not in TeemoPay’s bank lists' }
        : { field: 'pse.bank', code: 'REQUIRED', message: 'TeemoPay needs the payer’s bank for PSE' },
    );
  }
  if (readAmount(order) === undefined)
    violations.push({
      field: 'amountInCents',
      code: 'AMOUNT_NOT_WHOLE',
      message: 'TeemoPay takes whole pesos: a multiple of 100',
    });
  return violations;
}

/**
 * The body of `POST /api/pay/payment/create/v1`, as in seed 004. What is not known is left out: a blank value would not be signed.
 * @throws ProviderError when an order that was not checked breaks a rule
 */
export function toCreateBody(order: PayinOrder, now: Date): Record<string, unknown> {
  const { customer = {}, rail, webhookUrl } = order;
  const { name, phone, email } = customer;
  const paymentType = TEEMOPAY_RAILS.includes(rail as TeemoPayRail) ? PAYMENT_TYPES[rail as TeemoPayRail] : undefined;
  const amount = readAmount(order);
  if (!paymentType || !amount || !phone || checkOrder(order).length > 0)
    throw new ProviderError('rejected_request', 'not_executed', 'TeemoPay: the order was not checked');
  if (webhookUrl.length > CALLBACK_URL_LENGTH_MAX)
    throw new ProviderError('rejected_request', 'not_executed', 'TeemoPay takes a callback URL of 200 characters');
  const document = writtenDocument(order, CUSTOMER_RULES);
  return {
    realName: name,
    amount,
    phone: nationalNumber(phone),
    callbackUrl: webhookUrl,
    merchantOrderNo: order.providerReference,
    email,
    ...(document ? { idType: document.code, idCardNumber: document.number } : {}),
    ...(rail === 'PSE' ? { bankCode: order.pse?.bank } : {}),
    paymentType,
    expirationTime: now.getTime() + order.expiresInMinutes * 60_000,
  };
}

function readAmount({ amountInCents, currency }: PayinOrder): string | undefined {
  if (!isWholeUnits(amountInCents, currency)) return undefined;
  const amount = String(toProviderAmount(amountInCents, 'pesos', currency));
  return AMOUNT.test(amount) ? amount : undefined;
}

const LIST_PAGE_SIZE = 500;
const MS_PER_DAY = 86_400_000;
const LIST_DAYS_MAX = 31;
const LIST_AGE_DAYS_MAX = 90;

/**
 * The body of `POST /api/pay/transaction/queryList` for one page. The times' zone is not documented; like all others they are Colombia's.
 * @throws ProviderError for a period that TeemoPay does not list: longer than 31 days, or begun more than 90 days ago
 */
export function toListBody(
  { from, to }: { from: Date; to: Date },
  pageIndex: string | undefined,
  now: Date,
): Record<string, unknown> {
  const days = (to.getTime() - from.getTime()) / MS_PER_DAY;
  const ageDays = (now.getTime() - from.getTime()) / MS_PER_DAY;
  if (!(days >= 0 && days <= LIST_DAYS_MAX && ageDays >= 0 && ageDays <= LIST_AGE_DAYS_MAX)) {
    throw new ProviderError(
      'rejected_request',
      'not_executed',
      `TeemoPay lists at most ${LIST_DAYS_MAX} days, none of them more than ${LIST_AGE_DAYS_MAX} days ago`,
    );
  }
  return {
    ...(pageIndex === undefined ? {} : { pageIndex }),
    pageSize: LIST_PAGE_SIZE,
    type: 'PAYIN',
    beginTime: writeTime(from),
    endTime: writeTime(to),
  };
}
