import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SandboxClient, startSandbox, TEEMOPAY_SANDBOX_KEYS, type Sandbox } from '../../index.js';
import { NonceStore } from './authentication.js';
import { BREB_REQUEST, call, create, PATHS, post, PSE_REQUEST, query, TRACE_ID } from './fixture.js';
import { signText } from './signature.js';

let sandbox: Sandbox;
let control: SandboxClient['teemopay'];

beforeEach(async () => {
  sandbox = await startSandbox({ port: 0 });
  control = new SandboxClient(sandbox.url).teemopay;
});
afterEach(() => sandbox.close());

const OLD = String(Date.now() - 60_000);

describe('a request', () => {
  it.each([
    ['another country', { country: 'MX' }, 401, 'Header country error'],
    ['no country', { country: null }, 401, 'Header country error'],
    ['another application', { app_code: 'A2601010001MX001' }, 416, 'Application not found'],
    ['no application', { app_code: null }, 401, 'Header appId is invalid'],
    ['no timestamp', { timestamp: null }, 401, 'Header timestamp not found'],
    ['a timestamp in seconds', { timestamp: '1735660800' }, 401, 'Header timestamp not found'],
    ['an old timestamp', { timestamp: OLD }, 401, 'Header timestamp expire'],
    ['a timestamp to come', { timestamp: String(Date.now() + 3_600_000) }, 401, 'Header timestamp expire'],
    ['a nonce that is too short', { nonce: 'short' }, 401, 'Nonce verify fail'],
    ['another content type', { 'content-type': 'text/plain' }, 413, 'json parse error'],
  ])('with %s does not come in', async (_what, headers, code, msg) => {
    const answer = await call(sandbox, PATHS.create, BREB_REQUEST, headers);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ code, data: null, msg, traceId: expect.stringMatching(TRACE_ID) });
    expect(await control.orders()).toEqual([]);
  });

  it.each([
    ['', 415, 'body empty'],
    ['{', 413, 'json parse error'],
    ['[]', 413, 'json parse error'],
    ['{"amount":"1","amount":"2"}', 413, 'json parse error'],
  ])('with the body %p does not come in', async (body, code, msg) => {
    expect((await post(sandbox, PATHS.create, body)).body).toMatchObject({ code, msg, data: null });
  });

  it.each([
    ['no signature', {}],
    ['an empty signature', { sign: '' }],
    ['a signature that is none', { sign: 'YOUR_SIGN' }],
    [
      "the platform's signature",
      { sign: signText(`nonce=${'a'.repeat(32)}`, TEEMOPAY_SANDBOX_KEYS.platform.privateKey) },
    ],
  ])('with %s does not come in', async (_what, body) => {
    const answer = await post(sandbox, PATHS.query, JSON.stringify(body), { nonce: 'a'.repeat(32) });
    expect(answer.body).toMatchObject({ code: 401, msg: 'signature verification failed' });
  });

  it('that was changed after signing does not come in', async () => {
    expect((await create(sandbox)).body.code).toBe(200);
    const [accepted] = await control.calls('create');
    for (const [from, to] of [
      ['10000', '10001'],
      [BREB_REQUEST.merchantOrderNo, 'another'],
      ['"sign"', '"extra":"1","sign"'],
    ] as const) {
      const body = accepted?.body.replace(from, to) ?? '';
      expect(body).not.toBe(accepted?.body);
      const nonce = 'b'.repeat(32);
      expect((await post(sandbox, PATHS.create, body, { nonce })).body.code).toBe(401);
    }
  });

  it('comes in with appCode as well, and with fields that no document has', async () => {
    const headers = { app_code: null, appCode: 'A2601010001CO001' };
    const answer = await call(sandbox, PATHS.create, { ...BREB_REQUEST, extra: 'x' }, headers);
    expect(answer.body.code).toBe(200);
  });

  it('is refused when it comes a second time, unless nonces are not checked', async () => {
    const nonce = 'c'.repeat(32);
    const again = (): ReturnType<typeof call> => call(sandbox, PATHS.query, { merchantOrderNo: 'none' }, { nonce });
    expect((await again()).body.code).toBe(434);
    expect((await again()).body).toMatchObject({ code: 401, msg: 'Nonce verify fail' });
    await control.setSwitches({ nonceOnce: false });
    expect((await again()).body.code).toBe(434);
  });

  it('may keep its nonce when it was refused', async () => {
    const nonce = 'd'.repeat(32);
    await post(sandbox, PATHS.query, '{"sign":"x"}', { nonce });
    expect((await call(sandbox, PATHS.query, { merchantOrderNo: 'none' }, { nonce })).body.code).toBe(434);
  });

  it('may be as old as the switch says, and of any age at 0', async () => {
    const code = async (): Promise<number> =>
      (await call(sandbox, PATHS.query, { merchantOrderNo: 'x' }, { timestamp: OLD })).body.code;
    await control.setSwitches({ timestampWindowMs: 600_000 });
    expect(await code()).toBe(434);
    await control.setSwitches({ timestampWindowMs: 0 });
    expect(await code()).toBe(434);
  });

  it('is refused with the HTTP status of the switch', async () => {
    await control.setSwitches({ errorHttpStatus: 400 });
    expect(await query(sandbox, 'none')).toMatchObject({ status: 400, body: { code: 434 } });
  });

  it('is checked with the keys and the application that the sandbox was started with', async () => {
    const credentials = { appCode: 'OWN', merchantPublicKey: TEEMOPAY_SANDBOX_KEYS.platform.publicKey };
    const own = await startSandbox({ port: 0, teemopay: { credentials } });
    try {
      const nonce = 'e'.repeat(32);
      const sign = signText(`merchantOrderNo=A&nonce=${nonce}`, TEEMOPAY_SANDBOX_KEYS.platform.privateKey);
      const body = JSON.stringify({ merchantOrderNo: 'A', sign });
      expect((await post(own, PATHS.query, body, { nonce, app_code: 'OWN' })).body.code).toBe(434);
      expect((await post(own, PATHS.query, body, { nonce })).body.code).toBe(416);
    } finally {
      await own.close();
    }
  });
});

describe('what is no call', () => {
  it('is answered in the envelope, and kept in the log', async () => {
    expect(await call(sandbox, '/api/pay/refund', {})).toMatchObject({ status: 404, body: { code: 404, data: null } });
    expect(await control.calls('unknown')).toMatchObject([{ url: '/teemopay/api/pay/refund', responseStatus: 404 }]);
    const tooLarge = await create(sandbox, { realName: 'x'.repeat(300_000) }, PSE_REQUEST);
    expect(tooLarge).toMatchObject({ status: 413, body: { code: 413, data: null } });
  });
});

describe('a nonce', () => {
  const DAY_MS = 86_400_000;

  it('is free again after 24 hours', () => {
    const book = new NonceStore();
    book.use('N', 0);
    expect(book.isUsed('N', DAY_MS - 1)).toBe(true);
    expect(book.isUsed('N', DAY_MS)).toBe(false);
  });

  it('is forgotten when 100,000 younger ones came', () => {
    const book = new NonceStore();
    for (let count = 0; count <= 100_000; count += 1) book.use(String(count), 0);
    expect(book.isUsed('0', 0)).toBe(false);
    expect(book.isUsed('1', 0)).toBe(true);
  });
});
