import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { PresentedPayin } from '../../src/payins/presenters/payin.presenter.js';
import { expectProblem } from '../support/expect-problem.js';
import { INTEGRITY_CHECK } from '../support/integrity.js';
import { providerSide } from '../support/provider-side.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { processTimePasses, timePasses } from '../support/time.js';
import { until } from '../support/until.js';

interface RefundView {
  id: string;
  status: string;
  provider: string | null;
  providerStatus: string | null;
  providerReason: string | null;
  askedAt: string | null;
  evidence: string | null;
  paidBy: string | null;
}

const DAY_SECONDS = 86_400;
const COUNTED_EVERY_SECONDS = 30;

let testApp: TestApp;

beforeAll(async () => {
  testApp = await startTestApp({
    PROVIDERS: 'hellopay,teemopay',
    HELLOPAY_SANDBOX_REFUNDS: 'true',
    RAIL_POLICY_NEQUI: '{"pollSeconds":[3600]}',
  });
});
afterEach(async () => {
  await testApp.sandbox.hellopay.clearFaults();
  await testApp.sandbox.hellopay.setSwitches({ refunds: 'paid' });
});
afterAll(() => testApp?.close());

const get = async (id: string) => (await testApp.api.call<RefundView>('GET', `/refunds/${id}`)).body;
const act = (id: string, what: string, body?: object) =>
  testApp.api.call<RefundView>('POST', `/refunds/${id}/${what}`, body);

/** Of a payin that was paid: requested, and approved or not. */
async function requested(amountInCents = 100_000): Promise<{ payin: PresentedPayin; id: string }> {
  const payin = await testApp.api.open({ provider: 'hellopay', rail: 'NEQUI' });
  const { control, order } = await providerSide(testApp, payin, 'hellopay');
  await control.pay(order.id);
  await testApp.api.reaches(payin.id, 'APPROVED');
  const to = { type: 'BRE_B_KEY', key: '@ana123' };
  const body = { amountInCents, reason: 'CUSTOMER_REQUEST', to };
  const { body: refund } = await testApp.api.call<RefundView>('POST', `/payins/${payin.id}/refunds`, body);
  return { payin, id: refund.id };
}

async function made(payin: PresentedPayin) {
  const { order } = await providerSide(testApp, payin, 'hellopay');
  return order.details.refunds ?? [];
}

const reaches = (id: string, providerStatus: string) =>
  until(`the refund to be ${providerStatus} at its provider`, async () => {
    const refund = await get(id);
    return refund.providerStatus === providerStatus && refund;
  });

/** Until the provider was called about it so often, by its own record. */
const called = (operation: 'refund' | 'refundQuery', count: number) =>
  until(`${count} calls of ${operation}`, async () => {
    const calls = await testApp.sandbox.hellopay.calls(operation);
    return calls.length >= count && calls;
  });

async function callsSoFar(operation: 'refund' | 'refundQuery'): Promise<number> {
  return (await testApp.sandbox.hellopay.calls(operation)).length;
}

async function entriesOf({ id }: { id: string }): Promise<string[]> {
  const { body } = await testApp.api.call<{ data: { type: string; debit: string; credit: string }[] }>(
    'GET',
    `/payins/${id}/ledger-entries`,
  );
  return body.data
    .filter(({ type }) => type.startsWith('refund.'))
    .map(({ type, debit, credit }) => `${type}: ${debit} > ${credit}`);
}

describe('a provider that pays refunds by itself', () => {
  it('is asked once at the approval, and payin, ledger, history and explanation say that it paid', async () => {
    const { payin, id } = await requested();
    const approved = await act(id, 'approve');
    // The provider may have paid it before this answer was read.
    expect(approved.body).toMatchObject({
      status: expect.stringMatching(/^(APPROVED|PAID)$/),
      provider: 'hellopay',
      askedAt: expect.any(String),
    });
    const refund = await reaches(id, 'PAID');
    const [atProvider, ...others] = await made(payin);
    expect(others).toEqual([]);
    expect(atProvider).toMatchObject({
      reference: id.replaceAll('-', ''),
      amountInCents: 100_000,
      status: 'COMPLETED',
    });
    expect(refund).toMatchObject({ status: 'PAID', evidence: `HelloPay refund ${atProvider!.id}`, paidBy: null });
    expect(await testApp.api.payin(payin.id)).toMatchObject({ status: 'APPROVED', amountRefundedInCents: 100_000 });
    expect(await entriesOf(payin)).toEqual([
      'refund.approved: merchant > payer-refunds',
      'refund.paid: payer-refunds > provider:hellopay',
    ]);
    const history = (await testApp.api.events(payin.id)).filter(({ type }) => type.startsWith('refund.'));
    expect(history.map(({ type, data }) => [type, data['provider']])).toEqual([
      ['refund.requested', undefined],
      ['refund.approved', 'hellopay'],
      ['refund.paid', 'hellopay'],
    ]);
    const { body } = await testApp.api.call<{ es: string; en: string }>('GET', `/payins/${payin.id}/explain`);
    expect(JSON.stringify(body)).toMatch(/hellopay reported .* that it paid the/);
    expect((await act(id, 'approve')).body).toMatchObject({ status: 'PAID', providerStatus: 'PAID' });
    expect(await made(payin)).toHaveLength(1);
    // A check afterwards finds the payin as it was.
    await testApp.api.call('POST', `/payins/${payin.id}/refresh`);
    expect((await testApp.api.payin(payin.id)).status).toBe('APPROVED');
  });

  it('may have it until it has answered: nobody else pays it, and nobody cancels it', async () => {
    await testApp.sandbox.hellopay.setSwitches({ refunds: 'pending' });
    const { payin, id } = await requested();
    const asked = await callsSoFar('refundQuery');
    await act(id, 'approve');
    await until('the provider to have it', async () => (await made(payin)).length === 1);
    for (const [what, body] of [['pay', { evidence: 'mine' }], ['cancel']] as const) {
      const problem = expectProblem(await act(id, what, body), 'REFUND_FORBIDDEN');
      expect(problem.detail).toMatch(/provider/);
    }
    await timePasses(testApp.database, 60);
    await called('refundQuery', asked + 1);
    expect(await get(id)).toMatchObject({ status: 'APPROVED', providerStatus: 'ASKED' });
    await testApp.sandbox.hellopay.setSwitches({ refunds: 'paid' });
    await timePasses(testApp.database, 60);
    expect(await reaches(id, 'PAID')).toMatchObject({ status: 'PAID' });
    expect(await made(payin)).toHaveLength(1);
  });

  it('that refuses it leaves it to people, who see why, and is not asked again', async () => {
    await testApp.sandbox.hellopay.setSwitches({ refunds: 'declined' });
    const { payin, id } = await requested();
    await act(id, 'approve');
    expect(await reaches(id, 'REFUSED')).toMatchObject({ status: 'APPROVED', providerReason: 'ACCOUNT_CLOSED' });
    const asked = (await callsSoFar('refund')) + (await callsSoFar('refundQuery'));
    await timePasses(testApp.database, 7_200);
    expect((await act(id, 'pay', { evidence: 'transfer 1' })).body).toMatchObject({ status: 'PAID' });
    expect(await entriesOf(payin)).toEqual([
      'refund.approved: merchant > payer-refunds',
      'refund.paid: payer-refunds > own-funds',
    ]);
    expect((await callsSoFar('refund')) + (await callsSoFar('refundQuery'))).toBe(asked);
  });

  it('that does not take the request at all leaves it to people as well', async () => {
    const { id } = await requested();
    const fault = { kind: 'status', status: 422, body: { message: 'no', code: 'NOT_TODAY' } } as const;
    await testApp.sandbox.hellopay.fault({ operation: 'refund', fault });
    await act(id, 'approve');
    expect(await reaches(id, 'REFUSED')).toMatchObject({ providerReason: 'NOT_TODAY' });
    expect((await act(id, 'cancel')).body.status).toBe('CANCELED');
  });

  it.each([
    ['was lost after it was taken', { kind: 'lose_reply' }],
    ['was lost before it was taken', { kind: 'reset' }],
    ['was a 503', { kind: 'status', status: 503 }],
    ['was a 500 after it was taken', { kind: 'status', status: 500, executed: true }],
    ['could not be read', { kind: 'garbage', executed: true }],
  ] as const)('whose answer %s is asked again by the same reference, and pays once', async (_what, fault) => {
    const { payin, id } = await requested();
    await testApp.sandbox.hellopay.fault({ operation: 'refund', fault });
    const asked = await callsSoFar('refund');
    await act(id, 'approve');
    await called('refund', asked + 1);
    expectProblem(await act(id, 'cancel'), 'REFUND_FORBIDDEN');
    await timePasses(testApp.database, 60);
    expect(await reaches(id, 'PAID')).toMatchObject({ status: 'PAID' });
    expect(await made(payin)).toMatchObject([{ reference: id.replaceAll('-', '') }]);
  });

  it('that never took it is asked for it for a day, and then it is left to people', async () => {
    const { payin, id } = await requested();
    const asked = await callsSoFar('refund');
    await testApp.sandbox.hellopay.fault({ operation: 'refund', fault: { kind: 'status', status: 503 }, times: 100 });
    await act(id, 'approve');
    await called('refund', asked + 1);
    await timePasses(testApp.database, DAY_SECONDS / 2);
    await called('refund', asked + 2);
    const queries = await callsSoFar('refundQuery');
    await timePasses(testApp.database, DAY_SECONDS / 2);
    await called('refundQuery', queries + 1);
    expect(await get(id)).toMatchObject({ status: 'APPROVED', providerStatus: 'ASKED' });
    await timePasses(testApp.database, 3_700);
    expect(await reaches(id, 'REFUSED')).toMatchObject({ status: 'APPROVED', providerReason: 'NOT_TAKEN' });
    expect(await callsSoFar('refund')).toBe(asked + 2);
    expect(await made(payin)).toEqual([]);
  });

  it('that has not taken it is not asked for it any more once the money was reversed, and it is left to people', async () => {
    const { payin, id } = await requested();
    const { control, order } = await providerSide(testApp, payin, 'hellopay');
    const asked = await callsSoFar('refund');
    await testApp.sandbox.hellopay.fault({ operation: 'refund', fault: { kind: 'status', status: 503 }, times: 100 });
    await act(id, 'approve');
    await called('refund', asked + 1);
    await control.reverse(order.id, { webhook: 'none' });
    await testApp.api.call('POST', `/payins/${payin.id}/refresh`);
    await testApp.api.reaches(payin.id, 'REVERSED');
    await testApp.sandbox.hellopay.clearFaults();
    const queries = await callsSoFar('refundQuery');
    await timePasses(testApp.database, 60);
    await called('refundQuery', queries + 1);
    expect(await get(id)).toMatchObject({ status: 'APPROVED', providerStatus: 'ASKED' });
    await timePasses(testApp.database, 3_700);
    expect(await reaches(id, 'REFUSED')).toMatchObject({ status: 'APPROVED', providerReason: 'NOT_TAKEN' });
    expect(await callsSoFar('refund')).toBe(asked + 1);
    expect(await made(payin)).toEqual([]);
    expect((await act(id, 'cancel')).body.status).toBe('CANCELED');
  });

  it('is asked by one of many at once, and all organizations and replicas together make one refund', async () => {
    const { payin, id } = await requested();
    await Promise.all(Array.from({ length: 8 }, () => act(id, 'approve')));
    await reaches(id, 'PAID');
    expect(await made(payin)).toHaveLength(1);
    expect((await entriesOf(payin)).filter((line) => line.startsWith('refund.paid'))).toHaveLength(1);
  });

  it('is not asked about the money of another one', async () => {
    const payin = await testApp.api.open({ provider: 'teemopay', rail: 'BRE_B' });
    const { control, order } = await providerSide(testApp, payin, 'teemopay');
    await control.pay(order.id);
    await testApp.api.reaches(payin.id, 'APPROVED');
    const body = { amountInCents: 100, reason: 'OTHER', to: { type: 'BRE_B_KEY', key: '@ana123' } };
    const { body: refund } = await testApp.api.call<RefundView>('POST', `/payins/${payin.id}/refunds`, body);
    const approved = await act(refund.id, 'approve');
    expect(approved.body).toMatchObject({ status: 'APPROVED', provider: null, providerStatus: null, askedAt: null });
    expect((await act(refund.id, 'pay', { evidence: 'transfer' })).body.status).toBe('PAID');
  });

  it('is in the metrics: what waits, and what went back', async () => {
    await testApp.sandbox.hellopay.setSwitches({ refunds: 'pending' });
    const [waiting, asked, byHand] = [await requested(1_000), await requested(2_000), await requested(4_000)];
    await testApp.sandbox.hellopay.fault({
      operation: 'refund',
      fault: { kind: 'status', status: 422, body: { message: 'no' } },
    });
    await act(byHand.id, 'approve');
    await reaches(byHand.id, 'REFUSED');
    await act(asked.id, 'approve');
    await until('the provider to have it', async () => (await made(asked.payin)).length === 1);
    processTimePasses(COUNTED_EVERY_SECONDS);
    const text = await (await fetch(`${testApp.url}/metrics`)).text();
    const [sums] = await testApp.database.query<Record<string, string>>(
      `select count(*) filter (where status = 'REQUESTED') as requested, sum(amount_in_cents) filter (where status = 'REQUESTED') as requested_cents,
              count(*) filter (where status = 'APPROVED' and provider_status is distinct from 'ASKED') as approved,
              count(*) filter (where provider_status = 'ASKED') as asked, sum(amount_in_cents) filter (where provider_status = 'ASKED') as asked_cents,
              sum(amount_in_cents) filter (where provider_status = 'PAID') as paid_cents
       from refunds`,
    );
    expect([waiting.id, sums!['requested'], sums!['asked']]).toEqual([expect.any(String), '1', '1']);
    expect(text).toContain(`recaudo_waiting_refunds{state="REQUESTED"} ${sums!['requested']}\n`);
    expect(text).toContain(`recaudo_waiting_refunds_in_cents{state="REQUESTED"} ${sums!['requested_cents']}\n`);
    expect(text).toContain(`recaudo_waiting_refunds{state="APPROVED"} ${sums!['approved']}\n`);
    expect(text).toContain(`recaudo_waiting_refunds{state="ASKED"} ${sums!['asked']}\n`);
    expect(text).toContain(`recaudo_waiting_refunds_in_cents{state="ASKED"} ${sums!['asked_cents']}\n`);
    const refunded =
      /recaudo_payin_money_in_cents_total\{rail="NEQUI",provider="hellopay",kind="refunded"\} (\d+)/.exec(text);
    const [byPeople] = await testApp.database.query<{ cents: string }>(
      `select coalesce(sum(r.amount_in_cents), 0) as cents from refunds r join payins p on p.id = r.payin_id
       where r.status = 'PAID' and p.provider = 'hellopay'`,
    );
    expect(refunded?.[1]).toBe(byPeople!.cents);
  });

  it('leaves nothing that disagrees', async () => {
    const [check] = await testApp.database.query<{ found: unknown[] }>(INTEGRITY_CHECK);
    expect(check!.found).toEqual([]);
    expectProblem(await act(randomUUID(), 'approve'), 'NOT_FOUND');
  });
});
