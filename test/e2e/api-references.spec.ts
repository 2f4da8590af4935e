import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ProblemCode } from '../../src/http/problem.js';
import { newReference, payinRequest } from '../support/api-client.js';
import { expectProblem } from '../support/expect-problem.js';
import { secondOrganization } from '../support/second-organization.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

let testApp: TestApp;

beforeAll(async () => {
  testApp = await startTestApp();
});

afterAll(async () => {
  await testApp?.close();
});

type Request = ReturnType<typeof full>;

/** A request with something in every field. */
function full(reference = newReference()) {
  return {
    amountInCents: 5_000_000,
    currency: 'COP',
    rail: 'PSE',
    reference,
    inlineCustomer: {
      name: 'José Peña',
      idType: 'CC',
      idNumber: '1234567890',
      phone: '+573121234567',
      email: 'jose@example.com',
    },
    pse: { bank: '1007', personType: 'NATURAL' },
    breb: { keyType: 'SINGLE_USE' },
    description: 'Café para dos',
    expiresInMinutes: 60,
    callbackUrl: testApp.merchant.url,
    redirectUrl: 'https://shop.example/thanks',
    provider: 'tumipay',
    metadata: { table: '4', waiter: 'Ana' },
  };
}

const post = (body: unknown) => testApp.api.call('POST', '/payins', body);
const ordersAtProvider = async () => (await testApp.sandbox.tumipay.orders()).length;

/** The same value with the members of every object in the opposite order. */
function backwards(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, item]) => [key, backwards(item)]),
  );
}

describe('the same reference and the same body', () => {
  it('is the same payin again: 200, Idempotency-Replayed, deep-equal, and no second order', async () => {
    const request = full();
    const first = await post(request);
    expect([first.status, first.headers.get('idempotency-replayed')]).toEqual([201, null]);
    const orders = await ordersAtProvider();
    const again = await post(request);
    expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([200, 'true']);
    expect(again.body).toEqual(first.body);
    expect(again.body).toEqual(await testApp.api.payin(String(first.body['id'])));
    expect(await ordersAtProvider()).toBe(orders);
  });

  it.each<[string, (request: Request) => unknown]>([
    ['the order of members', backwards],
    ['white space between them', (request) => JSON.stringify(request, null, '\t ')],
    [
      'escapes',
      (request) =>
        JSON.stringify(request)
          .replace('José', 'Jos\\u00e9')
          .replace('"expiresInMinutes":60', '"expiresInMinutes":6e1'),
    ],
    ['the unicode form', (request) => JSON.stringify(request).normalize('NFD')],
    [
      'blanks around and between words',
      (request) => ({ ...request, inlineCustomer: { ...request.inlineCustomer, name: ' José   Peña ' } }),
    ],
    [
      'the alias of an idType',
      (request) => ({ ...request, inlineCustomer: { ...request.inlineCustomer, idType: 'CO_CC' } }),
    ],
    [
      'dots in a document number',
      (request) => ({ ...request, inlineCustomer: { ...request.inlineCustomer, idNumber: '1.234.567.890' } }),
    ],
  ])('is the same question whatever %s', async (_, otherwise) => {
    const request = full();
    const first = await post(request);
    const again = await post(otherwise(request));
    expect([again.status, again.body]).toEqual([200, first.body]);
  });

  it('is the same question with null or an empty object for nothing', async () => {
    const request = payinRequest();
    const first = await post(request);
    const again = await post({
      ...request,
      pse: null,
      breb: null,
      description: null,
      callbackUrl: null,
      provider: null,
      metadata: {},
    });
    expect([first.status, again.status, again.body]).toEqual([201, 200, first.body]);
  });

  it('is the same payin also after it was paid, and shows it as it is now', async () => {
    const request = full();
    const opened = await testApp.api.open(request);
    await testApp.sandbox.tumipay.pay(new URL((opened.instructions as { url: string }).url).searchParams.get('s')!);
    const paid = await testApp.api.reaches(opened.id, 'APPROVED');
    const again = await post(request);
    expect([again.status, again.body]).toEqual([200, paid]);
  });
});

/** For every field another good value; undefined leaves it out. */
const OTHERWISE: [field: string, value: unknown][] = [
  ['amountInCents', 5_000_100],
  ['rail', 'CARD'],
  ['inlineCustomer', undefined],
  ['inlineCustomer.name', 'José Pena'],
  ['inlineCustomer.idType', 'CE'],
  ['inlineCustomer.idNumber', '1234567891'],
  ['inlineCustomer.phone', '+573121234568'],
  ['inlineCustomer.email', 'JOSE@example.com'],
  ['pse', undefined],
  ['pse.bank', '1001'],
  ['pse.personType', 'JURIDICA'],
  ['breb', null],
  ['breb.keyType', 'QR_CODE'],
  ['description', 'Cafe para dos'],
  ['description', undefined],
  ['expiresInMinutes', 61],
  ['expiresInMinutes', undefined],
  ['callbackUrl', 'http://127.0.0.1:1/other'],
  ['redirectUrl', undefined],
  ['provider', undefined],
  ['metadata', undefined],
  ['metadata.table', '5'],
  ['metadata.waiter', undefined],
  ['metadata.guest', 'one more'],
];

describe('the same reference with another body', () => {
  it('is tried for every field that a request has', () => {
    const differing = new Set(OTHERWISE.map(([field]) => field.replace(/\..*/, '')));
    expect([...differing].toSorted()).toEqual(
      Object.keys(full())
        // There is only one currency, and the reference is the key.
        .filter((field) => field !== 'currency' && field !== 'reference')
        .toSorted(),
    );
  });

  it('is a 409 that names exactly the field that differs, and changes nothing', async () => {
    const request = full();
    const first = await post(request);
    const [orders, events] = [await ordersAtProvider(), await testApp.api.events(String(first.body['id']))];
    for (const [field, value] of OTHERWISE) {
      const [outer = '', inner] = field.split('.');
      const whole = request as unknown as Record<string, object>;
      const problem = expectProblem(
        await post({ ...whole, [outer]: inner ? { ...whole[outer], [inner]: value } : value }),
        'REFERENCE_CONFLICT',
        field,
      );
      expect(problem.detail).toContain(field);
    }
    expect(await testApp.api.payin(String(first.body['id']))).toEqual(first.body);
    expect(await testApp.api.events(String(first.body['id']))).toEqual(events);
    expect(await ordersAtProvider()).toBe(orders);
  });

  it('names all fields that differ', async () => {
    const request = full();
    await post(request);
    const other = { ...request, amountInCents: 100, description: 'x', pse: { bank: '1', personType: 'JURIDICA' } };
    expectProblem(
      await post(other),
      'REFERENCE_CONFLICT',
      'amountInCents',
      'description',
      'pse.bank',
      'pse.personType',
    );
  });

  it('does not repeat what the first body said', async () => {
    const request = full();
    await post(request);
    const problem = expectProblem(
      await post({ ...request, inlineCustomer: { ...request.inlineCustomer, name: 'Other' } }),
      'REFERENCE_CONFLICT',
    );
    expect(JSON.stringify(problem)).not.toMatch(/José|Other/);
  });

  it('is a 409 also when the other body could not be opened by anybody', async () => {
    const request = full();
    await post(request);
    expectProblem(await post({ ...request, rail: 'NEQUI' }), 'REFERENCE_CONFLICT', 'rail');
  });
});

describe('many creates at the same instant', () => {
  it('of the same body are one 201, else 200, one order at the provider, and all of them answer with instructions', async () => {
    const request = full();
    const orders = await ordersAtProvider();
    const answers = await Promise.all(Array.from({ length: 50 }, () => post(request)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(49);
    expect(new Set(answers.map(({ body }) => body['id'])).size).toBe(1);
    for (const { body, status, headers } of answers) {
      expect(body['instructions']).toMatchObject({ type: 'redirect', url: expect.any(String) });
      expect(headers.get('idempotency-replayed')).toBe(status === 200 ? 'true' : null);
    }
    expect(await ordersAtProvider()).toBe(orders + 1);
    expect(
      (await testApp.api.events(String(answers[0]!.body['id']))).filter(({ to }) => to).map(({ to }) => to),
    ).toEqual(['CREATED', 'PENDING']);
  });

  it('of two bodies are one payin: one side wins, the other is told so', async () => {
    const bodies = [full(), full()];
    bodies[1] = { ...bodies[0]!, amountInCents: 100 };
    const orders = await ordersAtProvider();
    const answers = await Promise.all(Array.from({ length: 50 }, (_, index) => post(bodies[index % 2])));
    const winner = answers.findIndex(({ status }) => status === 201) % 2;
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    for (const [index, answer] of answers.entries()) {
      if (index % 2 === winner) expect([200, 201]).toContain(answer.status);
      else expectProblem(answer, 'REFERENCE_CONFLICT', 'amountInCents');
    }
    expect(await ordersAtProvider()).toBe(orders + 1);
  });

  it('of 50 references are 50 payins', async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => testApp.api.create()));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201));
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(50);
  });
});

describe('a reference', () => {
  it('belongs to its organization: the same one in two of them is two payins', async () => {
    const second = await secondOrganization(testApp);
    const request = full();
    const [ours, theirs] = await Promise.all([
      post(request),
      second.api.call('POST', '/payins', { ...request, amountInCents: 100 }),
    ]);
    expect([ours.status, theirs.status]).toEqual([201, 201]);
    expect(ours.body['id']).not.toBe(theirs.body['id']);
    expect(theirs.body['organizationId']).toBe(second.organizationId);
    expect((await post(request)).body).toEqual(ours.body);
  });

  it.each<[string, string, (request: Request) => unknown]>([
    ['MALFORMED_JSON', 'cannot be read', (request) => JSON.stringify(request).slice(0, -1)],
    ['VALIDATION_FAILED', 'breaks a rule of a field', (request) => ({ ...request, amountInCents: 1 })],
    ['VALIDATION_FAILED', 'breaks a rule of the rail', (request) => ({ ...request, expiresInMinutes: 10_000_000 })],
    ['VALIDATION_FAILED', 'has a field that there is not', (request) => ({ ...request, amount: 1 })],
    ['PROVIDER_RULE', 'its provider does not take', (request) => ({ ...request, inlineCustomer: undefined })],
    ['RAIL_NOT_AVAILABLE', 'nobody can open', (request) => ({ ...request, rail: 'NEQUI' })],
  ])('is not taken by a create that is a %s because it %s', async (code, _, spoilt) => {
    const request = full();
    const orders = await ordersAtProvider();
    expectProblem(await post(spoilt(request)), code as ProblemCode);
    expect(await ordersAtProvider()).toBe(orders);
    const answer = await post(request);
    expect([answer.status, answer.body['status']]).toEqual([201, 'PENDING']);
  });

  it('that differs in case only is another one', async () => {
    const request = full();
    const first = await post(request);
    const second = await post({ ...request, reference: request.reference.toLowerCase() });
    expect([first.status, second.status]).toEqual([201, 201]);
  });
});
