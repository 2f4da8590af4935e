import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SandboxClient, startSandbox, type Sandbox } from '../../index.js';
import { shapeOf } from '../kit/fixture.js';
import { BREB_REQUEST, create, NEQUI_REQUEST, PSE_REQUEST, query, TRACE_ID, TRADE_NO } from './fixture.js';
import { ERROR_MESSAGES } from './errors.js';
import { CHANNEL_MESSAGES, type ChannelFailure } from './switches.js';

let sandbox: Sandbox;
let control: SandboxClient['teemopay'];

beforeEach(async () => {
  sandbox = await startSandbox({ port: 0 });
  control = new SandboxClient(sandbox.url).teemopay;
});
afterEach(() => sandbox.close());

const ID = BREB_REQUEST.merchantOrderNo;

describe('a create', () => {
  it("is answered as in seed 004, for the seed's own requests", async () => {
    for (const [request, page] of [
      [PSE_REQUEST, 'pse'],
      [{ ...NEQUI_REQUEST, merchantOrderNo: 'N' }, 'nequi'],
      [{ ...BREB_REQUEST, merchantOrderNo: 'A', paymentType: 204 }, 'checkout'],
      [{ ...BREB_REQUEST, merchantOrderNo: 'E', paymentType: 205 }, 'efecty'],
    ] as const) {
      const { status, body } = await create(sandbox, {}, request);
      expect(status).toBe(200);
      expect(shapeOf(body)).toBe(
        'msg traceId code data{amount tradeNo merchantOrderNo paymentType additionalInfo{} paymentInfo status}',
      );
      expect(body).toEqual({
        msg: 'success',
        traceId: expect.stringMatching(TRACE_ID),
        code: 200,
        data: {
          amount: '10000',
          tradeNo: expect.stringMatching(TRADE_NO),
          merchantOrderNo: request.merchantOrderNo,
          paymentType: request.paymentType,
          additionalInfo: {},
          paymentInfo: `${sandbox.url}/teemopay/${page}?tradeNo=${String(body.data['tradeNo'])}`,
          status: 1,
        },
      });
    }
  });

  it.each([
    ['additionalInfo', 'link', 'key'],
    ['paymentInfo', 'key', undefined],
    ['page', 'link', undefined],
  ] as const)('of Bre-B has the key in %s', async (brebKeyIn, paymentInfo, paymentFactory) => {
    await control.setSwitches({ brebKeyIn });
    const { data } = (await create(sandbox)).body;
    const { details, paymentUrl } = await control.order(ID);
    expect(details.key).toMatch(/^@teemo[0-9a-z]{8}$/);
    expect(data['paymentInfo']).toBe(paymentInfo === 'link' ? paymentUrl : details.key);
    expect(data['additionalInfo']).toEqual(paymentFactory === undefined ? {} : { paymentFactory: details.key });
  });

  it('of a cash payment has a code instead of a link when it is asked to', async () => {
    await control.setSwitches({ cashInfo: 'code' });
    const { data } = (await create(sandbox, { paymentType: 205 })).body;
    expect(data['paymentInfo']).toMatch(/^\d{10}$/);
    expect(data['paymentInfo']).toBe((await control.order(ID)).details.cashCode);
  });

  it('lives until expirationTime, or as long as the switch says', async () => {
    await control.setSwitches({ defaultLifeMinutes: 30 });
    const askedAt = Date.now();
    const expirationTime = askedAt + 3_600_000;
    await create(sandbox, { expirationTime });
    const tookMs = Date.now() - askedAt;
    await create(sandbox, { merchantOrderNo: 'B' });
    const [own, byDefault] = [await control.order(ID), await control.order('B')];
    // The clock is read twice: for the life that is left, and when the order is written down.
    const laterMs = Date.parse(own.expiresAt ?? '') - expirationTime;
    expect(laterMs >= 0 && laterMs <= tookMs).toBe(true);
    expect(Date.parse(byDefault.expiresAt ?? '') - Date.parse(byDefault.createdAt)).toBe(1_800_000);
  });

  it('is accepted with an expirationTime that is past, and is failed at once', async () => {
    expect((await create(sandbox, { expirationTime: 1_718_409_600_000 })).body.code).toBe(200);
    expect((await query(sandbox)).body.data['status']).toBe(3);
  });

  it.each(['200.00', '200.0', '200,00', '0', '0200', '-200', '+200', ' 200', '2e2', '', 200])(
    'refuses the amount %p',
    async (amount) => {
      expect((await create(sandbox, { amount })).body).toMatchObject({
        code: 414,
        msg: 'amount is invalid',
        data: null,
      });
      expect(await control.orders()).toEqual([]);
    },
  );

  it('takes .00 when decimals are tolerated, and echoes it', async () => {
    await control.setSwitches({ zeroDecimals: 'tolerated' });
    expect((await create(sandbox, { amount: '30000.00' })).body.data['amount']).toBe('30000.00');
    expect(await control.order(ID)).toMatchObject({ requestedInCents: 3_000_000 });
    expect((await create(sandbox, { amount: '30000.50', merchantOrderNo: 'B' })).body.code).toBe(414);
  });

  it.each([
    ['merchantOrderNo', [undefined, '', 7, 'x'.repeat(33)], ['x'.repeat(32)]],
    ['paymentType', [undefined, '212', 203, 999, 212.5], [202, 204, 205, 212]],
    ['amount', [undefined, '1'.repeat(21)], ['1'.repeat(20)]],
    ['expirationTime', ['1735660800000', 1.5, -1], [null]],
    ['realName', [undefined, null, ' ', 'x'.repeat(65)], ['x'.repeat(64)]],
    [
      'email',
      [undefined, 'johndoe', 'a@b', 'ñ@example.com', `${'x'.repeat(39)}@example.com`],
      [`${'x'.repeat(38)}@example.com`],
    ],
    ['phone', [undefined, 3_001_234_567, '300123456', '+573001234567'], ['0000000000']],
    [
      'callbackUrl',
      ['ftp://example.com', 'example.com', `https://example.com/${'x'.repeat(181)}`],
      [`https://example.com/${'x'.repeat(180)}`],
    ],
  ] as const)("holds %s to the seed's rule", async (field, refused, accepted) => {
    for (const value of refused) {
      const { body } = await create(sandbox, { [field]: value }, NEQUI_REQUEST);
      expect([value, body.code, body.msg]).toEqual([value, 414, `${field} is invalid`]);
    }
    for (const value of accepted) {
      await control.reset();
      const { body } = await create(sandbox, { [field]: value }, NEQUI_REQUEST);
      expect([value, body.code]).toEqual([value, 200]);
    }
  });

  it.each([
    ['CC', ['12345', '12345678901', '12345a'], ['123456', '1234567890']],
    ['CE', ['12345', '12345678901'], ['123456', '1234567890']],
    ['NIT', ['12345678', '1234567890'], ['123456789']],
    ['PA', ['12345678', 'AB12345678', 'AB-123456'], ['123456789', 'AB1234567']],
  ])("holds a %s to the seed's length", async (idType, refused, accepted) => {
    for (const idCardNumber of refused) {
      const { body } = await create(sandbox, { idType, idCardNumber }, NEQUI_REQUEST);
      expect([idCardNumber, body.code, body.msg]).toEqual([idCardNumber, 414, 'idCardNumber is invalid']);
    }
    for (const idCardNumber of accepted) {
      await control.reset();
      expect((await create(sandbox, { idType, idCardNumber }, NEQUI_REQUEST)).body.code).toBe(200);
    }
  });

  it("holds a CC to the seed's other length when it is asked to", async () => {
    await control.setSwitches({ ccDigits: '10' });
    expect((await create(sandbox, { idCardNumber: '123456' }, NEQUI_REQUEST)).body.msg).toBe('idCardNumber is invalid');
    expect((await create(sandbox, {}, NEQUI_REQUEST)).body.code).toBe(200);
  });

  it.each([
    [201, ['idType', 'idCardNumber', 'bankCode']],
    [202, ['idType', 'idCardNumber']],
    [204, []],
    [205, []],
    [212, []],
  ] as const)('of type %i needs %p beside the rest', async (paymentType, needed) => {
    for (const field of ['idType', 'idCardNumber', 'bankCode'] as const) {
      await control.reset();
      const { body } = await create(sandbox, { paymentType, [field]: undefined }, PSE_REQUEST);
      const expected = needed.some((name) => name === field) ? [414, `${field} is invalid`] : [200, 'success'];
      expect([field, body.code, body.msg]).toEqual([field, ...expected]);
    }
  });

  it.each([
    ['1040', [200, 200, 200]],
    ['1814', [200, 414, 200]],
    ['1151', [200, 200, 414]],
    ['9999', [414, 414, 414]],
  ])('checks the bank %s against either list, the payout list and the payin list', async (bankCode, codes) => {
    const seen: number[] = [];
    for (const bankList of ['either', 'payout', 'payin'] as const) {
      await control.reset();
      await control.setSwitches({ bankList });
      seen.push((await create(sandbox, { bankCode }, PSE_REQUEST)).body.code);
    }
    expect(seen).toEqual(codes);
  });

  it.each([207, 209, 210, 211, 213, 214, 215])('does not support type %i of the later pages', async (paymentType) => {
    const { body } = await create(sandbox, { paymentType });
    expect(body).toMatchObject({ code: 423, msg: 'This payment method is not supported', data: null });
  });

  it('is refused as a duplicate when its number was used, also by a failed order', async () => {
    await create(sandbox);
    expect((await create(sandbox)).body).toMatchObject({ code: 426, msg: 'merchant order duplicate', data: null });
    await control.reject(ID);
    expect((await create(sandbox)).body.code).toBe(426);
    expect(await control.orders()).toHaveLength(1);
  });

  it('needs an address for callbacks, its own or the portal’s', async () => {
    const without = { callbackUrl: undefined };
    const { body } = await create(sandbox, without);
    expect(body).toMatchObject({
      code: 427,
      msg: 'The callback notification address for collection must not be empty.',
    });
    await control.setSwitches({ portalCallbackUrl: 'https://portal.example.com/callback' });
    expect((await create(sandbox, without)).body.code).toBe(200);
    expect((await control.order(ID)).webhookUrl).toBe('https://portal.example.com/callback');
    await create(sandbox, { merchantOrderNo: 'B' });
    expect((await control.order('B')).webhookUrl).toBe(BREB_REQUEST.callbackUrl);
  });

  it.each(['412', '416', '423', '424', '445', '460', '462', '466', '473', '500'] as const)(
    'is refused with %s when it is asked to, and creates no order',
    async (createRefusal) => {
      await control.setSwitches({ createRefusal });
      const { status, body } = await create(sandbox);
      expect(status).toBe(200);
      expect(body).toEqual({
        code: Number(createRefusal),
        data: null,
        msg: ERROR_MESSAGES[createRefusal],
        traceId: expect.stringMatching(TRACE_ID),
      });
      expect(await control.orders()).toEqual([]);
    },
  );

  it.each(Object.keys(CHANNEL_MESSAGES) as ChannelFailure[])('fails in the channel: %s', async (channelFailure) => {
    await control.setSwitches({ channelFailure });
    const { body } = await create(sandbox);
    expect(shapeOf(body)).toBe(
      'code data{merchantOrderNo amount tradeNo paymentType paymentInfo additionalInfo status errorMsg} msg traceId',
    );
    expect(body).toMatchObject({
      code: 200,
      msg: 'success',
      data: {
        merchantOrderNo: ID,
        amount: null,
        paymentType: 212,
        paymentInfo: null,
        additionalInfo: null,
        status: 3,
        errorMsg: CHANNEL_MESSAGES[channelFailure],
      },
    });
    expect((await query(sandbox)).body.data).toMatchObject({
      status: 3,
      paymentInfo: null,
      errorMessage: CHANNEL_MESSAGES[channelFailure],
    });
  });

  it('is struck by faults, before or after the order is created', async () => {
    await control.fault({ operation: 'create', fault: { kind: 'status', status: 200, body: { code: 448 } } });
    expect((await create(sandbox)).body).toEqual({ code: 448 });
    expect(await control.orders()).toEqual([]);
    await control.fault({ operation: 'create', fault: { kind: 'lose_reply' } });
    await expect(create(sandbox)).rejects.toThrow('fetch failed');
    expect((await query(sandbox)).body.data['status']).toBe(1);
  });
});

describe("the errors' texts", () => {
  it('are those of the public pages', () => {
    expect(ERROR_MESSAGES).toMatchObject({
      '412': 'Please try again later',
      '416': 'Application not found',
      '423': 'This payment method is not supported',
      '424': 'This payment method is not configured',
      '445': 'Amount must be an integer',
      '460': 'The current payment method is unavailable.',
      '462': 'This request failed due to blacklist blocking',
      '466': 'Payment method fee rate not configured.',
      '473': expect.stringMatching(/^Merchant joint verification error: /),
      '500': 'Business Error',
    });
  });
});
