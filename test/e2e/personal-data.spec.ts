import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ForgetPersonalData } from '../../src/personal-data/forget-personal-data.worker.js';
import type { ClaimedSweep } from '../../src/personal-data/personal-data.queries.js';
import { PersonalDataStore } from '../../src/personal-data/personal-data.store.js';
import { commandLine } from '../../src/audit/audit-entry.js';
import type { PresentedPayin } from '../../src/payins/presenters/payin.presenter.js';
import type { DiscrepancyKind } from '../../src/payins/domain/discrepancy.js';
import { anotherKey } from '../support/another-key.js';
import { type ApiClient, payinRequest, ticketOf } from '../support/api-client.js';
import { expectProblem } from '../support/expect-problem.js';
import { NO_ORGANIZATION } from '../../src/organizations/no-organization.js';
import { INTEGRITY_CHECK } from '../support/integrity.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { until } from '../support/until.js';

const DAYS = 30;
/** Enough for everything that tests have made to be old. */
const LATER = DAYS + 1;

let testApp: TestApp;
let organizationId: string;
let echo: Server;

beforeAll(async () => {
  testApp = await startTestApp({
    PERSONAL_DATA_RETENTION_DAYS: String(DAYS),
    CORRECTION_APPROVAL_ABOVE_IN_CENTS: '100',
    REFUND_APPROVAL_ABOVE_IN_CENTS: '100',
  });
  const [organization] = await testApp.database.query<{ id: string }>('select id from organizations');
  organizationId = organization!.id;
  // A merchant's server that answers with what it was sent.
  echo = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { data } = JSON.parse(Buffer.concat(chunks).toString()) as { data: { inlineCustomer: unknown } };
      response.end(JSON.stringify(data.inlineCustomer));
    });
  });
  echo.listen(0, '127.0.0.1');
  await once(echo, 'listening');
  const url = `http://127.0.0.1:${(echo.address() as { port: number }).port}/`;
  await testApp.api.call('POST', '/webhook-endpoints', { url, includePersonalData: true });
});

afterAll(async () => {
  await testApp?.close();
  echo?.close();
});

/** Where a text stands in the database: every row of every table is read. */
async function tablesWith(canary: string): Promise<string[]> {
  const tables = await testApp.database.query<{ name: string }>(
    `select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`,
  );
  expect(tables.length).toBeGreaterThan(20);
  const found = await Promise.all(
    tables.map(async ({ name }) => {
      const rows = await testApp.database.query<{ text: string }>(`select t::text as text from "${name}" t`);
      // Bytes are shown as hexadecimal digits.
      const hex = Buffer.from(canary).toString('hex');
      return rows.some(({ text }) => text.includes(canary) || text.includes(hex)) ? [name] : [];
    }),
  );
  return found.flat().toSorted();
}

let counter = 0;

/** A payer whose every field has a text that nothing else has. */
function payer() {
  counter += 1;
  const canary = `Canary${Date.now().toString(36)}${counter}`;
  const idNumber = String(7_000_000_000 + counter * 1_000_003);
  const request = payinRequest({
    provider: 'tumipay',
    description: `for ${canary}`,
    metadata: { who: canary },
    redirectUrl: `https://merchant.example/thanks?who=${canary}`,
    inlineCustomer: {
      name: `${canary} Doe`,
      idType: 'CC',
      idNumber,
      phone: '+573121234567',
      email: `${canary.toLowerCase()}@example.com`,
    },
  });
  return { canary, idNumber, request, texts: [canary, canary.toLowerCase(), idNumber] };
}

/** Until then a payin's payer is needed. */
async function isDelivered({ id }: { id: string }): Promise<void> {
  const waiting = `select (select count(*) from notifications where payin_id = $1 and delivered_at is null) + (select count(*) from unindexed_payins) as count`;
  const rows = () => testApp.database.query<{ count: string }>(waiting, [id]);
  await until('everything to be delivered', async () => (await rows())[0]!.count === '0', 10_000);
}

async function paid(request: Record<string, unknown>): Promise<PresentedPayin> {
  const created = await testApp.api.call<PresentedPayin>('POST', '/payins', request);
  expect(created.status).toBe(201);
  const payin = await testApp.api.reaches(created.body.id, 'PENDING');
  await testApp.sandbox.tumipay.pay(ticketOf(payin));
  const approved = await testApp.api.reaches(payin.id, 'APPROVED');
  await isDelivered(payin);
  return approved;
}

/** A whole sweep of every organization, as it is in so many days. The service's own loop finds nothing due meanwhile. */
async function sweepIn(days: number): Promise<void> {
  const worker = testApp.service.app.get(ForgetPersonalData);
  await worker.claim(0);
  const { database } = testApp;
  await database.query(
    `update personal_data_sweeps set finished_at = null, phase = 'payins', after = null, after_updated_at = null`,
  );
  const next = async () => {
    const [sweep] = await database.query<ClaimedSweep>(
      `update personal_data_sweeps set due_at = 'infinity', fencing_token = fencing_token + 1
       where id = (select id from personal_data_sweeps where finished_at is null order by id limit 1)
       returning organization_id as "organizationId", id, fencing_token as "fencingToken", phase, after, after_updated_at::text as "afterUpdatedAt", now() as "claimedAt"`,
    );
    return sweep;
  };
  for (let sweep = await next(); sweep; sweep = await next())
    await worker.work({ ...sweep, claimedAt: new Date(sweep.claimedAt.getTime() + days * 86_400_000) });
}

async function mismatches(): Promise<unknown> {
  const [check] = await testApp.database.query<{ found: unknown[] }>(INTEGRITY_CHECK);
  return check!.found;
}

const actions = async (action: string) => {
  const { body } = await testApp.api.call<{ data: { after: Record<string, unknown>; actor: { type: string } }[] }>(
    'GET',
    `/audit-log?action=${action}`,
  );
  return body.data;
};

describe('payers of payins that have been over for long', () => {
  it('are forgotten in every table, and the money, the history and the ledger stay as they were', async () => {
    const { texts, canary, request } = payer();
    const before = await paid(request);
    await testApp.database.query(
      `update inbound_webhooks i set raw_body = convert_to($2, 'utf8') from attempts a
       where a.payin_id = $1 and i.provider_reference = a.provider_reference`,
      [before.id, canary],
    );
    expect([...(await tablesWith(canary)), ...(await tablesWith(canary.toLowerCase()))]).toEqual(
      expect.arrayContaining([
        'delivery_attempts',
        'inbound_webhooks',
        'notifications',
        'payins',
        'payin_search_terms',
      ]),
    );
    const history = await testApp.api.events(before.id);
    const ledger = async () => (await testApp.api.call('GET', `/payins/${before.id}/ledger-entries`)).body;
    const entries = await ledger();

    await sweepIn(DAYS - 1);
    expect(await testApp.api.payin(before.id)).toEqual(before);
    await sweepIn(LATER);

    for (const text of texts) expect([text, await tablesWith(text)]).toEqual([text, []]);
    const after = await testApp.api.payin(before.id);
    const nothing = {
      inlineCustomer: null,
      description: null,
      metadata: {},
      redirectUrl: null,
      instructions: null,
      sourceData: null,
    };
    expect(after).toEqual({ ...before, ...nothing, forgottenAt: expect.any(String) });
    expect(await testApp.api.events(before.id)).toEqual(history);
    expect(await ledger()).toEqual(entries);
    expect(await mismatches()).toEqual([]);
    expect((await testApp.api.call('GET', `/payins/${before.id}/explain`)).status).toBe(200);
    // Once more changes nothing.
    await sweepIn(LATER);
    expect(await testApp.api.payin(before.id)).toEqual(after);
    const [entry] = await actions('payers.forgotten');
    expect(entry).toMatchObject({ actor: { type: 'SYSTEM' }, after: { payins: expect.any(Number) } });
  });

  it('are still who asked: the same request again has the same payin, and another one is refused', async () => {
    const { request } = payer();
    const { id } = await paid(request);
    await sweepIn(LATER);
    const again = await testApp.api.call<PresentedPayin>('POST', '/payins', request);
    expect([again.status, again.body.id, again.body.inlineCustomer]).toEqual([200, id, null]);
    expectProblem(
      await testApp.api.call('POST', '/payins', { ...request, amountInCents: 1_000 }),
      'REFERENCE_CONFLICT',
    );
  });

  it('leave what was sent of them: it can be sent again, without them', async () => {
    const { canary, request } = payer();
    const { id } = await paid(request);
    await sweepIn(LATER);
    const { body } = await testApp.api.call<{ data: { id: string; type: string }[] }>(
      'GET',
      `/notifications?payinId=${id}`,
    );
    const { id: notificationId } = body.data.find(({ type }) => type === 'payin.approved')!;
    const shown = await testApp.api.call<{ body: string }>('GET', `/notifications/${notificationId}`);
    expect(shown.body.body).not.toContain(canary);
    expect(JSON.parse(shown.body.body)).toMatchObject({ type: 'payin.approved', data: { id, inlineCustomer: null } });
    expect((await testApp.api.call('POST', `/notifications/${notificationId}/resend`)).status).toBe(202);
  });

  it('leave webhooks without a body, that cannot be replayed', async () => {
    const { id } = await paid(payer().request);
    await sweepIn(LATER);
    const { body } = await testApp.api.call<{ data: { id: string }[] }>('GET', `/inbound-webhooks?payinId=${id}`);
    const webhook = body.data[0]!;
    expect((await testApp.api.call('GET', `/inbound-webhooks/${webhook.id}`)).body).toMatchObject({ body: null });
    expectProblem(await testApp.api.call('POST', `/inbound-webhooks/${webhook.id}/replay`), 'FORGOTTEN');
  });

  it('leave nothing in webhooks that came later, name no order, or one that nobody knows', async () => {
    const { canary, request } = payer();
    const { id } = await paid(request);
    const rowOf = (owner: string, reference: string | null) =>
      testApp.database.query(
        `insert into inbound_webhooks (organization_id, id, provider, event_key, provider_reference, raw_body, outcome, due_at)
         values ($1, (select id from payins where id = $2), 'tumipay', $3, $4, convert_to($5, 'utf8'), 'orphan', null)`,
        [owner, id, `event of ${id}`, reference, canary],
      );
    await sweepIn(LATER);
    const [attempt] = await testApp.database.query<{ reference: string }>(
      'select provider_reference as reference from attempts where payin_id = $1',
      [id],
    );
    await rowOf(organizationId, attempt!.reference);
    await rowOf(NO_ORGANIZATION, null);
    await sweepIn(DAYS - 1);
    expect(await tablesWith(canary)).toEqual(['inbound_webhooks']);
    await sweepIn(LATER);
    expect(await tablesWith(canary)).toEqual([]);
    const bodies = await testApp.database.query('select raw_body from inbound_webhooks where event_key = $1', [
      `event of ${id}`,
    ]);
    expect(bodies).toEqual([{ raw_body: Buffer.alloc(0) }, { raw_body: Buffer.alloc(0) }]);
  });

  it('are known as long as a discrepancy is open, or the payin is', async () => {
    const [held, open] = [payer(), payer()];
    const paidPayin = await paid(held.request);
    const waiting = await testApp.api.call<PresentedPayin>('POST', '/payins', open.request);
    await testApp.database.query(
      `insert into discrepancies (organization_id, id, payin_id, reference, kind, currency, detail)
       values ($1, gen_random_uuid(), $2, $3, 'OVERPAID', 'COP', 'planted')`,
      [organizationId, paidPayin.id, paidPayin.reference],
    );
    await sweepIn(LATER);
    expect(await tablesWith(held.canary)).toContain('payins');
    expect(await tablesWith(open.canary)).toContain('payins');
    expect((await testApp.api.payin(paidPayin.id)).forgottenAt).toBeNull();
    await testApp.database.query(`update discrepancies set status = 'RESOLVED' where payin_id = $1`, [paidPayin.id]);
    await testApp.api.call('POST', `/payins/${waiting.body.id}/cancel`);
    await isDelivered(waiting.body);
    await sweepIn(LATER);
    expect(await tablesWith(held.canary)).toEqual([]);
    expect(await tablesWith(open.canary)).toEqual([]);
  });
});

describe('a refund', () => {
  it('needs the payer until it is over, and then forgets where the money was to go', async () => {
    const { canary, request } = payer();
    const { id } = await paid(request);
    const to = { type: 'BRE_B_KEY', key: '@canary.payer' };
    const asked = { amountInCents: 100_000, reason: 'CUSTOMER_REQUEST', to };
    const refund = await testApp.api.call<{ id: string }>('POST', `/payins/${id}/refunds`, asked);
    expect([refund.status, refund.body]).toEqual([201, expect.anything()]);
    await isDelivered({ id });
    await sweepIn(LATER);
    expect(await tablesWith(canary)).toContain('payins');
    const destination = () =>
      testApp.database.query('select destination is null as "isGone" from refunds where id = $1', [refund.body.id]);
    expect(await destination()).toEqual([{ isGone: false }]);
    expect((await testApp.api.call('POST', `/refunds/${refund.body.id}/cancel`)).status).toBe(200);
    await isDelivered({ id });
    await sweepIn(LATER);
    expect(await tablesWith(canary)).toEqual([]);
    expect(await destination()).toEqual([{ isGone: true }]);
    expect((await testApp.api.call('GET', `/payins/${id}/refunds`)).status).toBe(200);
  });
});

describe('what people write', () => {
  it('at a refund, and at a discrepancy, is forgotten with the payer', async () => {
    const { canary, request } = payer();
    const { id } = await paid(request);
    const to = { type: 'BRE_B_KEY', key: '@canary.payer' };
    const asked = { amountInCents: 100, reason: 'OTHER', note: `for ${canary}`, reference: 'written', to };
    const refund = await testApp.api.call<{ id: string }>('POST', `/payins/${id}/refunds`, asked);
    expect((await testApp.api.call('POST', `/refunds/${refund.body.id}/approve`)).status).toBe(200);
    const evidence = `transfer to ${canary}`;
    expect((await testApp.api.call('POST', `/refunds/${refund.body.id}/pay`, { evidence })).status).toBe(200);
    const correction = { correction: { type: 'MARK_REVERSED' }, note: canary, amountInCents: '1' };
    await testApp.database.query(
      `insert into discrepancies (organization_id, id, payin_id, reference, kind, status, resolution, note, correction, currency, detail)
       values ($1, gen_random_uuid(), $2, '', 'CHARGEBACK', 'RESOLVED', 'CORRECTED', $3, $4, 'COP', 'planted')`,
      [organizationId, id, canary, correction],
    );
    await isDelivered({ id });
    expect(await tablesWith(canary)).toEqual(expect.arrayContaining(['discrepancies', 'refunds']));
    await sweepIn(LATER);
    expect(await tablesWith(canary)).toEqual([]);
    const [shown] = (await testApp.api.call<{ data: object[] }>('GET', `/payins/${id}/refunds`)).body.data;
    expect(shown).toMatchObject({
      status: 'PAID',
      amountInCents: 100,
      reference: 'written',
      note: null,
      evidence: null,
    });
    const left = await testApp.database.query('select note, correction from discrepancies where payin_id = $1', [id]);
    expect(left).toEqual([{ note: null, correction: { ...correction, note: '' } }]);
    expect(await mismatches()).toEqual([]);
  });

  /** As the world would open it. */
  const planted = async (payinId: string | null, kind: DiscrepancyKind, reference = ''): Promise<string> => {
    const [row] = await testApp.database.query<{ id: string }>(
      `insert into discrepancies (organization_id, id, payin_id, reference, provider, kind, currency, detail, expected_in_cents, actual_in_cents, money_at_risk_in_cents)
       values ($1, gen_random_uuid(), $2, $3, 'tumipay', $4, 'COP', 'planted', 5000000, 5000500, 500) returning id`,
      [organizationId, payinId, reference, kind],
    );
    return row!.id;
  };
  const act = async (by: ApiClient, path: string, body?: object) => {
    const { status, body: answer } = await by.call('POST', path, body);
    if (status >= 300) throw new Error(`${path}: ${status} ${JSON.stringify(answer)}`);
    return answer as { id: string };
  };
  /** Every way in which people write something about a payin. */
  const writeAbout = async ({ id }: { id: string }, canary: string): Promise<void> => {
    const { api } = testApp;
    const [note, to] = [`of ${canary}`, { type: 'BRE_B_KEY', key: '@canary.payer' }];
    const { api: second } = await anotherKey(testApp, organizationId);
    const kinds = ['AMOUNT_CONFLICT', 'STATUS_CONFLICT', 'MISSING_AT_PROVIDER', 'PAID_TWICE', 'OVERPAID'] as const;
    const [accepted, corrected, writtenOff, outside, refunded] = await Promise.all(
      kinds.map((kind) => planted(id, kind)),
    );
    await act(api, `/discrepancies/${accepted}/resolve`, { reason: 'ACCEPTED', note });
    const correction = { type: 'MARK_REVERSED', amountInCents: 1_200_000 };
    const corrects = { reason: 'CORRECTED', note, correction };
    await act(api, `/discrepancies/${corrected}/resolve`, corrects);
    await act(second, `/discrepancies/${corrected}/reject`, { note: `not of ${canary}` });
    await act(api, `/discrepancies/${corrected}/resolve`, corrects);
    await act(second, `/discrepancies/${corrected}/approve`);
    await act(api, `/discrepancies/${writtenOff}/resolve`, { reason: 'WRITTEN_OFF', note });
    await act(second, `/discrepancies/${writtenOff}/approve`);
    await act(api, `/discrepancies/${outside}/resolve`, { reason: 'REFUNDED_OUTSIDE', note });
    await act(second, `/discrepancies/${outside}/approve`);
    await act(api, `/discrepancies/${refunded}/resolve`, { reason: 'REFUND', note, to });
    const { data } = (await api.call<{ data: { id: string; status: string }[] }>('GET', `/payins/${id}/refunds`)).body;
    const waiting = data.find(({ status }) => status === 'REQUESTED')!;
    await act(second, `/refunds/${waiting.id}/approve`);
    await act(api, `/refunds/${waiting.id}/pay`, { evidence: `transfer to ${canary}` });
    const canceled = await act(api, `/payins/${id}/refunds`, { amountInCents: 100, reason: 'OTHER', note, to });
    await act(api, `/refunds/${canceled.id}/cancel`);
    await isDelivered({ id });
  };
  const written = async (id: string) =>
    (await testApp.api.events(id)).flatMap(({ type, data }) => (data['note'] ? [type] : [])).toSorted();
  const WRITTEN = [
    'correction.applied',
    'correction.proposed',
    'correction.proposed',
    'correction.proposed',
    'correction.proposed',
    'correction.rejected',
    ...Array.from({ length: 5 }, () => 'discrepancy.resolved'),
  ];

  it('whichever way they settle, correct or refund, is shown in the history and then forgotten, and the money stays provable', async () => {
    const { canary, request } = payer();
    const payin = await paid(request);
    await writeAbout(payin, canary);
    expect(await written(payin.id)).toEqual(WRITTEN);
    expect(await tablesWith(canary)).toEqual(
      expect.arrayContaining(['discrepancies', 'payin_event_texts', 'payins', 'refunds']),
    );
    expect(await tablesWith(canary)).not.toContain('payin_events');
    const history = await testApp.api.events(payin.id);
    const ledger = async () => (await testApp.api.call('GET', `/payins/${payin.id}/ledger-entries`)).body;
    const before = await ledger();
    await sweepIn(LATER);
    expect(await tablesWith(canary)).toEqual([]);
    const withoutTexts = history.map(({ data: { note: _note, because: _because, ...data }, ...line }) => ({
      ...line,
      data,
    }));
    expect(await testApp.api.events(payin.id)).toEqual(withoutTexts);
    expect(await ledger()).toEqual(before);
    expect(await mismatches()).toEqual([]);
  });

  it('after the payer was forgotten is forgotten as well, and it stays known since when they are', async () => {
    const { canary, request } = payer();
    const payin = await paid(request);
    await sweepIn(LATER);
    const { forgottenAt } = await testApp.api.payin(payin.id);
    expect(forgottenAt).not.toBeNull();
    await writeAbout(payin, canary);
    expect(await tablesWith(canary)).toEqual(['discrepancies', 'payin_event_texts', 'refunds']);
    expect(await testApp.api.payin(payin.id)).toMatchObject({ forgottenAt, inlineCustomer: null });
    const again = await testApp.api.call<PresentedPayin>('POST', '/payins', request);
    expect([again.status, again.body.id]).toEqual([200, payin.id]);
    await sweepIn(LATER);
    expect(await tablesWith(canary)).toEqual([]);
    const left = await testApp.database.query(
      'select id from refunds where payin_id = $1 and destination is not null',
      [payin.id],
    );
    expect(left).toEqual([]);
    expect((await testApp.api.payin(payin.id)).forgottenAt).toBe(forgottenAt);
  });

  it('that an earlier version has kept in the line itself is forgotten with the payer', async () => {
    const { canary, request } = payer();
    const { id } = await paid(request);
    const note = { note: `of ${canary}`, because: canary };
    await testApp.database.query('update payin_events set data = data || $2 where payin_id = $1 and sequence = 2', [
      id,
      note,
    ]);
    expect(await testApp.api.events(id)).toContainEqual(
      expect.objectContaining({ sequence: 2, data: expect.objectContaining(note) }),
    );
    await sweepIn(LATER);
    expect(await tablesWith(canary)).toEqual([]);
  });

  it('at what belongs to no payin is forgotten after the same time', async () => {
    const { canary } = payer();
    const [accepted, writtenOff] = [await planted(null, 'ORPHAN', 'one'), await planted(null, 'ORPHAN', 'other')];
    await act(testApp.api, `/discrepancies/${accepted}/resolve`, { reason: 'ACCEPTED', note: `of ${canary}` });
    await act(testApp.api, `/discrepancies/${writtenOff}/resolve`, { reason: 'WRITTEN_OFF', note: `of ${canary}` });
    const { api: second } = await anotherKey(testApp, organizationId);
    await second.call('POST', `/discrepancies/${writtenOff}/approve`);
    await sweepIn(DAYS - 1);
    expect(await tablesWith(canary)).toEqual(['discrepancies']);
    await sweepIn(LATER);
    expect(await tablesWith(canary)).toEqual([]);
    const [entry] = await actions('discrepancies.forgotten');
    expect(entry).toMatchObject({ actor: { type: 'SYSTEM' }, after: { discrepancies: expect.any(Number) } });
  });
});

describe('one payer', () => {
  it('is forgotten at once, in every table and nobody else with them, and the audit log has how many', async () => {
    const [one, other] = [payer(), payer()];
    const { id } = await paid(one.request);
    await paid(other.request);
    const open = await testApp.api.call<PresentedPayin>('POST', '/payins', {
      ...payer().request,
      inlineCustomer: one.request['inlineCustomer'],
    });
    const store = testApp.service.app.get(PersonalDataStore);
    const by = commandLine(organizationId);
    expect(await store.forgetPayer(by, 'CE', [one.idNumber])).toEqual({ forgotten: 0, kept: 0 });
    expect(await store.forgetPayer(by, 'CC', [one.idNumber])).toEqual({ forgotten: 1, kept: 1 });
    expect((await testApp.api.payin(id)).inlineCustomer).toBeNull();
    await testApp.api.call('POST', `/payins/${open.body.id}/cancel`);
    await isDelivered(open.body);
    expect(await store.forgetPayer(by, 'CC', [one.idNumber])).toEqual({ forgotten: 1, kept: 0 });
    for (const text of one.texts) expect([text, await tablesWith(text)]).toEqual([text, []]);
    expect(await tablesWith(other.canary)).toContain('payins');
    expect(await actions('payer.forgotten')).toMatchObject([
      { actor: { type: 'COMMAND_LINE' }, after: { payins: 1 } },
      { actor: { type: 'COMMAND_LINE' }, after: { payins: 1 } },
    ]);
    expect(await mismatches()).toEqual([]);
  });
});
