import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { PresentedPayin } from '../../src/payins/presenters/payin.presenter.js';
import { ticketOf } from '../support/api-client.js';
import { expectProblem } from '../support/expect-problem.js';
import { secondOrganization } from '../support/second-organization.js';
import { type TestApp, startTestApp } from '../support/test-app.js';

let testApp: TestApp;

beforeAll(async () => {
  // Nothing is asked about by itself while a test lasts.
  testApp = await startTestApp({
    RAIL_POLICY_PSE: '{"pollSeconds":[3600]}',
    RAIL_POLICY_BRE_B: '{"pollSeconds":[3600]}',
  });
});
afterEach(() => testApp.sandbox.tumipay.clearFaults());
afterAll(() => testApp?.close());

const act = (payin: { id: string }, action: string, api = testApp.api) =>
  api.call<PresentedPayin>('POST', `/payins/${payin.id}/${action}`);

async function keyId(): Promise<string> {
  const [key] = await testApp.database.query<{ id: string }>('select id from api_keys order by created_at limit 1');
  return key!.id;
}

/** A payin of 50,000 pesos of which 30,000 arrived. */
async function underpaid(): Promise<PresentedPayin> {
  const payin = await testApp.api.open({ rail: 'BRE_B', callbackUrl: testApp.merchant.url });
  await testApp.sandbox.tumipay.pay(ticketOf(payin), { amountInCents: 3_000_000 });
  return testApp.api.reaches(payin.id, 'UNDERPAID');
}

describe('a refresh', () => {
  it('asks the provider now, answers with what it says, and is in the history with the key that asked', async () => {
    const { api, sandbox } = testApp;
    const payin = await api.open();
    await sandbox.tumipay.pay(ticketOf(payin), { webhook: 'none' });
    const { status, body } = await act(payin, 'refresh');
    expect(status).toBe(200);
    expect(body).toMatchObject({ id: payin.id, status: 'APPROVED', amountReceivedInCents: payin.amountInCents });
    expect(await api.events(payin.id)).toContainEqual(
      expect.objectContaining({ type: 'refresh.requested', source: 'request', data: { by: await keyId() } }),
    );
  });

  it('that is asked for a hundred times at once asks the provider once or so, and all get its answer', async () => {
    const { api, sandbox } = testApp;
    const payin = await api.open();
    const before = (await sandbox.tumipay.calls('query')).length;
    await sandbox.tumipay.fault({ operation: 'query', fault: { kind: 'delay', delayMs: 2_000 } });
    const answers = await Promise.all(Array.from({ length: 100 }, () => act(payin, 'refresh')));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect((await sandbox.tumipay.calls('query')).length - before).toBeLessThan(10);
  });

  it('says so when the provider cannot say, and leaves the payin as it was', async () => {
    const { api, sandbox } = testApp;
    const payin = await api.open();
    await sandbox.tumipay.fault({ operation: 'query', fault: { kind: 'status', status: 503 } });
    const answer = await act(payin, 'refresh');
    expectProblem(answer, 'PROVIDER_CANNOT_SAY');
    expect(answer.headers.get('retry-after')).toBe('5');
    expect((await api.payin(payin.id)).status).toBe('PENDING');
    expect((await act(payin, 'refresh')).status).toBe(200);
  });
});

describe('a cancel', () => {
  it('stops the waiting, tells the merchant, and is the same however often it is sent', async () => {
    const { api, merchant } = testApp;
    const payin = await api.open({ callbackUrl: merchant.url });
    expect(await act(payin, 'cancel')).toMatchObject({
      status: 200,
      body: { status: 'CANCELED', errorCode: 'CANCELED', resultAt: expect.any(String) },
    });
    await merchant.eventOf(payin.id, 'payin.canceled');
    expect(await act(payin, 'cancel')).toMatchObject({ status: 200, body: { status: 'CANCELED' } });
    const canceled = (await api.events(payin.id)).filter(({ to }) => to === 'CANCELED');
    expect(canceled).toMatchObject([{ source: 'request', data: { by: await keyId() } }]);
  });

  it('does not cancel a payin that has just been paid: the provider is asked first', async () => {
    const { api, sandbox } = testApp;
    const payin = await api.open();
    await sandbox.tumipay.pay(ticketOf(payin), { webhook: 'none' });
    expectProblem(await act(payin, 'cancel'), 'TRANSITION_FORBIDDEN');
    expect((await api.payin(payin.id)).status).toBe('APPROVED');
  });

  it('cancels where the provider cannot say, and books money that arrives afterwards as late', async () => {
    const { api, sandbox, merchant } = testApp;
    const payin = await api.open({ callbackUrl: merchant.url });
    await sandbox.tumipay.fault({ operation: 'query', fault: { kind: 'status', status: 503 } });
    expect((await act(payin, 'cancel')).body.status).toBe('CANCELED');
    await sandbox.tumipay.pay(ticketOf(payin));
    expect((await api.reaches(payin.id, 'APPROVED')).receipts).toHaveLength(1);
    await merchant.eventOf(payin.id, 'payin.late_payment');
    expect((await api.discrepancies(payin.id)).map(({ kind }) => kind)).toEqual(['LATE_PAYMENT']);
  });
});

describe('an accept', () => {
  it('takes an underpaid payin as paid, settles its discrepancy and tells the merchant', async () => {
    const { api, merchant } = testApp;
    const payin = await underpaid();
    expect(await act(payin, 'accept')).toMatchObject({
      status: 200,
      body: { status: 'APPROVED', amountStatus: 'UNDERPAID', amountReceivedInCents: 3_000_000 },
    });
    await merchant.eventOf(payin.id, 'payin.approved');
    const settled = (await api.discrepancies(payin.id)).find(({ kind }) => kind === 'UNDERPAID');
    expect(settled).toMatchObject({ status: 'RESOLVED', resolution: 'ACCEPTED' });
    expectProblem(await act(payin, 'accept'), 'TRANSITION_FORBIDDEN');
  });

  it('is refused for a payin that waits, and changes nothing', async () => {
    const payin = await testApp.api.open();
    expectProblem(await act(payin, 'accept'), 'TRANSITION_FORBIDDEN');
    expect((await testApp.api.payin(payin.id)).status).toBe('PENDING');
  });

  it('is taken once when ten ask at the same time', async () => {
    const payin = await underpaid();
    const answers = await Promise.all(Array.from({ length: 10 }, () => act(payin, 'accept')));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect((await testApp.api.events(payin.id)).filter(({ to }) => to === 'APPROVED')).toHaveLength(1);
  });
});

describe.each(['refresh', 'cancel', 'accept'])('%s', (action) => {
  it('finds no payin that is not there, nor one of another organization', async () => {
    const payin = await testApp.api.open();
    const { api: stranger } = await secondOrganization(testApp);
    for (const id of ['nothing', '01900000-0000-7000-8000-000000000001'])
      expectProblem(await act({ id }, action), 'NOT_FOUND');
    expectProblem(await act(payin, action, stranger), 'NOT_FOUND');
    expect((await testApp.api.payin(payin.id)).status).toBe('PENDING');
    expect((await testApp.api.events(payin.id)).some(({ source }) => source === 'request')).toBe(false);
  });
});
