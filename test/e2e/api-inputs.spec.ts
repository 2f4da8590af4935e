import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { PayinRequest } from '../../src/payins/store/payin-request.js';
import { newReference, payinRequest } from '../support/api-client.js';
import { expectProblem } from '../support/expect-problem.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

let testApp: TestApp;

beforeAll(async () => {
  testApp = await startTestApp();
});

afterAll(async () => {
  await testApp?.close();
});

const customer = payinRequest()['inlineCustomer'] as NonNullable<PayinRequest['inlineCustomer']>;
const withCustomer = (changes: object) => ({ inlineCustomer: { ...customer, ...changes } });
const post = (body: unknown) => testApp.api.call('POST', '/payins', body);
const texts = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`key-${index}`, 'text']));

/** A value of every JSON type but the field's own; null means the same as nothing for what is optional. */
const WRONG_TYPES: Record<string, readonly unknown[]> = {
  integer: ['5000000', '', true, 1.5, [5_000_000], {}],
  text: [5, true, ['a'], {}, []],
  object: ['a', '', 5, true, [], [{}]],
};
const FIELDS: Record<string, string> = {
  amountInCents: 'integer',
  currency: 'text',
  rail: 'text',
  reference: 'text',
  inlineCustomer: 'object',
  'inlineCustomer.name': 'text',
  'inlineCustomer.idType': 'text',
  'inlineCustomer.idNumber': 'text',
  'inlineCustomer.phone': 'text',
  'inlineCustomer.email': 'text',
  pse: 'object',
  'pse.bank': 'text',
  'pse.personType': 'text',
  breb: 'object',
  'breb.keyType': 'text',
  description: 'text',
  expiresInMinutes: 'integer',
  callbackUrl: 'text',
  redirectUrl: 'text',
  provider: 'text',
  metadata: 'object',
};
const NESTED: Record<string, object> = {
  inlineCustomer: customer,
  pse: { bank: '1007', personType: 'NATURAL' },
  breb: { keyType: 'SINGLE_USE' },
};

function withField(field: string, value: unknown): Record<string, unknown> {
  const [outer = '', inner] = field.split('.');
  return payinRequest({ [outer]: inner ? { ...NESTED[outer], [inner]: value } : value });
}

describe('a create that is not valid', () => {
  it.each(Object.entries(FIELDS))(
    'is refused for %s of another type than %s, naming the field',
    async (field, type) => {
      for (const value of WRONG_TYPES[type]!)
        expectProblem(await post(withField(field, value)), 'VALIDATION_FAILED', field);
    },
  );

  it('is told first that an amount is no integer, whatever else is wrong with it', async () => {
    const { errors } = expectProblem(
      await post(payinRequest({ amountInCents: '5000000' })),
      'VALIDATION_FAILED',
      'amountInCents',
    );
    expect(errors?.[0]?.message).toContain('integer');
  });

  it.each(['amountInCents', 'currency', 'rail', 'reference'])(
    'is refused without %s, and with null there',
    async (field) => {
      expectProblem(await post(payinRequest({ [field]: undefined })), 'VALIDATION_FAILED', field);
      expectProblem(await post(payinRequest({ [field]: null })), 'VALIDATION_FAILED', field);
    },
  );

  it('names every field that is wrong at once', async () => {
    const wrong = {
      amountInCents: 0,
      currency: 'USD',
      rail: 'CASH',
      reference: 'ñ',
      nope: 1,
      ...withCustomer({ phone: '312', extra: 1 }),
    };
    expectProblem(
      await post(wrong),
      'VALIDATION_FAILED',
      ...['amountInCents', 'currency', 'rail', 'reference', 'nope', 'inlineCustomer.phone', 'inlineCustomer.extra'],
    );
  });

  it.each<[string, string]>([
    ['nope', '"nope":1'],
    ['amount', '"amount":5000000'],
    ['id', '"id":"x"'],
    ['then', '"then":1'],
    ['constructor', '"constructor":{"prototype":{}}'],
    ['prototype', '"prototype":{}'],
    ['toString', '"toString":"x"'],
    ['hasOwnProperty', '"hasOwnProperty":true'],
    ['__proto__', '"__proto__":{"currency":"COP"}'],
    ['inlineCustomer.nope', '"inlineCustomer":{"nope":"x"}'],
    ['inlineCustomer.constructor', '"inlineCustomer":{"constructor":"x"}'],
    ['inlineCustomer.__proto__', '"inlineCustomer":{"__proto__":{"name":"x"}}'],
    ['pse.nope', '"pse":{"bank":"1007","personType":"NATURAL","nope":1}'],
    ['breb.nope', '"breb":{"keyType":"QR_CODE","nope":1}'],
    ['metadata.constructor', '"metadata":{"constructor":"x"}'],
    ['metadata.__proto__', '"metadata":{"__proto__":"x"}'],
  ])('is refused for the unknown field %s, by name', async (field, member) => {
    const rest = payinRequest(member.includes('inlineCustomer') ? { inlineCustomer: undefined } : {});
    const { errors } = expectProblem(
      await post(`${JSON.stringify(rest).slice(0, -1)},${member}}`),
      'VALIDATION_FAILED',
      field,
    );
    expect(errors?.[0]?.message).toMatch(/^unknown field/);
  });
});

/** What is just inside and just outside of the bounds of each field. */
const BOUNDS: [field: string, inside: unknown[], outside: unknown[]][] = [
  ['amountInCents', [100, 100_000_000], [0, -100, 1, 99, 150, 5_000_001, 100_000_000_000_100, Number.MAX_SAFE_INTEGER]],
  ['currency', ['COP'], ['cop', 'USD', '', ' COP']],
  ['rail', ['PSE', 'BRE_B', 'EFECTY', 'CARD', 'ANY'], ['pse', '', 'TOSTRING', 'constructor', 'PSE ']],
  ['reference', ['a', 'A.b_c-9'], ['', 'a'.repeat(65), 'a b', 'a/b', 'ñ', 'a\n', '😀']],
  ['inlineCustomer.name', ['a', 'é'.repeat(255)], ['', ' ', '\t\n', 'a'.repeat(256)]],
  [
    'inlineCustomer.idType',
    ['CC', 'CE', 'PA', 'CO_CC', 'CO_CE', 'PPN', 'PASSPORT'],
    ['cc', '', 'XX', 'constructor', 'toString'],
  ],
  [
    'inlineCustomer.idNumber',
    ['1', '1.234.567-8 9', 'A1B0253234', '1'.repeat(50)],
    ['', '1'.repeat(51), '...', '1_2_3', '-'.repeat(5000)],
  ],
  [
    'inlineCustomer.phone',
    ['+573121234567'],
    [
      '',
      '3121234567',
      '573121234567',
      '+0573121234567',
      '+57312',
      '+5731212345678901',
      '+57 312 1234567',
      '+573121234567\n',
    ],
  ],
  [
    'inlineCustomer.email',
    ['a@b.co'],
    ['', 'a', 'a@b', '@b.co', 'a b@c.co', `a@${'b'.repeat(60)}.${'c'.repeat(200)}.co`],
  ],
  ['pse.bank', ['1007', '1051'], ['', '123456789', 'x', '-1', '1.0']],
  ['pse.personType', ['NATURAL', 'JURIDICA'], ['', 'natural', 'X']],
  ['breb.keyType', ['SINGLE_USE', 'QR_CODE'], ['', 'single_use', 'X']],
  ['description', ['', 'd'.repeat(255)], ['d'.repeat(256)]],
  ['expiresInMinutes', [1, 10_080], [0, -1, 10_081, 9_007_199_254_740_991]],
  [
    'callbackUrl',
    ['http://localhost:1/', `http://127.0.0.1:1/${'a'.repeat(2029)}`],
    [
      '',
      '/x',
      'ftp://localhost/',
      'javascript:alert(1)',
      'http://u:p@localhost/',
      'http://localhost:99999/',
      'http://a b/',
      'http://localhost/\r\nX: y',
      `http://127.0.0.1:1/${'a'.repeat(2030)}`,
    ],
  ],
  [
    'redirectUrl',
    ['https://shop.example/thanks?x=1#y'],
    ['', 'x', 'data:text/html,x', 'https://shop.example/a\nb', `https://shop.example/${'a'.repeat(2048)}`],
  ],
  ['provider', ['tumipay'], ['', 'TumiPay', 'nope', 'constructor', '__proto__', 'a'.repeat(33), 'a b']],
  [
    'metadata',
    [{}, texts(20), { ['k'.repeat(64)]: 'v'.repeat(500) }],
    [
      texts(21),
      { ['k'.repeat(65)]: 'v' },
      { k: 'v'.repeat(501) },
      { '': 'v' },
      { k: 1 },
      { k: null },
      { k: {} },
      { k: ['v'] },
    ],
  ],
];

describe('the bounds of a create', () => {
  it.each(BOUNDS)(
    'of %s: what is inside is taken, what is outside is refused by name and does not take the reference',
    async (field, inside, outside) => {
      const reference = newReference();
      for (const value of outside) {
        const request = withField(field, value);
        const ours = field === 'reference' ? request : { ...request, reference };
        expectProblem(await post(ours), 'VALIDATION_FAILED', field);
      }
      for (const [index, value] of inside.entries()) {
        const request = withField(field, value);
        // The reference of everything that was refused.
        const { status, body } = await post(field !== 'reference' && index === 0 ? { ...request, reference } : request);
        expect([value, status, body]).toEqual([value, 201, expect.anything()]);
      }
    },
  );

  it('takes amounts however JSON can write the same integer', async () => {
    for (const written of ['5000000', '5e6', '5.0E+6', '5000000.0', '50000000e-1']) {
      const { status, body } = await post(JSON.stringify(payinRequest()).replace('5000000', written));
      expect([written, status, body['amountInCents']]).toEqual([written, 201, 5_000_000]);
    }
  });

  it('takes a document of any form where the chosen provider documents none', async () => {
    for (const [idType, idNumber] of [
      ['PA', 'A1'.repeat(11)],
      ['CE', 'E12345'],
      ['CC', '12'],
    ])
      expect((await post(payinRequest(withCustomer({ idType, idNumber })))).status).toBe(201);
  });

  it('takes the largest amount exactly, from edge to edge', async () => {
    const { status, body } = await post(payinRequest({ amountInCents: 100_000_000_000_000 }));
    expect([status, body['amountInCents']]).toEqual([201, 100_000_000_000_000]);
    const [row] = await testApp.database.query<{ amount: string }>(
      'select amount_in_cents::text as amount from payins where id = $1',
      [body['id']],
    );
    expect(row?.amount).toBe('100000000000000');
  });
});

describe('what the rail’s provider does not take', () => {
  it.each<[string, Record<string, unknown>, string[]]>([
    [
      'a customer',
      { inlineCustomer: undefined },
      ['name', 'idType', 'idNumber', 'phone', 'email'].map((field) => `inlineCustomer.${field}`),
    ],
    ['a phone', withCustomer({ phone: undefined }), ['inlineCustomer.phone']],
    ['a document of its own kinds', withCustomer({ idType: 'TI' }), ['inlineCustomer.idType']],
    ['a phone that no country has', withCustomer({ phone: '+9991234567' }), ['inlineCustomer.phone']],
  ])('is a 422 that names our field: %s', async (_, changes, fields) => {
    const reference = newReference();
    expectProblem(await post(payinRequest({ ...changes, reference })), 'PROVIDER_RULE', ...fields);
    expect((await post(payinRequest({ reference }))).status).toBe(201);
  });

  it('is a 422 that tells the right check digit of a NIT, and does not repeat the number', async () => {
    const nit = withCustomer({ idType: 'NIT', idNumber: '901.458.652-6' });
    const problem = expectProblem(await post(payinRequest(nit)), 'PROVIDER_RULE');
    expect(problem.errors).toContainEqual({
      field: 'inlineCustomer.idNumber',
      message: expect.stringContaining('should be 7'),
    });
    expect(JSON.stringify(problem)).not.toContain('901458652');
  });

  it('is a 422 for a rail without a provider, and does not take the reference', async () => {
    const reference = newReference();
    expectProblem(await post(payinRequest({ rail: 'NEQUI', reference })), 'RAIL_NOT_AVAILABLE');
    expect((await post(payinRequest({ reference }))).status).toBe(201);
  });
});
