import {
  checkCustomer,
  type Customer,
  type CustomerRules,
  type FieldViolation,
  PERSON_TYPES,
  type PayinOrder,
  ProviderError,
  type Rail,
  writtenDocument,
} from '@recaudo/payment-provider';
import { BANK_BY_ACH_CODE } from './hellopay.banks.js';

/** What goes out: pure translation of an order into the body of `POST /payins`, and HelloPay's own rules about it. See MAPPING.md. */

/** `rail` is written as ours is: seed 003 has `BRE_B`, their newer guides the others. */
export const HELLOPAY_RAILS = ['BRE_B', 'PSE', 'NEQUI'] as const satisfies readonly Rail[];
export type HelloPayRail = (typeof HELLOPAY_RAILS)[number];

export const PERSON_TYPE_WORDS = {
  NATURAL: 'INDIVIDUAL',
  JURIDICA: 'BUSINESS',
} as const satisfies Record<(typeof PERSON_TYPES)[number], string>;

const WHOLE_CUSTOMER = ['name', 'idType', 'idNumber', 'phone', 'email'] as const;

export interface OrderOptions {
  /** Whether a NIT is sent with its check digit. */
  nitCheckDigit: boolean;
}

/** Seed 003 makes the customer optional; their guides want all five fields of one that is given, a Colombian mobile number among them. */
export function customerRules({ nitCheckDigit }: OrderOptions): CustomerRules {
  return {
    provider: 'HelloPay',
    required: { PSE: WHOLE_CUSTOMER, NEQUI: WHOLE_CUSTOMER },
    completeWhenGiven: true,
    idTypes: {
      CC: { code: 'CO_CC' },
      CE: { code: 'CO_CE' },
      NIT: { code: 'CO_NIT', withCheckDigit: nitCheckDigit },
      PA: { code: 'PASSPORT' },
    },
    phone: 'mobile',
  };
}

export function checkOrder(order: PayinOrder, options: OrderOptions): FieldViolation[] {
  return [...checkCustomer(order, customerRules(options)), ...(order.rail === 'PSE' ? checkPse(order) : [])];
}

function checkPse({ pse }: PayinOrder): FieldViolation[] {
  if (!pse)
    return [
      {
        field: 'pse',
        code: 'REQUIRED',
        message: 'HelloPay needs the bank and the kind of person: it has no page to choose',
      },
    ];
  if (bankOf(pse.bank)) return [];
  return [{ field: 'pse.bank', code: 'BANK_NOT_TAKEN', message: 'HelloPay has no bank with this ACH code' }];
}

/** The body of `POST /payins`, in the key order of the documents' examples. There is no field for a description, an expiry or a webhook. */
export function toCreateBody(order: PayinOrder, options: OrderOptions): Record<string, unknown> {
  const method = isHelloPayRail(order.rail) ? METHOD_FIELDS[order.rail](order) : undefined;
  const customer = customerFields(order, options);
  if (!method || !customer)
    throw new ProviderError('rejected_request', 'not_executed', 'HelloPay: the order was not checked');
  return {
    amountInCents: Number(order.amountInCents),
    currency: order.currency,
    rail: order.rail,
    reference: order.providerReference,
    ...customer,
    ...method,
    callbackUrl: order.redirectUrl,
  };
}

/** The object of each rail; undefined where the order lacks what belongs in it. Nequi has none: the phone is where the request goes. */
const METHOD_FIELDS: Readonly<Record<HelloPayRail, (order: PayinOrder) => object | undefined>> = {
  BRE_B: ({ breb }) => ({ breb: { keyType: breb?.keyType ?? 'SINGLE_USE' } }),
  PSE: ({ pse }) => {
    const bank = pse && bankOf(pse.bank);
    return bank ? { pse: { bank, personType: PERSON_TYPE_WORDS[pse.personType] } } : undefined;
  },
  NEQUI: () => ({}),
};

/** `{}` without a customer; undefined for one whose document HelloPay does not take. */
function customerFields(order: PayinOrder, options: OrderOptions): object | undefined {
  if (!Object.values(order.customer ?? {}).some(Boolean)) return {};
  const document = writtenDocument(order, customerRules(options));
  if (!document) return undefined;
  const { name, email, phone }: Customer = order.customer ?? {};
  return { inlineCustomer: { name, idType: document.code, idNumber: document.number, email, phone } };
}

function bankOf(achCode: string) {
  return Object.hasOwn(BANK_BY_ACH_CODE, achCode) ? BANK_BY_ACH_CODE[achCode] : undefined;
}

export function isHelloPayRail(rail: unknown): rail is HelloPayRail {
  return HELLOPAY_RAILS.some((known) => known === rail);
}
