import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { newReference, payinRequest } from '../support/api-client.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { upload } from '../support/statements.js';
import { thoroughly } from '../support/thorough.js';

let testApp: TestApp;

beforeAll(async () => {
  testApp = await startTestApp();
});

afterAll(async () => {
  await testApp?.close();
});

const NAMES = [
  ...[
    'amountInCents',
    'currency',
    'rail',
    'reference',
    'inlineCustomer',
    'pse',
    'breb',
    'description',
    'expiresInMinutes',
    'callbackUrl',
  ],
  ...[
    'redirectUrl',
    'provider',
    'metadata',
    'name',
    'idType',
    'idNumber',
    'phone',
    'email',
    'bank',
    'personType',
    'keyType',
  ],
  ...['__proto__', 'constructor', 'prototype', 'toString', 'then', 'length', '', '0', 'id', 'status'],
];
const VALUES = [
  ...[
    'COP',
    'PSE',
    'BRE_B',
    'ANY',
    'CC',
    'CO_CC',
    'PPN',
    '+573121234567',
    'johndoe@example.com',
    '1007',
    'NATURAL',
    'QR_CODE',
    'tumipay',
  ],
  ...[
    'http://127.0.0.1:1/',
    '2024-01-01',
    '\0',
    '\uD800',
    'e\u0301',
    '\u202E',
    "'; drop table payins; --",
    '$1',
    '%00',
    '\\u0000',
  ],
];

const name = fc.oneof(fc.constantFrom(...NAMES), fc.string({ maxLength: 8, unit: 'binary' }));
const text = fc.oneof(
  fc.constantFrom(...VALUES),
  fc.string({ maxLength: 300, unit: 'binary' }),
  fc.string({ maxLength: 40 }),
);
const number = fc.oneof(
  fc.integer(),
  fc.double(),
  fc.maxSafeInteger(),
  fc.constantFrom(0, -0, 1, 100, 5_000_000, 1e14, 1e21, 1e308),
);
const { value } = fc.letrec<{ value: unknown; object: object }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    text,
    number,
    fc.boolean(),
    fc.constant(null),
    tie('object'),
    fc.array(tie('value'), { maxLength: 4 }),
  ),
  object: fc.dictionary(name, tie('value'), { maxKeys: 6 }),
}));

/** A good request in which up to four things, at the top or in the customer, are other, missing or too many. */
const nearRequest = fc
  .tuple(
    fc.array(fc.tuple(name, fc.option(value, { nil: undefined })), { maxLength: 3 }),
    fc.array(fc.tuple(name, fc.option(value, { nil: undefined })), { maxLength: 2 }),
  )
  .map(([changes, customerChanges]) => {
    const request = new Map(Object.entries(payinRequest()));
    const customer = new Map(Object.entries(request.get('inlineCustomer') as object));
    for (const [key, item] of customerChanges) customer.set(key, item);
    request.set('inlineCustomer', Object.fromEntries(customer));
    for (const [key, item] of changes) request.set(key, item);
    return Object.fromEntries(request);
  });

/** Its text, sometimes with a piece cut out, doubled or replaced. */
const body = fc
  .tuple(
    nearRequest,
    fc.nat(),
    fc.nat({ max: 12 }),
    fc.constantFrom('', '', '', '', 'cut', 'double', 'insert'),
    fc.constantFrom('"', '{', '9', '\\', 'e', ','),
  )
  .map(([request, at, length, mutation, insert]) => {
    const written = JSON.stringify(request);
    const start = at % written.length;
    const piece = written.slice(start, start + length);
    const middle = { '': piece, cut: '', double: piece + piece, insert: piece + insert }[mutation] ?? piece;
    return written.slice(0, start) + middle + written.slice(start + length);
  });

/** The reference that a body asks for, when it is one at all. */
function referenceOf(written: string): string | undefined {
  try {
    const { reference } = JSON.parse(written) as { reference?: unknown };
    return typeof reference === 'string' && /^[A-Za-z0-9._-]{1,64}$/.test(reference) ? reference : undefined;
  } catch {
    return undefined;
  }
}

describe('any body near a create', () => {
  it('never gets a 5xx, and does not take its reference when it is refused', async () => {
    const seen = new Set<number>();
    await fc.assert(
      fc.asyncProperty(body, async (written) => {
        const { status, body: answer } = await testApp.api.call('POST', '/payins', written);
        seen.add(status);
        expect([200, 201, 400, 409, 413, 422]).toContain(status);
        if (status >= 400)
          expect(answer).toMatchObject({ status, code: expect.any(String), requestId: expect.any(String) });
        const reference = referenceOf(written);
        if ((status === 400 || status === 422) && reference) {
          const again = await testApp.api.create({ reference });
          // 409: an earlier run was taken with it.
          expect([201, 409]).toContain(again.status);
          if (again.status === 409) expect((await payins(reference)).length).toBe(1);
        }
      }),
      { numRuns: thoroughly(600) },
    );
    // The grammar is near enough: some are taken, some refused.
    expect([...seen]).toEqual(expect.arrayContaining([201, 400]));
  });

  it('never gets a 5xx where endpoints are created and notifications resent either', async () => {
    const names = [
      'url',
      'description',
      'eventTypes',
      'includePersonalData',
      'status',
      'from',
      'to',
      'endpointId',
      ...NAMES.slice(-10),
    ];
    const values = fc.oneof(
      value,
      fc.constantFrom('https://example.com/x', ['payin.approved'], '2024-01-01', 'DISABLED', true),
    );
    const anyBody = fc.array(fc.tuple(fc.constantFrom(...names), values), { maxLength: 4 });
    const near = {
      '/webhook-endpoints': { url: 'https://example.com' },
      '/notifications/resend': { from: '2024-01-01', to: '2024-01-02' },
    };
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...Object.entries(near)), anyBody, async ([path, valid], pairs) => {
        const written = JSON.stringify({ ...valid, ...Object.fromEntries(pairs) });
        expect([201, 202, 400, 409]).toContain((await testApp.api.call('POST', path, written)).status);
      }),
      { numRuns: thoroughly(200) },
    );
  });

  it('never gets a 5xx as a query either', async () => {
    const names = [
      'limit',
      'cursor',
      'status',
      'rail',
      'provider',
      'reference',
      'createdFrom',
      'createdTo',
      'payinId',
      'endpointId',
      'type',
      'kind',
      'openedFrom',
      'minMoneyAtRiskInCents',
      ...NAMES.slice(-10),
    ];
    const values = fc.oneof(
      text,
      number.map(String),
      fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
    );
    const query = fc.array(fc.tuple(fc.constantFrom(...names), values), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('/payins', '/discrepancies', '/statements', '/notifications', '/webhook-endpoints'),
        query,
        async (path, pairs) => {
          const { status } = await testApp.api.call('GET', `${path}?${new URLSearchParams(pairs).toString()}`);
          expect([200, 400]).toContain(status);
        },
      ),
      { numRuns: thoroughly(300) },
    );
  });

  it('never gets a 5xx as a time, and a time that is taken is the same one to the database', async () => {
    const two = (max: number) => fc.integer({ min: 0, max }).map((n) => String(n).padStart(2, '0'));
    const year = fc.oneof(
      fc.constantFrom('0000', '0001', '2024', '9999'),
      fc.integer({ min: 0, max: 9999 }).map((n) => String(n).padStart(4, '0')),
    );
    const offset = fc.oneof(
      fc.constant('Z'),
      fc.tuple(fc.constantFrom('+', '-'), two(24), two(60)).map(([sign, h, m]) => `${sign}${h}:${m}`),
    );
    const instant = fc
      .tuple(year, two(13), two(31), two(24), two(60), two(60), offset)
      .map(([y, month, d, h, m, s, o]) => `${y}-${month}-${d}T${h}:${m}:${s}${o}`);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(
          '/payins?createdFrom',
          '/discrepancies?openedTo',
          '/notifications?createdFrom',
          '/ledger/balances?from',
          '/inbound-webhooks?receivedFrom',
        ),
        instant,
        async (query, time) => {
          const { status } = await testApp.api.call('GET', `${query}=${encodeURIComponent(time)}`);
          expect([200, 400]).toContain(status);
          if (status === 400) return;
          const [row] = await testApp.database.query<{ ms: number }>(
            'select extract(epoch from $1::timestamptz)::float * 1000 as ms',
            [time],
          );
          expect(row!.ms).toBe(Date.parse(time));
        },
      ),
      { numRuns: thoroughly(300) },
    );
  });

  it('never gets a 5xx as a file or its form', async () => {
    const cell = fc.oneof(text, number.map(String), fc.constantFrom('APPROVED', '2026-11-20', '5,000', '"', '\n', ';'));
    const file = fc
      .array(fc.array(cell, { maxLength: 8 }), { maxLength: 6 })
      .map((rows) => rows.map((row) => row.join()).join('\n'));
    const header = fc.constantFrom('reference,amountInCents,status\n', 'top_ticket,top_amount\n', '\uFEFF', '');
    const mapping = fc.option(
      fc.oneof(
        value.map((item) => JSON.stringify(item)),
        text,
      ),
      { nil: undefined },
    );
    await fc.assert(
      fc.asyncProperty(header, file, mapping, async (head, lines, said) => {
        const form: Record<string, string> = said === undefined ? {} : { mapping: said };
        const { status } = await upload(testApp.api, head + lines, form);
        expect([202, 200, 400, 409, 431]).toContain(status);
      }),
      { numRuns: thoroughly(200) },
    );
  });

  it('leaves the service as it was', async () => {
    expect((await testApp.api.create({ reference: newReference() })).status).toBe(201);
    expect((await testApp.api.call('GET', '/health/ready')).status).toBe(200);
  });
});

async function payins(reference: string): Promise<unknown[]> {
  return testApp.database.query('select 1 from payins where reference = $1', [reference]);
}
