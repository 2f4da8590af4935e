import {
  checkCustomer,
  type CustomerRules,
  type FieldViolation,
  type PayinOrder,
  type Rail,
} from '@recaudo/payment-provider';

/** What TumiPay takes, as far as the merchant's contract with it varies. Facts: seeds 000 and 001; see MAPPING.md. */
export interface TumiPayTerms {
  /** "Enlace PSE/TRANSFIYA/BREB directo" is on: the payer is not sent to a page of theirs (seed 000). */
  direct: boolean;
  acceptsNit: boolean;
}

export const TUMIPAY_CURRENCIES = ['COP'] as const;

/** `payment_method` by rail, seed 001. */
export const HOSTED_METHODS = {
  PSE: 'PSE',
  EFECTY: 'EFECTY',
  CARD: 'CARD',
  BRE_B: 'BREB',
  ANY: 'ALL_METHODS',
} as const satisfies Partial<Record<Rail, string>>;

/** TRANSFIYA is in seed 000 alone. */
export const DIRECT_METHODS = { ...HOSTED_METHODS, TRANSFIYA: 'TRANSFIYA' } as const satisfies Partial<
  Record<Rail, string>
>;

export function paymentMethods({ direct }: TumiPayTerms): Partial<Record<Rail, string>> {
  return direct ? DIRECT_METHODS : HOSTED_METHODS;
}

/** Every method needs the whole customer (seed 001). */
const WHOLE_CUSTOMER = ['name', 'idType', 'idNumber', 'phone', 'email'] as const;

/** `legal_doc_type` by our document type, seed 001; the others are not documented for payins. */
const DOCUMENTS = { CC: { code: 'CC' }, CE: { code: 'CE' }, PA: { code: 'PPN' } } as const;

const RULES: CustomerRules = {
  provider: 'TumiPay',
  required: {
    PSE: WHOLE_CUSTOMER,
    EFECTY: WHOLE_CUSTOMER,
    CARD: WHOLE_CUSTOMER,
    BRE_B: WHOLE_CUSTOMER,
    ANY: WHOLE_CUSTOMER,
    TRANSFIYA: WHOLE_CUSTOMER,
  },
  idTypes: DOCUMENTS,
  phone: 'any',
};

/** Its page for payouts has a NIT, without saying whether the check digit belongs to it. */
const RULES_WITH_NIT: CustomerRules = {
  ...RULES,
  idTypes: { ...DOCUMENTS, NIT: { code: 'NIT' } },
};

export function customerRules({ acceptsNit }: TumiPayTerms): CustomerRules {
  return acceptsNit ? RULES_WITH_NIT : RULES;
}

/** TumiPay's own rules about an order, by our field names. */
export function checkOrder(order: PayinOrder, terms: TumiPayTerms): FieldViolation[] {
  const violations = checkCustomer(order, customerRules(terms));
  if (!terms.direct || order.rail !== 'PSE' || order.pse) return violations;
  return [
    ...violations,
    {
      field: 'pse',
      code: 'REQUIRED',
      message: 'TumiPay’s direct PSE needs the bank, a code from GET /pse/banks, and personType',
    },
  ];
}
