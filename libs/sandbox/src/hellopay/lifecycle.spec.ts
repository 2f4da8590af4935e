import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SandboxClient, startSandbox, type Sandbox } from '../../index.js';
import { BREB_REQUEST, create, NEQUI_REQUEST, PSE_REQUEST, read, type Body } from './fixture.js';
import { until } from '../kit/fixture.js';

let sandbox: Sandbox;
let control: SandboxClient['hellopay'];

beforeEach(async () => {
  sandbox = await startSandbox({ port: 0 });
  control = new SandboxClient(sandbox.url).hellopay;
});
afterEach(() => sandbox.close());

async function opened(request: object = BREB_REQUEST): Promise<string> {
  return (await create(sandbox, request)).body.id;
}

async function payin(id: string): Promise<Body> {
  return (await read(sandbox, id)).body;
}

describe('a new payin', () => {
  it.each(['PENDING', 'PROCESSING'] as const)('that starts %s is PROCESSING at once', async (initialStatus) => {
    await control.setSwitches({ initialStatus });
    const id = await opened();
    await until(
      () => control.order(id),
      ({ details }) => details.processed,
    );
    expect(await payin(id)).toMatchObject({ status: 'PROCESSING', resultAt: null, settlementStatus: null });
  });

  it('stays PENDING while the switch says so', async () => {
    await control.setSwitches({ processing: false });
    expect((await payin(await opened())).status).toBe('PENDING');
  });
});

describe('a result', () => {
  it('of money shows what arrived beside what was asked, and when', async () => {
    const id = await opened();
    await control.pay(id, { amountInCents: 7_750 });
    const body = await payin(id);
    expect(body).toMatchObject({
      status: 'CONFIRMED',
      amount: 100,
      amountInCents: 10_000,
      confirmedAmount: 77.5,
      confirmedAmountInCents: 7_750,
      settlementStatus: 'PENDING_SETTLEMENT',
      errorCode: null,
    });
    expect(body['resultAt']).toBe(body['updatedAt']);
  });

  it.each([
    ['reject', { status: 'DECLINED', errorCode: '1234567890' }],
    ['cancel', { status: 'CANCELED', errorCode: null }],
    ['expire', { status: 'DECLINED', errorCode: '1234567890' }],
  ] as const)('of %s has no amount', async (move, expected) => {
    const id = await opened();
    await control[move](id);
    expect(await payin(id)).toMatchObject({ ...expected, confirmedAmountInCents: null, resultAt: expect.any(String) });
  });

  it('carries the error code that is asked for', async () => {
    await control.setSwitches({ errorCode: 'U112' });
    const id = await opened();
    await control.reject(id);
    expect((await payin(id))['errorCode']).toBe('U112');
  });

  it('can turn into money that came late', async () => {
    const id = await opened();
    await control.expire(id);
    await control.pay(id);
    expect(await payin(id)).toMatchObject({ status: 'CONFIRMED', errorCode: null, confirmedAmountInCents: 10_000 });
  });
});

describe('expiry', () => {
  it.each([
    [BREB_REQUEST, 'CANCELED'],
    [PSE_REQUEST, 'CANCELED'],
    [NEQUI_REQUEST, 'DECLINED'],
  ])('of %j by the switch CANCELED is %s', async (request, status) => {
    await control.setSwitches({ expiryStatus: 'CANCELED' });
    const id = await opened(request);
    await control.expire(id);
    expect((await payin(id)).status).toBe(status);
  });

  it.each([
    [BREB_REQUEST, 7],
    [PSE_REQUEST, 7],
    [NEQUI_REQUEST, 15],
  ])('of %j by a life of 7 minutes is after %i', async (request, minutes) => {
    await control.setSwitches({ expiryMinutes: 7 });
    const { createdAt, expiresAt } = await control.order(await opened(request));
    expect(Date.parse(expiresAt ?? '') - Date.parse(createdAt)).toBe(minutes * 60_000);
  });
});

describe('a chargeback', () => {
  it('changes only chargebackAt', async () => {
    const id = await opened();
    await control.pay(id, { amountInCents: 9_000 });
    const before = await payin(id);
    await control.reverse(id);
    const after = await payin(id);
    expect(after).toEqual({ ...before, chargebackAt: expect.any(String), updatedAt: after['chargebackAt'] });
  });

  it('declines the payin too when the switch says so', async () => {
    await control.setSwitches({ chargebackKeepsStatus: false });
    const id = await opened();
    await control.pay(id);
    await control.reverse(id);
    expect(await payin(id)).toMatchObject({
      status: 'DECLINED',
      chargebackAt: expect.any(String),
      confirmedAmountInCents: 10_000,
    });
  });

  it('cannot be before money', async () => {
    await expect(control.reverse(await opened())).rejects.toMatchObject({ status: 400 });
  });
});

describe("the provider's own sandbox rule", () => {
  const withDocument = (idNumber: string): object => ({
    ...BREB_REQUEST,
    inlineCustomer: { ...BREB_REQUEST.inlineCustomer, idNumber },
  });

  it.each([
    ['1000000001', withDocument('1000000001'), 'CONFIRMED'],
    ['1000000003', withDocument('1000000003'), 'DECLINED'],
    ['1000000005', withDocument('1000000005'), 'CANCELED'],
    ['any other number', withDocument('79123456'), 'CONFIRMED'],
    ['no customer', { ...BREB_REQUEST, inlineCustomer: undefined }, 'CONFIRMED'],
  ])('ends a payin with %s by itself', async (_name, request, status) => {
    await control.setSwitches({ autoComplete: true, autoCompleteAfterMs: 20 });
    const id = await opened(request);
    const { closedAt, createdAt } = await until(
      () => control.order(id),
      (order) => order.closedAt !== null,
    );
    expect(await payin(id)).toMatchObject({ status, confirmedAmountInCents: status === 'CONFIRMED' ? 10_000 : null });
    expect(Date.parse(closedAt ?? '') - Date.parse(createdAt)).toBeGreaterThanOrEqual(20);
  });

  it('waits for the payer while it is off, and still can be asked for', async () => {
    await control.setSwitches({ autoCompleteAfterMs: 0 });
    const id = await opened(withDocument('1000000005'));
    expect((await payin(id)).status).not.toBe('CANCELED');
    await control.submit(id);
    expect((await payin(id)).status).toBe('CANCELED');
  });
});

describe('the page', () => {
  it.each([
    ['Bre-B', BREB_REQUEST, true],
    ['PSE', PSE_REQUEST, false],
    ['Nequi', NEQUI_REQUEST, false],
  ])('of %s is for a person, who pays there', async (rail, request, setsAmount) => {
    const { paymentUrl, id } = await control.order(await opened(request));
    const page = await (await fetch(paymentUrl)).text();
    expect(page).toContain(rail);
    expect(page).toContain(request.reference);
    expect(page.includes('name="amount"')).toBe(setsAmount);
    const parameter = new URL(paymentUrl).search.slice(1);
    const answer = await fetch(paymentUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: `${parameter}&action=pay&amount=55`,
    });
    expect(answer.status).toBe(200);
    expect(await payin(id)).toMatchObject({
      status: 'CONFIRMED',
      confirmedAmountInCents: setsAmount ? 5_500 : 10_000,
    });
  });

  it('is found by the address that the answer gave', async () => {
    const { body } = await create(sandbox);
    const page = await fetch(String(body.sourceData['checkoutUrl']));
    expect(page.status).toBe(200);
    expect(await page.text()).toContain(String(body.sourceData['keyString']));
    const paid = await fetch(`${sandbox.url}/control/pay`, { method: 'POST', body: JSON.stringify(body) });
    expect(paid.status).toBe(200);
    expect((await payin(body.id)).status).toBe('CONFIRMED');
  });
});
