import { describe, expect, it } from '@jest/globals';
import { type PayinOrder, RAILS } from '@recaudo/payment-provider';
import { BREB_ORDER, errorOf, fixture, type FixtureName, NEQUI_ORDER, PSE_ORDER, SEED_003_ORDER } from './fixture.js';
import { BANK_BY_ACH_CODE, HELLOPAY_BANKS, PSE_BANKS } from './hellopay.banks.js';
import { checkOrder, HELLOPAY_RAILS, type OrderOptions, toCreateBody } from './hellopay.order.js';

const OPTIONS: OrderOptions = { nitCheckDigit: false };
const bodyOf = (order: PayinOrder, options = OPTIONS) => toCreateBody(order, options);
const fieldsOf = (order: PayinOrder) => checkOrder(order, OPTIONS).map(({ field }) => field);
const { customer } = BREB_ORDER;

describe('the body of a create call', () => {
  it.each<[FixtureName, PayinOrder]>([
    ['breb-single-use-request', BREB_ORDER],
    ['breb-qr-request', { ...BREB_ORDER, breb: { keyType: 'QR_CODE' } }],
    ['pse-request', PSE_ORDER],
  ])('is the documented one, down to types and key order: %s', (name, order) => {
    expect(JSON.stringify(bodyOf(order))).toBe(JSON.stringify(fixture(name)));
  });

  it('is the documented one for Nequi, and says where the payer goes afterwards', () => {
    const expected = { ...fixture('nequi-request'), callbackUrl: 'https://portal.hellopay.com.co' };
    expect(JSON.stringify(bodyOf(NEQUI_ORDER))).toBe(JSON.stringify(expected));
  });

  it('has every example of seed 003’s fields, and the key type that the newer guides want', () => {
    expect(bodyOf(SEED_003_ORDER)).toEqual({ ...fixture('seed003-create-request'), breb: { keyType: 'SINGLE_USE' } });
  });

  it.each([undefined, {}, { name: undefined }])('has no customer where the order has none: %p', (none) => {
    expect(bodyOf({ ...SEED_003_ORDER, customer: none })).not.toHaveProperty('inlineCustomer');
  });

  it('never sends our webhook URL as the callback URL, which is for the browser', () => {
    for (const order of [BREB_ORDER, PSE_ORDER, NEQUI_ORDER]) {
      expect(JSON.stringify(bodyOf(order))).not.toContain(order.webhookUrl);
    }
  });

  it.each([
    ['CC', '1000000001', 'CO_CC', '1000000001'],
    ['CE', 'E226932', 'CO_CE', 'E226932'],
    ['PA', 'AB123456', 'PASSPORT', 'AB123456'],
    ['NIT', '9014586527', 'CO_NIT', '901458652'],
    ['NIT', '901458652', 'CO_NIT', '901458652'],
    ['NIT', '901458652-7', 'CO_NIT', '901458652'],
    ['NIT', '79123456-0', 'CO_NIT', '79123456'],
    ['NIT', '1020304050-8', 'CO_NIT', '1020304050'],
  ] as const)('writes the document %s %s as %s %s', (idType, idNumber, theirType, theirNumber) => {
    const body = bodyOf({ ...BREB_ORDER, customer: { ...customer, idType, idNumber } });
    expect(body['inlineCustomer']).toMatchObject({ idType: theirType, idNumber: theirNumber });
  });

  it.each(['901458652', '9014586527', '901458652-7'])(
    'writes the NIT %s with its check digit where the settings say so',
    (idNumber) => {
      const order: PayinOrder = { ...BREB_ORDER, customer: { ...customer, idType: 'NIT', idNumber } };
      expect(bodyOf(order, { nitCheckDigit: true })['inlineCustomer']).toMatchObject({ idNumber: '9014586527' });
    },
  );

  it('calls a company BUSINESS', () => {
    const body = bodyOf({ ...PSE_ORDER, pse: { bank: '1051', personType: 'JURIDICA' } });
    expect(body['pse']).toEqual({ bank: 'CO_DAVIVIENDA', personType: 'BUSINESS' });
  });

  it.each([
    ['another rail', { ...BREB_ORDER, rail: 'EFECTY' as const }],
    ['PSE without a bank', { ...PSE_ORDER, pse: undefined }],
    ['an unknown bank', { ...PSE_ORDER, pse: { bank: 'constructor', personType: 'NATURAL' as const } }],
    [
      'a NIT that has two readings',
      { ...BREB_ORDER, customer: { ...customer, idType: 'NIT' as const, idNumber: '791234560' } },
    ],
    ['a document that they do not take', { ...BREB_ORDER, customer: { ...customer, idType: 'TI' as const } }],
  ])('is not made for %s', (_what, order) => {
    expect(errorOf(() => bodyOf(order))).toMatchObject({ kind: 'rejected_request', outcome: 'not_executed' });
  });
});

describe('the rules about an order', () => {
  it('take the documented examples', () => {
    for (const order of [SEED_003_ORDER, BREB_ORDER, PSE_ORDER, NEQUI_ORDER]) expect(fieldsOf(order)).toEqual([]);
  });

  it.each(['name', 'idType', 'idNumber', 'phone', 'email'] as const)('name a missing %s by our own field', (field) => {
    for (const order of [BREB_ORDER, PSE_ORDER, NEQUI_ORDER]) {
      const incomplete = { ...order, customer: { ...order.customer, [field]: undefined } };
      expect(fieldsOf(incomplete)).toEqual([`inlineCustomer.${field}`]);
    }
  });

  it('need no customer for Bre-B, as in seed 003, and a whole one for PSE and Nequi', () => {
    expect(fieldsOf({ ...BREB_ORDER, customer: undefined })).toEqual([]);
    expect(fieldsOf({ ...PSE_ORDER, customer: undefined })).toHaveLength(5);
    expect(fieldsOf({ ...NEQUI_ORDER, customer: undefined })).toHaveLength(5);
  });

  it.each([
    ['TI', '1012345678'],
    ['PPT', '1234567'],
  ] as const)('refuse the document type %s', (idType, idNumber) => {
    expect(fieldsOf({ ...BREB_ORDER, customer: { ...customer, idType, idNumber } })).toEqual(['inlineCustomer.idType']);
  });

  it.each(['+576012345678', '+12025550123', '3001234567'])(
    'refuse the phone %s, which is no Colombian mobile',
    (phone) => {
      expect(fieldsOf({ ...BREB_ORDER, customer: { ...customer, phone } })).toEqual(['inlineCustomer.phone']);
    },
  );

  it('need the bank for PSE, and one that HelloPay has', () => {
    expect(fieldsOf({ ...PSE_ORDER, pse: undefined })).toEqual(['pse']);
    for (const bank of ['9999', '1053', '7', 'CO_BANCOLOMBIA', 'toString'])
      expect(fieldsOf({ ...PSE_ORDER, pse: { bank, personType: 'NATURAL' } })).toEqual(['pse.bank']);
  });

  it('ignore the bank on other rails', () => {
    expect(fieldsOf({ ...BREB_ORDER, pse: { bank: '9999', personType: 'NATURAL' } })).toEqual([]);
  });
});

describe('the data of banks', () => {
  it('has the 55 banks of the guide, and an ACH code for all but the four that have none', () => {
    const banks = Object.keys(HELLOPAY_BANKS);
    expect(banks).toHaveLength(55);
    const coded = new Set<string>(Object.values(BANK_BY_ACH_CODE));
    expect(banks.filter((bank) => !coded.has(bank))).toEqual([
      'CO_ADDI_CF',
      'CO_COOPCENTRAL_DIGITAL',
      'CO_PAYCASH',
      'CO_SUPERDIGITAL',
    ]);
  });

  it('has codes of four digits that begin with 1, as PSE writes them', () => {
    for (const code of Object.keys(BANK_BY_ACH_CODE)) expect(code).toMatch(/^1\d{3}$/);
  });

  it.each([
    ['1007', 'CO_BANCOLOMBIA'],
    ['1507', 'CO_NEQUI'],
    ['1551', 'CO_DAVIPLATA'],
    ['1013', 'CO_BBVA'],
    ['1077', 'CO_BANKA'],
  ])('knows %s as %s', (code, bank) => expect(BANK_BY_ACH_CODE[code]).toBe(bank));

  it('offers every bank that has a code once, by a name of its own, and not the test bank', () => {
    const offered = PSE_BANKS.map(({ code }) => BANK_BY_ACH_CODE[code]);
    expect(new Set(offered)).toEqual(new Set(Object.values(BANK_BY_ACH_CODE).filter((bank) => bank !== 'CO_BANKA')));
    for (const key of ['code', 'name'] as const)
      expect(new Set(PSE_BANKS.map((bank) => bank[key])).size).toBe(offered.length);
    expect(PSE_BANKS).toContainEqual({ code: '1811', name: 'RappiPay' });
    expect(PSE_BANKS).toContainEqual({ code: '1007', name: 'Bancolombia' });
  });
});

it('offers the rails that the documents have', () => {
  expect(RAILS.filter((rail) => (HELLOPAY_RAILS as readonly string[]).includes(rail))).toEqual([
    'PSE',
    'BRE_B',
    'NEQUI',
  ]);
});
