import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SandboxClient, startSandbox, type Sandbox } from '../../index.js';
import {
  AUTHENTICATED,
  BREB_REQUEST,
  call,
  create,
  NEQUI_REQUEST,
  PSE_REQUEST,
  read,
  SEED_REQUEST,
  type Body,
} from './fixture.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

let sandbox: Sandbox;
let control: SandboxClient['hellopay'];

beforeEach(async () => {
  sandbox = await startSandbox({ port: 0 });
  control = new SandboxClient(sandbox.url).hellopay;
});
afterEach(() => sandbox.close());

describe('create', () => {
  it('answers 201 and PENDING with a single-use key of its own', async () => {
    const { status, body } = await create(sandbox, { ...BREB_REQUEST, breb: { keyType: 'SINGLE_USE' } });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      id: expect.stringMatching(UUID),
      status: 'PENDING',
      amount: 100,
      amountInCents: 10_000,
      reference: BREB_REQUEST.reference,
      inlineCustomer: BREB_REQUEST.inlineCustomer,
      callbackUrl: BREB_REQUEST.callbackUrl,
      resultAt: null,
    });
    expect(body.sourceData).toEqual({
      keyType: 'SINGLE_USE',
      keyString: expect.stringMatching(/^@SANDBOX[0-9A-F]{10}$/),
      checkoutUrl: expect.stringMatching(
        new RegExp(String.raw`^${sandbox.url}/hellopay/transaction\?payinId=${body.id}&token=[0-9a-f]{32}$`),
      ),
    });
  });

  it('adds a PNG picture to a key that is asked for as a QR code', async () => {
    const { body } = await create(sandbox);
    expect(Object.keys(body.sourceData)).toEqual(['keyType', 'qrString', 'keyString', 'checkoutUrl']);
    const [head, data] = (body.sourceData['qrString'] ?? '').split(',');
    expect(head).toBe('data:image/png;base64');
    const bytes = Buffer.from(data ?? '', 'base64');
    expect(bytes.subarray(0, 8).toString('hex')).toBe('89504e470d0a1a0a');
    expect(bytes.toString('latin1')).toMatch(/IHDR.*IDAT.*IEND/s);
  });

  it("echoes Nequi's telephone", async () => {
    const { body } = await create(sandbox, NEQUI_REQUEST);
    expect(body).toMatchObject({ status: 'PENDING', rail: 'NEQUI', sourceData: { phone: '+573001234567' } });
  });

  it("answers seed 003's request with seed 003's fields alone when that is the profile", async () => {
    await control.setSwitches({ profile: 'seed-2025-12' });
    const { body } = await create(sandbox, { ...SEED_REQUEST, inlineCustomer: BREB_REQUEST.inlineCustomer });
    expect(body).toEqual({
      id: expect.stringMatching(UUID),
      amount: 100_000,
      currency: 'COP',
      status: 'PENDING',
      rail: 'BRE_B',
      reference: 'INV-2024-001',
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      updatedAt: body['createdAt'],
      organizationId: expect.stringMatching(UUID),
      inlineCustomer: 'John Doe',
      errorCode: null,
      resultAt: null,
      chargebackAt: null,
      sourceData: { keyString: 'breb-key-string' },
      callbackUrl: 'https://example.com/callback',
    });
  });

  it('starts as PROCESSING when asked to', async () => {
    await control.setSwitches({ initialStatus: 'PROCESSING' });
    expect((await create(sandbox)).body.status).toBe('PROCESSING');
  });

  it('names everything that is wrong, and creates no order', async () => {
    const { status, body } = await create(sandbox, { ...BREB_REQUEST, amountInCents: 0, currency: 'USD' });
    expect(status).toBe(400);
    expect(body).toEqual({
      message: ['amountInCents must not be less than 1', 'currency must be one of the following values: COP'],
      error: 'Bad Request',
      statusCode: 400,
    });
    expect(await control.orders()).toEqual([]);
  });

  it.each([
    ['text that is not JSON', '{', 'application/json'],
    ['JSON that is called text', JSON.stringify(BREB_REQUEST), 'text/plain'],
  ])('refuses %s', async (_name, body, type) => {
    const headers = { ...AUTHENTICATED, 'content-type': type };
    expect((await create(sandbox, {}, { body, headers })).status).toBe(400);
  });
});

describe('a reference that is used again', () => {
  it.each([
    ['409', 409],
    ['400', 400],
  ] as const)('is refused with %s', async (duplicateReference, expected) => {
    await control.setSwitches({ duplicateReference });
    await create(sandbox);
    const { status, body } = await create(sandbox);
    expect(status).toBe(expected);
    expect(JSON.stringify(body['message'])).toContain('reference already exists');
    expect(await control.orders()).toHaveLength(1);
  });

  it('is answered with the first payin', async () => {
    await control.setSwitches({ duplicateReference: 'replay' });
    const first = await create(sandbox);
    const second = await create(sandbox, { ...BREB_REQUEST, amountInCents: 7 });
    expect(second.status).toBe(201);
    expect(second.body).toMatchObject({ id: first.body.id, amountInCents: 10_000 });
  });

  it('makes a second payin', async () => {
    await control.setSwitches({ duplicateReference: 'create' });
    const ids = [(await create(sandbox)).body.id, (await create(sandbox)).body.id];
    expect((await control.orders(BREB_REQUEST.reference)).map(({ id }) => id)).toEqual(ids.toReversed());
  });
});

describe('the API key', () => {
  it.each([
    ['missing', {}],
    ['wrong', { 'x-api-key': 'sandbox-hellopay-keY' }],
    ['sent as a bearer token', { authorization: 'Bearer sandbox-hellopay-key' }],
  ])('%s is refused before anything else is checked', async (_name, key) => {
    const headers = { 'content-type': 'application/json', ...key };
    const answers = await Promise.all([
      create(sandbox, {}, { headers }),
      call(sandbox, '/payins', { headers }),
      call(sandbox, '/payins/nobody', { headers }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401]);
    expect(answers[0]?.body).toEqual({ message: 'Unauthorized', error: 'Unauthorized', statusCode: 401 });
  });

  it('can be another one', async () => {
    const own = await startSandbox({ port: 0, hellopay: { credentials: { apiKey: 'own' } } });
    try {
      expect((await create(own)).status).toBe(401);
      expect((await create(own, BREB_REQUEST, { headers: { ...AUTHENTICATED, 'x-api-key': 'own' } })).status).toBe(201);
    } finally {
      await own.close();
    }
  });
});

describe('read', () => {
  it('answers the payin as it was created', async () => {
    await control.setSwitches({ processing: false });
    const { body } = await create(sandbox);
    expect(await read(sandbox, body.id)).toEqual({ status: 200, body });
  });

  it('finds no payin by its reference or by an id that is not there', async () => {
    await create(sandbox);
    for (const id of [BREB_REQUEST.reference, '123e4567-e89b-12d3-a456-426614174000']) {
      expect(await read(sandbox, id)).toEqual({
        status: 404,
        body: { message: 'Payin not found', error: 'Not Found', statusCode: 404 },
      });
    }
  });

  it.each([
    ['GET', '/payments'],
    ['POST', '/payins/sync'],
    ['DELETE', '/payins/1'],
  ])('answers %s %s in the words of a server that has no such route', async (method, path) => {
    const { status, body } = await call(sandbox, path, { method });
    expect(status).toBe(404);
    expect(body).toEqual({ message: `Cannot ${method} ${path}`, error: 'Not Found', statusCode: 404 });
  });
});

describe('the address of the PSE bank page', () => {
  it('is null on create and in as many reads as asked, then stays', async () => {
    await control.setSwitches({ pseUrlAfterReads: 2 });
    const { body } = await create(sandbox, PSE_REQUEST);
    expect(body.sourceData).toEqual({ pseUrl: null, bank: 'CO_BANCOLOMBIA', personType: 'INDIVIDUAL' });
    const seen: unknown[] = [];
    for (let reads = 0; reads < 4; reads += 1) seen.push((await read(sandbox, body.id)).body.sourceData['pseUrl']);
    const url = `${sandbox.url}/hellopay/pse?payinId=${body.id}`;
    expect(seen).toEqual([null, null, url, url]);
    // A client that polls on must not fill the file of orders.
    expect((await control.order(body.id)).reads).toBe(3);
  });

  it('is not hurried by the list, which shows it once it is there', async () => {
    const { body } = await create(sandbox, PSE_REQUEST);
    const listed = async (): Promise<unknown> => (await list())[0]?.sourceData['pseUrl'];
    expect([await listed(), await listed(), await listed()]).toEqual([null, null, null]);
    expect((await read(sandbox, body.id)).body.sourceData['pseUrl']).toBeNull();
    await read(sandbox, body.id);
    expect(await listed()).toContain('/hellopay/pse?payinId=');
  });

  it('does not come before its time', async () => {
    await control.setSwitches({ pseUrlAfterReads: 0, pseUrlAfterMs: 86_400_000 });
    const { body } = await create(sandbox, PSE_REQUEST);
    expect((await read(sandbox, body.id)).body.sourceData['pseUrl']).toBeNull();
    await control.setSwitches({ pseUrlAfterMs: 0 });
    expect((await read(sandbox, body.id)).body.sourceData['pseUrl']).not.toBeNull();
  });
});

async function list(query = ''): Promise<readonly Body[]> {
  const { body } = await call(sandbox, `/payins${query}`);
  return body['data'] as readonly Body[];
}

describe('list', () => {
  beforeEach(async () => {
    for (const reference of ['A', 'B', 'C']) await create(sandbox, { ...BREB_REQUEST, reference });
  });

  it.each([
    ['newest_first', ['C', 'B', 'A']],
    ['oldest_first', ['A', 'B', 'C']],
  ] as const)('is %s', async (listOrder, references) => {
    await control.setSwitches({ listOrder });
    expect((await list()).map(({ reference }) => reference)).toEqual(references);
  });

  it('is walked by its cursors', async () => {
    const { body } = await call(sandbox, '/payins?pageSize=2');
    expect(body['pageInfo']).toEqual({
      hasNext: true,
      hasPrevious: false,
      nextCursor: expect.any(String),
      previousCursor: null,
    });
    const { nextCursor } = Object(body['pageInfo']);
    expect(await list(`?pageSize=2&cursor=${encodeURIComponent(String(nextCursor))}`)).toMatchObject([
      { reference: 'A' },
    ]);
  });

  it('refuses a cursor that it did not make', async () => {
    const { status, body } = await call(sandbox, '/payins?cursor=nonsense');
    expect([status, body['message']]).toEqual([400, ['cursor is invalid']]);
  });
});

describe('a fault', () => {
  it.each([
    ['create', 'POST', '/payins'],
    ['query', 'GET', '/payins/nobody'],
    ['list', 'GET', '/payins'],
  ] as const)('strikes the next %s alone, and the call is kept as it came', async (operation, method, path) => {
    await control.fault({ operation, fault: { kind: 'status', status: 429, headers: { 'retry-after': '1' } } });
    const init = {
      method,
      headers: AUTHENTICATED,
      ...(method === 'POST' ? { body: JSON.stringify(BREB_REQUEST) } : {}),
    };
    const statuses: number[] = [];
    for (const _ of [1, 2]) statuses.push((await fetch(`${sandbox.hellopay.baseUrl}${path}`, init)).status);
    expect(statuses[0]).toBe(429);
    expect(statuses[1]).not.toBe(429);
    expect(await control.calls(operation)).toMatchObject([
      { method, url: `/hellopay${path}`, responseStatus: 429, headers: { 'x-api-key': AUTHENTICATED['x-api-key'] } },
      { responseStatus: statuses[1] },
    ]);
  });

  it('can lose the answer of a payin that was created, which the list then has', async () => {
    await control.fault({ operation: 'create', fault: { kind: 'lose_reply' } });
    await expect(create(sandbox)).rejects.toThrow('fetch failed');
    expect(await list()).toMatchObject([{ reference: BREB_REQUEST.reference }]);
  });
});
