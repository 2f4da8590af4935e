import { describe, expect, it } from '@jest/globals';
import type { Customer, PayinOrder } from '@recaudo/payment-provider';
import { PSE_BANK_CODES, PSE_BANKS } from './teemopay.banks.js';
import { errorOf, fixture, SEED_004_NEQUI_ORDER, SEED_004_ORDER } from './fixture.js';
import { checkOrder, PAYMENT_TYPES, TEEMOPAY_RAILS, toCreateBody, toListBody } from './teemopay.order.js';

const NOW = new Date('2026-03-01T12:00:00.000Z');
const { customer } = SEED_004_ORDER;

function bodyOf(changes: Partial<PayinOrder> = {}): Record<string, unknown> {
  return toCreateBody({ ...SEED_004_ORDER, ...changes }, NOW);
}

function fieldsOf(changes: Partial<PayinOrder>): string[] {
  return checkOrder({ ...SEED_004_ORDER, ...changes }).map(({ field }) => field);
}

const withCustomer = (changes: Partial<Customer>) => ({ customer: { ...customer, ...changes } });

describe('the body of a create call', () => {
  const expirationTime = NOW.getTime() + 30 * 60_000;

  it('is seed 004’s PSE request, unsigned; the bank is a text, as its table says, and not the number of its example', () => {
    const { sign: _sign, ...seed } = fixture('seed004-create-request-pse');
    expect(seed['bankCode']).toBe(1040);
    expect(bodyOf()).toEqual({ ...seed, bankCode: '1040', expirationTime });
  });

  it('is seed 004’s Nequi request, unsigned, but for its phone, which is no mobile and so no wallet', () => {
    const { sign: _sign, ...seed } = fixture('seed004-create-request-nequi');
    expect(bodyOf(SEED_004_NEQUI_ORDER)).toEqual({ ...seed, phone: '3001234567', expirationTime });
  });

  it.each([
    ['PSE', 201],
    ['NEQUI', 202],
    ['ANY', 204],
    ['EFECTY', 205],
    ['BRE_B', 212],
  ] as const)('asks for %s as %p', (rail, paymentType) =>
    expect(bodyOf({ customer: SEED_004_NEQUI_ORDER.customer, rail })).toMatchObject({ paymentType }),
  );

  it('offers the rails of seed 004 and no other', () => {
    expect(Object.values(PAYMENT_TYPES)).toEqual([201, 202, 204, 205, 212]);
    for (const rail of ['CARD', 'TRANSFIYA'] as const)
      expect(errorOf(() => bodyOf({ rail }))).toMatchObject({ kind: 'rejected_request', outcome: 'not_executed' });
  });

  it('leaves out what is not known: a blank would not be signed', () => {
    const body = bodyOf({ rail: 'BRE_B', ...withCustomer({ idType: undefined, idNumber: undefined }) });
    expect(Object.keys(body).toSorted()).toEqual(
      [
        'amount',
        'callbackUrl',
        'email',
        'expirationTime',
        'merchantOrderNo',
        'paymentType',
        'phone',
        'realName',
      ].toSorted(),
    );
  });

  it('sends the document when it is known, even where it is not asked for', () => {
    expect(bodyOf({ rail: 'EFECTY' })).toMatchObject({ idType: 'CC', idCardNumber: '1234567890' });
  });

  it('names the bank for PSE only', () => {
    expect(bodyOf({ rail: 'ANY' })).not.toHaveProperty('bankCode');
  });

  it('sends a NIT without its check digit, which seed 004 does not count', () => {
    for (const idNumber of ['8909039388', '890903938-8'])
      expect(bodyOf(withCustomer({ idType: 'NIT', idNumber }))).toMatchObject({
        idType: 'NIT',
        idCardNumber: '890903938',
      });
  });

  it('takes nine digits that could be a person’s number and check digit from a company alone', () => {
    const nit = withCustomer({ idType: 'NIT', idNumber: '890903938' });
    expect(fieldsOf(nit)).toEqual(['inlineCustomer.idNumber']);
    const company = { ...nit, pse: { bank: '1007', personType: 'JURIDICA' as const } };
    expect(fieldsOf(company)).toEqual([]);
    expect(bodyOf(company)).toMatchObject({ idCardNumber: '890903938' });
  });

  it('ends when the order does, in milliseconds', () => {
    expect(bodyOf({ expiresInMinutes: 1 })['expirationTime']).toBe(NOW.getTime() + 60_000);
  });

  it('has a callback URL of 200 characters at most', () => {
    const webhookUrl = `https://example.com/${'a'.repeat(180)}`;
    expect(bodyOf({ webhookUrl })['callbackUrl']).toHaveLength(200);
    expect(errorOf(() => bodyOf({ webhookUrl: `${webhookUrl}a` })).outcome).toBe('not_executed');
  });
});

describe('the amount', () => {
  it.each([
    [100n, '1'],
    [1_000_000n, '10000'],
    [100_000_000_000_000n, '1000000000000'],
    [9_999_999_999_999_999_999_900n, '99999999999999999999'],
  ])('%p cents is the text %p of whole pesos', (amountInCents, amount) => {
    expect(checkOrder({ ...SEED_004_ORDER, amountInCents })).toEqual([]);
    expect(bodyOf({ amountInCents })['amount']).toBe(amount);
  });

  it.each([0n, 1n, 99n, 150n, 1_000_001n, -100n, 10_000_000_000_000_000_000_000n])(
    '%p cents is refused before anything is sent',
    (amountInCents) => {
      expect(fieldsOf({ amountInCents })).toEqual(['amountInCents']);
      expect(errorOf(() => bodyOf({ amountInCents }))).toMatchObject({
        kind: 'rejected_request',
        outcome: 'not_executed',
      });
    },
  );
});

describe('the rules about an order', () => {
  it('take seed 004’s own order on every rail', () => {
    for (const rail of TEEMOPAY_RAILS.filter((other) => other !== 'NEQUI'))
      expect(checkOrder({ ...SEED_004_ORDER, rail })).toEqual([]);
    expect(checkOrder(SEED_004_NEQUI_ORDER)).toEqual([]);
    expect(fieldsOf({ rail: 'NEQUI' })).toEqual(['inlineCustomer.phone']);
  });

  it.each(['PSE', 'NEQUI'] as const)('need name, e-mail, phone and document for %s', (rail) => {
    for (const field of ['name', 'email', 'phone', 'idType', 'idNumber'] as const)
      expect(fieldsOf({ rail, ...withCustomer({ [field]: undefined }) })).toContain(`inlineCustomer.${field}`);
    expect(fieldsOf({ rail, customer: undefined })).toHaveLength(5);
  });

  it.each(['ANY', 'EFECTY', 'BRE_B'] as const)('need name, e-mail and phone for %s', (rail) => {
    for (const field of ['name', 'email', 'phone'] as const)
      expect(fieldsOf({ rail, ...withCustomer({ [field]: undefined }) })).toEqual([`inlineCustomer.${field}`]);
    expect(fieldsOf({ rail, ...withCustomer({ idType: undefined, idNumber: undefined }) })).toEqual([]);
  });

  it.each([
    ['CC', '123456', true],
    ['CC', '1234567890', true],
    ['CC', '12345', false],
    ['CC', '12345678901', false],
    ['CE', '123456', true],
    ['CE', '1234567890', true],
    ['CE', '12345', false],
    ['NIT', '860002964', true],
    ['NIT', '8909039388', true],
    ['NIT', '890903938-8', true],
    ['NIT', '8909039387', false],
    ['NIT', '79123456-0', false],
    ['NIT', '1020304050-8', false],
    ['PA', 'AB1234567', true],
    ['PA', 'AB12345', false],
    ['PA', 'AB12345678', false],
  ] as const)('hold the seed’s length for %s %s: %p', (idType, idNumber, taken) => {
    expect(fieldsOf(withCustomer({ idType, idNumber }))).toEqual(taken ? [] : ['inlineCustomer.idNumber']);
  });

  it.each(['TI', 'PPT'] as const)('refuse %s, which the seed does not list', (idType) => {
    expect(fieldsOf(withCustomer({ idType }))).toContain('inlineCustomer.idType');
  });

  it.each([
    [{ name: 'a'.repeat(64) }, []],
    [{ name: 'a'.repeat(65) }, ['inlineCustomer.name']],
    [{ email: `${'a'.repeat(38)}@example.com` }, []],
    [{ email: `${'a'.repeat(39)}@example.com` }, ['inlineCustomer.email']],
    [{ phone: '+573001234567' }, []],
    [{ phone: '+12025550123' }, ['inlineCustomer.phone']],
  ])('hold the seed’s lengths and phones: %p', (changes, fields) => {
    expect(fieldsOf(withCustomer(changes))).toEqual(fields);
  });

  it('need a bank for PSE that is in one of the published lists', () => {
    expect(fieldsOf({ pse: undefined })).toEqual(['pse.bank']);
    expect(fieldsOf({ pse: { bank: '9999', personType: 'NATURAL' } })).toEqual(['pse.bank']);
    for (const bank of ['1007', '1151', '1811'])
      expect(fieldsOf({ pse: { bank, personType: 'JURIDICA' } })).toEqual([]);
    expect(fieldsOf({ ...SEED_004_NEQUI_ORDER, pse: undefined })).toEqual([]);
    expect(PSE_BANK_CODES.size).toBe(39 + 10 + 8);
  });

  it('take every bank that is listed: those of the payin pages, each once', () => {
    expect(PSE_BANKS).toHaveLength(39 + 10);
    expect(new Set(PSE_BANKS.map(({ name }) => name)).size).toBe(39 + 10);
    for (const { code } of PSE_BANKS) expect(fieldsOf({ pse: { bank: code, personType: 'NATURAL' } })).toEqual([]);
    expect(PSE_BANKS).toContainEqual({ code: '1811', name: 'RAPPIPAY' });
  });

  it('are what a request cannot get past', () => {
    expect(errorOf(() => bodyOf({ pse: undefined })).outcome).toBe('not_executed');
    expect(errorOf(() => bodyOf({ customer: undefined })).outcome).toBe('not_executed');
    expect(errorOf(() => bodyOf(withCustomer({ idType: 'NIT', idNumber: '1' }))).outcome).toBe('not_executed');
  });

  it('never repeat what the payer entered', () => {
    const canary = 'canary-4711';
    const violations = checkOrder({
      ...SEED_004_ORDER,
      customer: { name: canary.repeat(10), idType: 'CC', idNumber: canary, email: canary, phone: canary },
      pse: { bank: canary, personType: 'NATURAL' },
    });
    expect(violations.length).toBeGreaterThanOrEqual(4);
    expect(JSON.stringify(violations)).not.toContain(canary);
  });
});

describe('the body of a list call', () => {
  const DAY_MS = 86_400_000;
  const now = new Date('2026-03-15T00:00:00.000Z');
  const daysAgo = (days: number) => new Date(now.getTime() - days * DAY_MS);

  it('is the documented request, but for the blank cursor and the status that we do not ask for', () => {
    const { sign: _sign, pageIndex: _first, status: _status, ...example } = fixture('list-request');
    const day = { from: new Date('2026-03-01T05:00:00.000Z'), to: new Date('2026-03-02T04:59:59.999Z') };
    expect(toListBody(day, undefined, now)).toEqual(example);
    expect(toListBody(day, 'HniK3Y', now)).toEqual({ ...example, pageIndex: 'HniK3Y' });
  });

  it.each([
    [90, 59, true],
    [31, 0, true],
    [0, 0, true],
    [90.01, 60, false],
    [31.01, 0, false],
    [1, 2, false],
    [-1, -2, false],
    [Number.NaN, 0, false],
  ])('from %p to %p days ago is listed: %p', (from, to, listed) => {
    const ask = () => toListBody({ from: daysAgo(from), to: daysAgo(to) }, undefined, now);
    if (listed) expect(ask()).toMatchObject({ type: 'PAYIN', pageSize: 500 });
    else expect(errorOf(ask)).toMatchObject({ kind: 'rejected_request', outcome: 'not_executed' });
  });
});
