import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ServiceSettings } from '../../config/service.settings.js';
import type { PresentedPayin } from '../../src/payins/presenters/payin.presenter.js';
import { anotherKey, person } from '../support/another-key.js';
import { ApiClient, type DiscrepancyView } from '../support/api-client.js';
import { type EndpointServer, startEndpointServer } from '../support/endpoint-server.js';
import { expectProblem } from '../support/expect-problem.js';
import { nightPasses } from '../support/night.js';
import { NotificationApi } from '../support/notification-api.js';
import { providerSide } from '../support/provider-side.js';
import { secondOrganization } from '../support/second-organization.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { until } from '../support/until.js';

interface RefundView {
  id: string;
  payinId: string;
  status: string;
  amountInCents: number;
  reason: string;
  discrepancyId: string | null;
  to: Record<string, string> | null;
  paidAt: string | null;
}

/** Values that stand nowhere else. */
const CANARY_KEY = '@zenobiacanary77';
const ACCOUNT = {
  type: 'BANK_ACCOUNT',
  bank: '1007',
  accountType: 'SAVINGS',
  accountNumber: '98712345670011',
  holderName: 'Zenobia Canariensis',
  idType: 'CO_CC',
  idNumber: '8.123.456.789',
};
const CANARIES = [CANARY_KEY, 'zenobia', 'Canariensis', '98712345670011', '8123456789', '8.123.456.789'];
const BRE_B = { type: 'BRE_B_KEY', key: CANARY_KEY };
const MANY = 200_000_000;

let testApp: TestApp;
let server: EndpointServer;
let organizationId: string;
/** Two people, and a key of each; and who may only look. */
let ann: ApiClient;
let ben: ApiClient;
let viewer: ApiClient;
let support: ApiClient;
let annsId: string;

beforeAll(async () => {
  testApp = await startTestApp({ PROVIDERS: 'teemopay,hellopay', RAIL_POLICY_BRE_B: '{"pollSeconds":[3600]}' });
  server = await startEndpointServer();
  await new NotificationApi(testApp.api).createEndpoint({ url: server.url });
  ({ organizationId } = await testApp.api.open({ provider: 'teemopay', rail: 'BRE_B' }));
  ({ personId: annsId } = await person(testApp, organizationId));
  ann = (await anotherKey(testApp, organizationId, { role: 'approver', personId: annsId })).api;
  ben = (await anotherKey(testApp, organizationId, { role: 'approver' })).api;
  viewer = (await anotherKey(testApp, organizationId, { role: 'viewer' })).api;
  support = (await anotherKey(testApp, organizationId, { role: 'support' })).api;
});
afterAll(async () => {
  await testApp?.close();
  await server?.close();
});

async function paid(amountInCents = 5_000_000, arrives = amountInCents): Promise<PresentedPayin> {
  const payin = await testApp.api.open({ provider: 'teemopay', rail: 'BRE_B', amountInCents });
  const { control, order } = await providerSide(testApp, payin, 'teemopay');
  await control.pay(order.id, { amountInCents: arrives });
  return testApp.api.reaches(payin.id, arrives < amountInCents ? 'UNDERPAID' : 'APPROVED');
}

const request = (payin: { id: string }, amountInCents: number, changes: object = {}, api = ann) =>
  api.call<RefundView>('POST', `/payins/${payin.id}/refunds`, {
    amountInCents,
    reason: 'CUSTOMER_REQUEST',
    to: BRE_B,
    ...changes,
  });
const act = (id: string, what: string, body?: object, api = ann) =>
  api.call<RefundView>('POST', `/refunds/${id}/${what}`, body);
const pay = (id: string, evidence = 'transfer 77') => act(id, 'pay', { evidence });
const get = async (id: string, api = ann) => (await api.call<RefundView>('GET', `/refunds/${id}`)).body;

interface Entry {
  type: string;
  debit: string;
  credit: string;
  amountInCents: number;
}
async function entriesOf({ id }: { id: string }): Promise<string[]> {
  const { body } = await ann.call<{ data: Entry[] }>('GET', `/payins/${id}/ledger-entries`);
  return body.data
    .filter(({ type }) => type.startsWith('refund.'))
    .map(({ type, debit, credit, amountInCents }) => `${type}: ${debit} > ${credit} ${amountInCents}`);
}
const discrepancy = (payin: { id: string }, kind: string) =>
  until(`${kind} to be found`, async () =>
    (await ann.discrepancies(payin.id)).find(
      (one): one is DiscrepancyView & { refundId: string | null } => one.kind === kind,
    ),
  );

describe('a refund', () => {
  it('goes from request over approval to payment, and payin, ledger, history and notifications say so', async () => {
    const payin = await paid();
    const requested = await request(payin, 2_000_000, { note: 'she sent it back' });
    expect(requested).toMatchObject({
      status: 201,
      body: { payinId: payin.id, status: 'REQUESTED', amountInCents: 2_000_000, reason: 'CUSTOMER_REQUEST' },
    });
    const { id } = requested.body;
    expect((await act(id, 'approve')).body.status).toBe('APPROVED');
    expect(await testApp.api.payin(payin.id)).toMatchObject({ amountRefundedInCents: 0 });
    expect(await entriesOf(payin)).toEqual(['refund.approved: merchant > payer-refunds 2000000']);
    expect((await pay(id)).body).toMatchObject({ status: 'PAID', evidence: 'transfer 77' });
    expect(await testApp.api.payin(payin.id)).toMatchObject({
      status: 'APPROVED',
      amountStatus: 'EXACT',
      amountReceivedInCents: 5_000_000,
      amountRefundedInCents: 2_000_000,
    });
    expect(await entriesOf(payin)).toEqual([
      'refund.approved: merchant > payer-refunds 2000000',
      'refund.paid: payer-refunds > own-funds 2000000',
    ]);
    const message = await until('the payment to be notified', async () =>
      server.received.find(({ message: { type, data } }) => type === 'refund.paid' && data['id'] === payin.id),
    );
    expect(message.message.data).toMatchObject({
      amountRefundedInCents: 2_000_000,
      refund: { id, status: 'PAID', amountInCents: 2_000_000 },
    });
    expect(JSON.stringify(message.message)).not.toMatch(/she sent it back|transfer 77/);
    const { en } = (await ann.call<{ en: string[] }>('GET', `/payins/${payin.id}/explain`)).body;
    expect(en.join('\n')).toMatch(/COP 20,000 were paid back to the payer/);
    for (const path of [`/payins/${payin.id}/refunds`, `/refunds?payinId=${payin.id}`, '/refunds?status=PAID'])
      expect((await viewer.call<{ data: RefundView[] }>('GET', path)).body.data.map((one) => one.id)).toContain(id);
    expect((await viewer.call<{ data: RefundView[] }>('GET', '/refunds?status=CANCELED')).body.data).toEqual([]);
  });

  it('again changes nothing, whichever step it is', async () => {
    const payin = await paid();
    const of = { reference: 'back-1', note: 'once' };
    const first = await request(payin, 100, of);
    const replayed = await request(payin, 100, of, ben);
    expect([replayed.status, replayed.headers.get('idempotency-replayed')]).toEqual([200, 'true']);
    expect(replayed.body).toEqual(first.body);
    for (const other of [
      { amountInCents: 200 },
      { note: 'twice' },
      { to: ACCOUNT },
      { to: { ...BRE_B, key: '@other' } },
    ])
      expectProblem(await request(payin, 100, { ...of, ...other }), 'REFERENCE_CONFLICT');
    const { id } = first.body;
    const approved = await act(id, 'approve');
    expect((await act(id, 'approve', undefined, ben)).body).toEqual(approved.body);
    const done = await pay(id);
    expect((await pay(id)).body).toEqual(done.body);
    expectProblem(await pay(id, 'another transfer'), 'REFUND_FORBIDDEN');
    expectProblem(await act(id, 'cancel'), 'REFUND_FORBIDDEN');
    const events = (await ann.events(payin.id)).filter(({ type }) => type.startsWith('refund.'));
    expect(events.map(({ type }) => type)).toEqual(['refund.requested', 'refund.approved', 'refund.paid']);
  });

  it('is never more than is left, also of many requests at once', async () => {
    const payin = await paid(1_000_000);
    const answers = await Promise.all(Array.from({ length: 12 }, () => request(payin, 300_000)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(3);
    for (const refused of answers.filter(({ status }) => status !== 201)) expectProblem(refused, 'REFUND_TOO_LARGE');
    const [granted] = answers.filter(({ status }) => status === 201);
    await act(granted!.body.id, 'cancel');
    expect((await act(granted!.body.id, 'cancel')).status).toBe(200);
    expect((await request(payin, 400_000)).status).toBe(201);
    expectProblem(await request(payin, 1), 'REFUND_TOO_LARGE');
    expectProblem(
      await request(await testApp.api.open({ provider: 'teemopay', rail: 'BRE_B' }), 1),
      'REFUND_TOO_LARGE',
    );
  });

  it('of much money needs another person, not another key', async () => {
    const payin = await paid(MANY);
    const { id } = (await request(payin, MANY)).body;
    const sameAnn = (await anotherKey(testApp, organizationId, { role: 'owner', personId: annsId })).api;
    const nobody = (await anotherKey(testApp, organizationId, { role: 'owner', personId: null })).api;
    for (const api of [ann, sameAnn, nobody])
      expectProblem(await act(id, 'approve', undefined, api), 'SECOND_PERSON_NEEDED');
    expectProblem(await act(id, 'approve', undefined, support), 'SCOPE_MISSING');
    expectProblem(await pay(id), 'REFUND_FORBIDDEN');
    expect((await act(id, 'approve', undefined, ben)).body.status).toBe('APPROVED');
  });

  it('of reversed money opens a discrepancy and cannot be approved', async () => {
    const payin = await testApp.api.open({ provider: 'hellopay', rail: 'NEQUI' });
    const { control, order } = await providerSide(testApp, payin, 'hellopay');
    await control.pay(order.id);
    await testApp.api.reaches(payin.id, 'APPROVED');
    const { id } = (await request(payin, 1_000_000)).body;
    await control.reverse(order.id, { webhook: 'none' });
    await ann.call('POST', `/payins/${payin.id}/refresh`);
    expect(await discrepancy(payin, 'OVERREFUNDED')).toMatchObject({ status: 'OPEN', moneyAtRiskInCents: 1_000_000 });
    expectProblem(await act(id, 'approve'), 'REFUND_TOO_LARGE');
    await act(id, 'cancel');
    expect(await discrepancy(payin, 'OVERREFUNDED')).toMatchObject({
      status: 'RESOLVED',
      resolution: 'THE_REFUNDS_FIT',
    });
  });

  it('refuses what is not valid by name, and what is not there', async () => {
    const payin = await paid();
    for (const [to, ...fields] of [
      [{ type: 'CASH' }, 'to.type'],
      [{ type: 'BRE_B_KEY' }, 'to.key'],
      [{ type: 'BRE_B_KEY', key: 'with blank' }, 'to.key'],
      [{ type: 'BRE_B_KEY', key: '@ana', bank: '1007' }, 'to.bank'],
      [{ ...ACCOUNT, bank: 'Bancolombia' }, 'to.bank'],
      [{ ...ACCOUNT, accountNumber: '12' }, 'to.accountNumber'],
      [{ ...ACCOUNT, holderName: undefined, idType: undefined }, 'to.holderName', 'to.idType'],
      [undefined, 'to'],
    ] as const)
      expectProblem(await request(payin, 100, { to }), 'VALIDATION_FAILED', ...fields);
    for (const amountInCents of [0, -1, 1.5, '100', null])
      expectProblem(await request(payin, 100, { amountInCents }), 'VALIDATION_FAILED', 'amountInCents');
    expectProblem(await request(payin, 100, { reason: 'BECAUSE' }), 'VALIDATION_FAILED', 'reason');
    expectProblem(await request({ id: randomUUID() }, 100), 'NOT_FOUND');
    expectProblem(await request(payin, 100, {}, support), 'SCOPE_MISSING');
    const { id } = (await request(payin, 100)).body;
    expectProblem(await act(id, 'pay', { evidence: ' ' }), 'VALIDATION_FAILED', 'evidence');
  });
});

describe('where the money goes', () => {
  it('is shown in full to those who may pay it, and each time is in the audit log', async () => {
    const payin = await paid();
    const byKey = (await request(payin, 100)).body;
    const toAccount = (await request(payin, 100, { to: ACCOUNT })).body;
    expect(byKey.to).toEqual({ type: 'BRE_B_KEY', key: '****ry77' });
    expect(toAccount.to).toEqual({
      ...{ type: 'BANK_ACCOUNT', bank: '1007', accountType: 'SAVINGS', idType: 'CC' },
      ...{ accountNumber: '****0011', holderName: '****', idNumber: '****' },
    });
    expect((await get(byKey.id)).to).toEqual(BRE_B);
    expect((await get(toAccount.id)).to).toEqual({ ...ACCOUNT, idType: 'CC', idNumber: '8123456789' });
    for (const { id, to } of [byKey, toAccount]) expect((await get(id, viewer)).to).toEqual(to);
    const read = await testApp.database.query(
      `select subject_id as id from audit_entries where action = 'refund.destination_read' order by id`,
    );
    expect(read.slice(-2)).toEqual([{ id: byKey.id }, { id: toAccount.id }]);
  });

  it('is in no table, event or answer but there', async () => {
    const tables = await testApp.database.query<{ name: string }>(
      `select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`,
    );
    expect(tables.map(({ name }) => name)).toContain('refunds');
    for (const canary of CANARIES) {
      for (const { name } of tables) {
        const [{ found }] = (await testApp.database.query<{ found: number }>(
          `select count(*)::int as found from "${name}" t where t::text ilike '%' || $1 || '%'`,
          [canary],
        )) as [{ found: number }];
        expect([name, canary, found]).toEqual([name, canary, 0]);
      }
      expect(JSON.stringify(server.received.map(({ raw }) => raw)).toLowerCase()).not.toContain(canary.toLowerCase());
      const lists = ['/refunds?limit=100', '/payins?limit=100', '/discrepancies?limit=100', '/audit-log?limit=100'];
      for (const path of lists)
        expect(JSON.stringify((await testApp.api.call('GET', path)).body).toLowerCase()).not.toContain(
          canary.toLowerCase(),
        );
    }
    // What is looked for would be found: the refunds are there, sealed.
    const sealed = await testApp.database.query<{ destination: string }>('select destination from refunds limit 1');
    expect(sealed[0]!.destination).toMatch(/^v1\.[0-9a-f]{12}\./);
  });
});

describe('a discrepancy', () => {
  const refunds = (id: string, changes: object = {}, api = ann) =>
    api.call<DiscrepancyView & { refundId: string }>('POST', `/discrepancies/${id}/resolve`, {
      resolution: 'REFUND',
      note: 'back to her',
      to: BRE_B,
      ...changes,
    });

  it('of too much money becomes a refund in one step, and ends when it is paid', async () => {
    const payin = await paid(5_000_000, 6_000_000);
    const { id } = await discrepancy(payin, 'OVERPAID');
    const answer = await refunds(id);
    expect(answer).toMatchObject({ status: 202, body: { status: 'OPEN', refundId: expect.any(String) } });
    const { refundId } = answer.body;
    expect((await refunds(id, {}, ben)).body.refundId).toBe(refundId);
    expectProblem(await refunds(id, { to: ACCOUNT }), 'REFUND_FORBIDDEN');
    const accepts = { reason: 'ACCEPTED', note: 'never mind' };
    expectProblem(await ann.call('POST', `/discrepancies/${id}/resolve`, accepts), 'REFUND_FORBIDDEN');
    expect(await get(refundId)).toMatchObject({ amountInCents: 1_000_000, reason: 'OVERPAID', discrepancyId: id });

    await act(refundId, 'cancel');
    expect(await discrepancy(payin, 'OVERPAID')).toMatchObject({ status: 'OPEN', refundId: null });
    const next = (await refunds(id)).body.refundId;
    expect(next).not.toBe(refundId);
    await act(next, 'approve');
    await pay(next);
    expect(await discrepancy(payin, 'OVERPAID')).toMatchObject({
      status: 'RESOLVED',
      resolution: 'REFUNDED',
      refundId: next,
    });
    expect((await refunds(id)).status).toBe(200);
    expect(await testApp.api.payin(payin.id)).toMatchObject({
      status: 'APPROVED',
      amountStatus: 'OVERPAID',
      amountRefundedInCents: 1_000_000,
    });
  });

  it('of late money, and of a second payment, becomes a refund of what came', async () => {
    const late = await testApp.api.open({ provider: 'teemopay', rail: 'BRE_B' });
    await ann.call('POST', `/payins/${late.id}/cancel`);
    const { control, order } = await providerSide(testApp, late, 'teemopay');
    await control.pay(order.id);
    const ofLate = await discrepancy(late, 'LATE_PAYMENT');
    const { refundId } = (await refunds(ofLate.id)).body;
    expect(await get(refundId)).toMatchObject({ amountInCents: 5_000_000, reason: 'LATE' });

    const twice = await paid();
    const second = await providerSide(testApp, twice, 'teemopay');
    await second.control.pay(second.order.id);
    const ofTwice = await discrepancy(twice, 'PAID_TWICE');
    expect(await get((await refunds(ofTwice.id)).body.refundId)).toMatchObject({
      amountInCents: 5_000_000,
      reason: 'DUPLICATE',
    });
  });

  it('that was refunded outside leaves the ledger square', async () => {
    const payin = await paid(5_000_000, 2_000_000);
    const { id } = await discrepancy(payin, 'UNDERPAID');
    const body = { reason: 'REFUNDED_OUTSIDE', note: 'in cash' };
    const answer = await ann.call<DiscrepancyView>('POST', `/discrepancies/${id}/resolve`, body);
    expect(answer).toMatchObject({ status: 200, body: { status: 'RESOLVED', resolution: 'REFUNDED_OUTSIDE' } });
    expect(await testApp.api.payin(payin.id)).toMatchObject({ status: 'UNDERPAID', amountRefundedInCents: 2_000_000 });
    expect(await entriesOf(payin)).toEqual([
      'refund.approved: merchant > payer-refunds 2000000',
      'refund.paid: payer-refunds > own-funds 2000000',
    ]);
    const { data } = (await ann.call<{ data: RefundView[] }>('GET', `/payins/${payin.id}/refunds`)).body;
    expect(data).toMatchObject([{ status: 'PAID', amountInCents: 2_000_000, to: null, discrepancyId: id }]);
    expectProblem(await request(payin, 1), 'REFUND_TOO_LARGE');
  });

  it('is turned into a refund by nobody who may not refund', async () => {
    const payin = await paid(5_000_000, 2_000_000);
    const { id } = await discrepancy(payin, 'UNDERPAID');
    const { api } = await anotherKey(testApp, organizationId, {
      scopes: ['discrepancies:read', 'discrepancies:write'],
    });
    for (const body of [
      { resolution: 'REFUND', note: 'back', to: BRE_B },
      { resolution: 'REFUNDED_OUTSIDE', note: 'in cash' },
    ])
      expectProblem(await api.call('POST', `/discrepancies/${id}/resolve`, body), 'SCOPE_MISSING');
    expect(await entriesOf(payin)).toEqual([]);
  });

  it('that was refunded outside needs a second person above the limit of refunds, too', async () => {
    const settings = testApp.service.app.get(ServiceSettings);
    const limit = settings.REFUND_APPROVAL_ABOVE_IN_CENTS;
    settings.REFUND_APPROVAL_ABOVE_IN_CENTS = 0;
    try {
      const { id } = await discrepancy(await paid(5_000_000, 2_000_000), 'UNDERPAID');
      const body = { reason: 'REFUNDED_OUTSIDE', note: 'in cash' };
      expect(await ann.call('POST', `/discrepancies/${id}/resolve`, body)).toMatchObject({ status: 202 });
      expectProblem(await ann.call('POST', `/discrepancies/${id}/approve`), 'SECOND_PERSON_NEEDED');
      expect((await ben.call('POST', `/discrepancies/${id}/approve`)).status).toBe(200);
    } finally {
      settings.REFUND_APPROVAL_ABOVE_IN_CENTS = limit;
    }
  });

  it('whose money goes back keeps its payin from being accepted as paid, and says why', async () => {
    const payin = await paid(5_000_000, 2_000_000);
    const { id } = await discrepancy(payin, 'UNDERPAID');
    const { refundId } = (await refunds(id)).body;
    const accept = () => ann.call('POST', `/payins/${payin.id}/accept`);
    expect(expectProblem(await accept(), 'TRANSITION_FORBIDDEN').detail).toMatch(/refund/);
    await act(refundId, 'cancel');
    expect((await accept()).status).toBe(200);
  });

  it('needs a destination, one that is its own, and a kind that has money', async () => {
    const payin = await paid(5_000_000, 6_000_000);
    const { id } = await discrepancy(payin, 'OVERPAID');
    expectProblem(await refunds(id, { to: undefined }), 'VALIDATION_FAILED', 'to');
    expectProblem(await refunds(id, { resolution: 'ACCEPTED' }), 'VALIDATION_FAILED', 'to');
    expectProblem(await refunds(id, { resolution: undefined }), 'VALIDATION_FAILED', 'reason');
    expectProblem(await refunds(id, { reason: 'ACCEPTED' }), 'VALIDATION_FAILED', 'resolution');
  });
});

describe('the nightly check', () => {
  it('finds nothing wrong in all of that, and whatever is changed behind its back', async () => {
    expect((await nightPasses(testApp)).mismatches).toBe(0);
    const payins = await Promise.all([paid(), paid(), paid(), paid(), paid()]);
    for (const payin of payins) {
      const { id } = (await request(payin, 1_000_000)).body;
      await act(id, 'approve');
      if (payin !== payins[3]) await pay(id);
    }
    expect((await nightPasses(testApp)).mismatches).toBe(0);
    const query = (text: string, values: unknown[]) => testApp.database.query(text, values);
    const [shown, changed, deleted, owed, history] = payins.map(({ id }) => id);
    await query('update payins set amount_refunded_in_cents = 1 where id = $1', [shown]);
    await query('update refunds set amount_in_cents = 7 where payin_id = $1', [changed]);
    await query('delete from refunds where payin_id = $1', [deleted]);
    await query(`update refunds set status = 'REQUESTED' where payin_id = $1`, [owed]);
    await query(
      `update payin_events set data = data || '{"amountInCents":"9"}' where payin_id = $1 and type = 'refund.paid'`,
      [history],
    );
    const nobody = randomUUID();
    await query(
      `insert into refunds (organization_id, id, payin_id, status, amount_in_cents, currency, reason, requested_at, requested_by)
       select organization_id, $1, $1, 'REQUESTED', 1, 'COP', 'OTHER', now(), $1 from payins limit 1`,
      [nobody],
    );
    expect((await nightPasses(testApp)).mismatches).toBe(6);
    const details = async (payinId: string) =>
      (await ann.call<{ data: { detail: string }[] }>('GET', `/discrepancies?payinId=${payinId}`)).body.data.map(
        ({ detail }) => detail,
      );
    expect(await details(shown!)).toEqual([
      expect.stringMatching(/the payin has 1 cents refunded, its refunds have 1000000/),
    ]);
    expect(await details(changed!)).toEqual([
      expect.stringMatching(/the ledger has 1000000 cents refunded, the refunds have 7/),
    ]);
    expect(await details(deleted!)).toEqual([
      expect.stringMatching(/the history has 1000000 cents refunded, the refunds have 0/),
    ]);
    expect(await details(owed!)).toEqual([
      expect.stringMatching(/the ledger owes the payer 1000000 cents, the approved refunds have 0/),
    ]);
    expect(await details(history!)).toEqual([expect.stringMatching(/the history has 9 cents refunded/)]);
    const orphan = await ann.call<{ data: { detail: string }[] }>('GET', `/discrepancies?reference=${nobody}`);
    expect(orphan.body.data).toEqual([expect.objectContaining({ detail: expect.stringMatching(/in refunds/) })]);
  });
});

// Last: the check above is of the only organization.
describe('a refund of another organization', () => {
  it('is not there', async () => {
    const payin = await paid();
    const { id } = (await request(payin, 100)).body;
    const { api } = await secondOrganization(testApp);
    for (const [method, path, body] of [
      ['GET', `/refunds/${id}`],
      ['GET', `/payins/${payin.id}/refunds`],
      ['POST', `/payins/${payin.id}/refunds`, { amountInCents: 1, reason: 'OTHER', to: BRE_B }],
      ['POST', `/refunds/${id}/approve`],
      ['POST', `/refunds/${id}/pay`, { evidence: 'x' }],
      ['POST', `/refunds/${id}/cancel`],
    ] as const)
      expectProblem(await api.call(method, path, body), 'NOT_FOUND');
    expect((await api.call<{ data: [] }>('GET', '/refunds')).body.data).toEqual([]);
    expect((await get(id)).status).toBe('REQUESTED');
  });
});
