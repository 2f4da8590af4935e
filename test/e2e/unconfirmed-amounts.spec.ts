import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { anotherKey } from '../support/another-key.js';
import type { PresentedPayin } from '../../src/payins/presenters/payin.presenter.js';
import { ApiClient, ticketOf } from '../support/api-client.js';
import { expectProblem } from '../support/expect-problem.js';
import { providerSide } from '../support/provider-side.js';
import { nightPasses } from '../support/night.js';
import { type TestApp, startTestApp } from '../support/test-app.js';
import { compared, csv } from '../support/statements.js';

const REQUESTED = 5_000_000;
/** More than one person may move alone. */
const MUCH = 200_000_000;

let testApp: TestApp;
let second: ApiClient;

beforeAll(async () => {
  testApp = await startTestApp({
    PROVIDERS: 'tumipay,hellopay',
    // Nothing is asked about by itself while a test lasts.
    RAIL_POLICY_BRE_B: '{"pollSeconds":[3600]}',
  });
  const { organizationId } = await testApp.api.open({ provider: 'tumipay' });
  ({ api: second } = await anotherKey(testApp, organizationId));
});
afterAll(() => testApp?.close());

const act = (payin: { id: string }, action: string, api = testApp.api) =>
  api.call<PresentedPayin>('POST', `/payins/${payin.id}/${action}`);
const resolve = (id: string, action: string, body?: object, api = testApp.api) =>
  api.call('POST', `/discrepancies/${id}/${action}`, body);

/** The wait for the webhook is over, and the provider answers once more. */
async function waitIsOver(payin: { id: string }): Promise<void> {
  await testApp.database.query(
    `update payins set unconfirmed_paid_since = unconfirmed_paid_since - interval '1 minute' where id = $1`,
    [payin.id],
  );
  await act(payin, 'refresh');
}

/** Paid at TumiPay, whose answers repeat what was asked; its webhook does not come. */
async function unconfirmed(
  paidInCents: number,
  amountInCents = REQUESTED,
  changes: Record<string, unknown> = {},
): Promise<PresentedPayin> {
  const payin = await testApp.api.open({ provider: 'tumipay', rail: 'BRE_B', amountInCents, ...changes });
  await testApp.sandbox.tumipay.pay(ticketOf(payin), { amountInCents: paidInCents, webhook: 'none' });
  expect((await act(payin, 'refresh')).body).toMatchObject({ status: 'PENDING', amountStatus: 'UNCONFIRMED' });
  await waitIsOver(payin);
  return testApp.api.payin(payin.id);
}

async function open(payin: { id: string }): Promise<{ id: string; kind: string }[]> {
  return (await testApp.api.discrepancies(payin.id)).filter(({ status }) => status === 'OPEN');
}

async function firstOpen(payin: { id: string }): Promise<string> {
  return (await open(payin))[0]!.id;
}

describe('short money of which only an echo tells', () => {
  it('is not approved: it is a person’s, and in the end its webhook’s, however late', async () => {
    const { api, merchant } = testApp;
    const payin = await unconfirmed(100_000, REQUESTED, { callbackUrl: merchant.url });
    expect(payin).toMatchObject({
      status: 'PENDING',
      amountStatus: 'UNCONFIRMED',
      amountReceivedInCents: 0,
      receipts: [],
    });
    expect(await open(payin)).toMatchObject([{ kind: 'AMOUNT_UNCONFIRMED' }]);
    const notified = await merchant.eventOf(payin.id, 'discrepancy.opened');
    expect(notified.message.data).toMatchObject({ status: 'PENDING', amountStatus: 'UNCONFIRMED' });
    const { body: story } = await api.call<{ waitingFor: string; text: object }>('GET', `/payins/${payin.id}/explain`);
    expect(story).toMatchObject({ waitingFor: 'PERSON' });
    await testApp.sandbox.tumipay.webhook(ticketOf(payin));
    expect(await api.reaches(payin.id, 'UNDERPAID')).toMatchObject({ amountReceivedInCents: 100_000 });
    expect((await api.discrepancies(payin.id)).find(({ kind }) => kind === 'AMOUNT_UNCONFIRMED')).toMatchObject({
      status: 'RESOLVED',
      resolution: 'THE_AMOUNT_CAME',
    });
  });

  it('does not expire and is not canceled', async () => {
    const payin = await unconfirmed(100_000);
    await testApp.database.query(`update payins set expires_at = now() - interval '1 hour' where id = $1`, [payin.id]);
    await act(payin, 'refresh');
    expectProblem(await act(payin, 'cancel'), 'TRANSITION_FORBIDDEN');
    expect(await testApp.api.payin(payin.id)).toMatchObject({ status: 'PENDING', amountStatus: 'UNCONFIRMED' });
  });

  it('is settled by a line of a statement, which tells what came', async () => {
    const payin = await unconfirmed(100_000);
    await compared(testApp.api, csv(`${payin.reference},,100000,COP,APPROVED,,`));
    await act(payin, 'refresh');
    expect(await testApp.api.reaches(payin.id, 'UNDERPAID')).toMatchObject({ amountReceivedInCents: 100_000 });
    const exact = await unconfirmed(REQUESTED);
    const statement = await compared(testApp.api, csv(`${exact.reference},,${REQUESTED},COP,APPROVED,,`));
    expect(statement.outcomes).toMatchObject({ MATCHED: 1, DIFFERENT: 0 });
    await act(exact, 'refresh');
    expect(await testApp.api.reaches(exact.id, 'APPROVED')).toMatchObject({ amountStatus: 'EXACT' });
  });

  it.each(['at the payin', 'at the desk'])('is accepted by a person %s as paid exactly', async (where) => {
    const payin = await unconfirmed(REQUESTED);
    const id = await firstOpen(payin);
    if (where === 'at the payin') expect((await act(payin, 'accept')).status).toBe(200);
    else expect((await resolve(id, 'resolve', { reason: 'ACCEPTED', note: 'seen at the bank' })).status).toBe(200);
    const paid = await testApp.api.payin(payin.id);
    expect(paid).toMatchObject({ status: 'APPROVED', amountStatus: 'EXACT', receipts: [{ source: 'operator' }] });
    expect(await open(payin)).toEqual([]);
    expectProblem(await act(payin, 'accept'), 'TRANSITION_FORBIDDEN');
  });

  it('is booked by a person with the amount that the bank proves', async () => {
    const payin = await unconfirmed(100_000);
    const id = await firstOpen(payin);
    const correction = { type: 'BOOK_RECEIPT', amountInCents: 100_000, paymentId: 'BANK-1' };
    await resolve(id, 'resolve', { reason: 'CORRECTED', note: 'seen at the bank', correction });
    expect(await testApp.api.payin(payin.id)).toMatchObject({ status: 'UNDERPAID', amountReceivedInCents: 100_000 });
  });

  it('is the same with HelloPay’s answers where they have seed 003’s fields alone', async () => {
    await testApp.sandbox.hellopay.setSwitches({ profile: 'seed-2025-12' });
    const payin = await testApp.api.open({ provider: 'hellopay', rail: 'BRE_B' });
    const { control, order } = await providerSide(testApp, payin, 'hellopay');
    await control.pay(order.id, { amountInCents: 1_000_000, webhook: 'none' });
    await act(payin, 'refresh');
    await waitIsOver(payin);
    expect(await testApp.api.payin(payin.id)).toMatchObject({
      status: 'PENDING',
      amountStatus: 'UNCONFIRMED',
      receipts: [],
    });
    expect(await open(payin)).toMatchObject([{ kind: 'AMOUNT_UNCONFIRMED' }]);
    await testApp.sandbox.hellopay.setSwitches({ profile: 'current' });
    await act(payin, 'refresh');
    expect(await testApp.api.reaches(payin.id, 'UNDERPAID')).toMatchObject({ amountReceivedInCents: 1_000_000 });
  });

  it('is settled by an answer that confirms the same amount, and the integrity check knows it for a witness', async () => {
    await testApp.sandbox.hellopay.setSwitches({ profile: 'seed-2025-12' });
    const payin = await testApp.api.open({ provider: 'hellopay', rail: 'BRE_B' });
    const { control, order } = await providerSide(testApp, payin, 'hellopay');
    await control.pay(order.id, { webhook: 'none' });
    await act(payin, 'refresh');
    await waitIsOver(payin);
    expect(await testApp.api.payin(payin.id)).toMatchObject({ status: 'PENDING', amountStatus: 'UNCONFIRMED' });
    await testApp.sandbox.hellopay.setSwitches({ profile: 'current' });
    await act(payin, 'refresh');
    expect(await testApp.api.reaches(payin.id, 'APPROVED')).toMatchObject({ amountStatus: 'EXACT' });
    await nightPasses(testApp);
    expect(await open(payin)).toEqual([]);
  });
});

describe('much money, written off or booked by hand', () => {
  it('by an accept of what is unconfirmed waits for a second person, and is approved at the discrepancy', async () => {
    const payin = await unconfirmed(MUCH, MUCH);
    expect(await act(payin, 'accept')).toMatchObject({ status: 202, body: { status: 'PENDING', receipts: [] } });
    expectProblem(await act(payin, 'accept'), 'APPROVAL_PENDING');
    const id = await firstOpen(payin);
    expectProblem(await resolve(id, 'approve'), 'SECOND_PERSON_NEEDED');
    expect((await resolve(id, 'approve', undefined, second)).status).toBe(200);
    expect(await testApp.api.payin(payin.id)).toMatchObject({ status: 'APPROVED', amountStatus: 'EXACT' });
  });

  it('cannot go by another way while a correction waits', async () => {
    const payin = await unconfirmed(100_000, MUCH);
    await testApp.sandbox.tumipay.webhook(ticketOf(payin));
    await testApp.api.reaches(payin.id, 'UNDERPAID');
    const [id, ...others] = (await open(payin)).map((discrepancy) => discrepancy.id);
    if (!id) throw new Error('nothing is open');
    expect(others.length).toBeGreaterThan(0);
    const correction = { type: 'BOOK_RECEIPT', amountInCents: MUCH - 100_000, paymentId: 'BANK-2' };
    const body = { reason: 'CORRECTED', note: 'on the telephone', correction };
    expect((await resolve(id, 'resolve', body)).status).toBe(202);
    for (const api of [testApp.api, second]) expectProblem(await act(payin, 'accept', api), 'APPROVAL_PENDING');
    for (const at of [id, ...others]) {
      const small = { ...body, correction: { ...correction, amountInCents: 100, paymentId: 'BANK-3' } };
      expectProblem(await resolve(at, 'resolve', small), 'APPROVAL_PENDING');
      expectProblem(await resolve(at, 'resolve', { reason: 'WRITTEN_OFF', note: 'gone' }), 'APPROVAL_PENDING');
    }
    expect(await testApp.api.payin(payin.id)).toMatchObject({ status: 'UNDERPAID', amountReceivedInCents: 100_000 });
  });

  it('is not written off by an accept, nor as WRITTEN_OFF, by one person alone', async () => {
    const payin = await unconfirmed(100_000, MUCH);
    await testApp.sandbox.tumipay.webhook(ticketOf(payin));
    await testApp.api.reaches(payin.id, 'UNDERPAID');
    expect((await act(payin, 'accept')).status).toBe(202);
    const { id } = (await testApp.api.discrepancies(payin.id)).find(({ kind }) => kind === 'UNDERPAID')!;
    await resolve(id, 'reject', { note: 'not like this' });
    expect((await resolve(id, 'resolve', { reason: 'WRITTEN_OFF', note: 'gone' })).status).toBe(202);
    expectProblem(await act(payin, 'accept', second), 'APPROVAL_PENDING');
    expectProblem(await resolve(id, 'approve'), 'SECOND_PERSON_NEEDED');
    expect(await resolve(id, 'approve', undefined, second)).toMatchObject({
      status: 200,
      body: { status: 'RESOLVED', resolution: 'WRITTEN_OFF' },
    });
    // Its discrepancy is gone, and an accept of the payin takes two all the same.
    expect((await act(payin, 'accept')).status).toBe(202);
    expect(await testApp.api.payin(payin.id)).toMatchObject({ status: 'UNDERPAID', amountReceivedInCents: 100_000 });
  });

  it('that belongs to no payin is not written off by one person alone', async () => {
    await compared(testApp.api, csv(`nobody-knows-${Date.now()},,${MUCH},COP,APPROVED,,`));
    const { body } = await testApp.api.call<{ data: { id: string }[] }>(
      'GET',
      '/discrepancies?kind=MISSING_HERE&status=OPEN',
    );
    const [{ id }] = body.data as [{ id: string }];
    const written = { reason: 'WRITTEN_OFF', note: 'gone' };
    expect((await resolve(id, 'resolve', written)).status).toBe(202);
    expect((await resolve(id, 'resolve', written)).status).toBe(202);
    expectProblem(await resolve(id, 'resolve', { reason: 'ACCEPTED', note: 'fine' }), 'APPROVAL_PENDING');
    expectProblem(await resolve(id, 'approve'), 'SECOND_PERSON_NEEDED');
    const answers = await Promise.all([1, 2, 3].map(() => resolve(id, 'approve', undefined, second)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(answers[0]!.body).toMatchObject({ status: 'RESOLVED', resolution: 'WRITTEN_OFF' });
  });
});

describe('where an amount is believed without a witness', () => {
  let believing: TestApp;
  beforeAll(async () => {
    believing = await startTestApp({ UNCONFIRMED_AMOUNT: 'believe', RAIL_POLICY_BRE_B: '{"pollSeconds":[3600]}' });
  });
  afterAll(() => believing?.close());

  async function believed(paidInCents: number): Promise<PresentedPayin> {
    const { api, sandbox, database, merchant } = believing;
    const payin = await api.open({ provider: 'tumipay', rail: 'BRE_B', callbackUrl: merchant.url });
    await sandbox.tumipay.pay(ticketOf(payin), { amountInCents: paidInCents, webhook: 'none' });
    await act(payin, 'refresh', api);
    await database.query(
      `update payins set unconfirmed_paid_since = unconfirmed_paid_since - interval '1 minute' where id = $1`,
      [payin.id],
    );
    await act(payin, 'refresh', api);
    return api.payin(payin.id);
  }

  it('is booked after the wait, and a smaller one that is told later takes the approval back, before the merchant’s eyes', async () => {
    const { api, sandbox, merchant } = believing;
    const payin = await believed(100_000);
    expect(payin).toMatchObject({ status: 'APPROVED', amountStatus: 'EXACT', amountReceivedInCents: REQUESTED });
    expect(await api.discrepancies(payin.id)).toMatchObject([{ kind: 'AMOUNT_UNCONFIRMED', resolution: 'BELIEVED' }]);
    await sandbox.tumipay.webhook(ticketOf(payin));
    const corrected = await api.reaches(payin.id, 'UNDERPAID');
    expect(corrected).toMatchObject({ amountReceivedInCents: 100_000, amountStatus: 'UNDERPAID' });
    expect(corrected.receipts.map(({ amountInCents }) => amountInCents)).toEqual([REQUESTED, 100_000 - REQUESTED]);
    const notified = await merchant.eventOf(payin.id, 'payin.underpaid');
    expect(notified.message.data).toMatchObject({ amountReceivedInCents: 100_000 });
    expect(await nightPasses(believing)).toMatchObject({ mismatches: 0 });
  });

  it('is corrected by a line of a statement as well', async () => {
    const { api } = believing;
    const payin = await believed(100_000);
    await compared(api, csv(`${payin.reference},,100000,COP,APPROVED,,`));
    await act(payin, 'refresh', api);
    expect(await api.reaches(payin.id, 'UNDERPAID')).toMatchObject({ amountReceivedInCents: 100_000 });
    expect(await nightPasses(believing)).toMatchObject({ mismatches: 0 });
  });

  it('the integrity check knows that it was believed, and finds an echo that was booked without that', async () => {
    const payin = await believed(REQUESTED);
    expect(await nightPasses(believing)).toMatchObject({ mismatches: 0 });
    await believing.database.query(
      `update payin_events set data = data - 'resolution' where payin_id = $1 and type = 'discrepancy.resolved'`,
      [payin.id],
    );
    expect(await nightPasses(believing)).toMatchObject({ mismatches: 1 });
    const [found] = (await believing.api.discrepancies(payin.id)).filter(({ status }) => status === 'OPEN');
    expect(found).toMatchObject({
      kind: 'AMOUNT_CONFLICT',
      detail: expect.stringContaining('may repeat the requested amount'),
    });
  });
});
