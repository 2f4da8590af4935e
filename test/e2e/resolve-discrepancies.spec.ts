import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { anotherKey } from '../support/another-key.js';
import type { PresentedPayin } from '../../src/payins/presenters/payin.presenter.js';
import { DISCREPANCY_KINDS, type DiscrepancyKind } from '../../src/payins/domain/discrepancy.js';
import { ApiClient, type DiscrepancyView, ticketOf } from '../support/api-client.js';
import { expectProblem } from '../support/expect-problem.js';
import { providerSide } from '../support/provider-side.js';
import { secondOrganization } from '../support/second-organization.js';
import { type TestApp, startTestApp } from '../support/test-app.js';
import { compared, csv } from '../support/statements.js';
import { until } from '../support/until.js';

const PROVIDERS = ['tumipay', 'hellopay', 'teemopay'] as const;
const NOTE = 'agreed with the bank on the telephone';

let testApp: TestApp;
/** Another key of the same organization: a second person. */
let second: ApiClient;
let secondKeyId: string;

beforeAll(async () => {
  testApp = await startTestApp({ PROVIDERS: PROVIDERS.join(), RAIL_POLICY_PSE: '{"pollSeconds":[3600]}' });
  const { organizationId } = await testApp.api.open({ provider: 'tumipay' });
  ({ api: second, apiKeyId: secondKeyId } = await anotherKey(testApp, organizationId));
});
afterEach(async () => {
  for (const name of PROVIDERS) await testApp.sandbox.provider(name).clearFaults();
});
afterAll(() => testApp?.close());

interface FullView extends DiscrepancyView {
  evidence: Record<string, unknown>[];
  payin: { id: string; url: string; status: string; receipts: object[] } | null;
  correction: Record<string, unknown> | null;
  approvedBy: string | null;
  note: string | null;
  reason: string | null;
  ageSeconds: number | null;
}

const one = async (id: string) => (await testApp.api.call<FullView>('GET', `/discrepancies/${id}`)).body;
const refresh = ({ id }: { id: string }) => testApp.api.call('POST', `/payins/${id}/refresh`);
const act = (what: string, id: string, body?: object, api = testApp.api) =>
  api.call<FullView>('POST', `/discrepancies/${id}/${what}`, body);
const ofKind = (payin: { id: string }, kind: DiscrepancyKind) =>
  until(`${kind} to be found`, async () =>
    (await testApp.api.discrepancies(payin.id)).find((discrepancy) => discrepancy.kind === kind),
  );
/** What the audit log says of it, the oldest first. */
async function audited(id: string): Promise<object[]> {
  const { body } = await testApp.api.call<{ data: object[] }>('GET', `/audit-log?subject=${id}`);
  return body.data.toReversed();
}
const list = async (query: string) =>
  (await testApp.api.call<{ data: DiscrepancyView[]; totals: object[] }>('GET', `/discrepancies?${query}`)).body;

async function short(): Promise<[PresentedPayin, DiscrepancyView]> {
  const payin = await testApp.api.open({ provider: 'teemopay', rail: 'BRE_B' });
  const { control, order } = await providerSide(testApp, payin, 'teemopay');
  await control.pay(order.id, { amountInCents: 2_000_000 });
  return [await testApp.api.reaches(payin.id, 'UNDERPAID'), await ofKind(payin, 'UNDERPAID')];
}

async function paidByTumiPay(changes: Record<string, unknown> = {}): Promise<PresentedPayin> {
  const payin = await testApp.api.open({ provider: 'tumipay', ...changes });
  await testApp.sandbox.tumipay.pay(ticketOf(payin));
  return testApp.api.reaches(payin.id, 'APPROVED');
}

/** Paid; its provider only repeats the requested amount, its webhook is lost, and the wait for it is over. */
async function unconfirmed(changes: Record<string, unknown> = {}): Promise<PresentedPayin> {
  const payin = await testApp.api.open({ provider: 'tumipay', rail: 'BRE_B', ...changes });
  await testApp.sandbox.tumipay.pay(ticketOf(payin), { webhook: 'none' });
  await refresh(payin);
  await testApp.database.query(
    `update payins set unconfirmed_paid_since = unconfirmed_paid_since - interval '1 minute' where id = $1`,
    [payin.id],
  );
  await refresh(payin);
  return testApp.api.payin(payin.id);
}

/** Causes each kind from outside. @returns the discrepancy */
const PLANTED: Readonly<Record<DiscrepancyKind, () => Promise<DiscrepancyView>>> = {
  UNDERPAID: async () => (await short())[1],
  OVERPAID: async () => {
    const payin = await testApp.api.open({ provider: 'teemopay', rail: 'BRE_B' });
    const { control, order } = await providerSide(testApp, payin, 'teemopay');
    await control.pay(order.id, { amountInCents: 6_000_000 });
    return ofKind(payin, 'OVERPAID');
  },
  LATE_PAYMENT: async () => {
    const payin = await testApp.api.open({ provider: 'tumipay' });
    await testApp.sandbox.tumipay.reject(ticketOf(payin));
    await testApp.api.reaches(payin.id, 'REJECTED');
    await testApp.sandbox.tumipay.pay(ticketOf(payin));
    return ofKind(payin, 'LATE_PAYMENT');
  },
  PAID_TWICE: async () => {
    const payin = await testApp.api.open({ provider: 'teemopay', rail: 'BRE_B' });
    const { control, order } = await providerSide(testApp, payin, 'teemopay');
    await control.pay(order.id);
    await testApp.api.reaches(payin.id, 'APPROVED');
    await control.pay(order.id);
    return ofKind(payin, 'PAID_TWICE');
  },
  UNIT_MISMATCH: async () => {
    const payin = await testApp.api.open({ provider: 'teemopay', rail: 'BRE_B', amountInCents: 1_000_000 });
    const { control, order } = await providerSide(testApp, payin, 'teemopay');
    await control.pay(order.id, { amountInCents: 100_000_000 });
    return ofKind(payin, 'UNIT_MISMATCH');
  },
  CURRENCY_MISMATCH: async () => {
    const payin = await paidByTumiPay();
    await compared(testApp.api, csv(`${payin.reference},,5000000,USD,APPROVED,,`));
    return ofKind(payin, 'CURRENCY_MISMATCH');
  },
  AMOUNT_CONFLICT: async () => {
    const payin = await testApp.api.open({ provider: 'tumipay', rail: 'BRE_B' });
    // Its answer repeats the requested amount.
    await testApp.sandbox.tumipay.pay(ticketOf(payin), { amountInCents: 4_000_000 });
    return ofKind(payin, 'AMOUNT_CONFLICT');
  },
  AMOUNT_UNCONFIRMED: async () => {
    const payin = await unconfirmed();
    return ofKind(payin, 'AMOUNT_UNCONFIRMED');
  },
  ORPHAN: async () => {
    const payin = await testApp.api.open({ provider: 'tumipay' });
    const { reference } = await testApp.sandbox.tumipay.order(ticketOf(payin));
    await testApp.database.query(
      `update attempts set provider_reference = 'moved' || substr(provider_reference, 6) where payin_id = $1`,
      [payin.id],
    );
    await testApp.sandbox.tumipay.pay(ticketOf(payin));
    return until('the orphan to be found', async () => (await list(`reference=${reference}`)).data[0]);
  },
  MISSING_AT_PROVIDER: async () => {
    const payin = await testApp.api.open({ provider: 'tumipay' });
    const body = { code: '00', status: 'ERROR', error: 'TRANSACTION_NOT_FOUND' };
    await testApp.sandbox.tumipay.fault({ operation: 'query', fault: { kind: 'status', status: 404, body } });
    await refresh(payin);
    return ofKind(payin, 'MISSING_AT_PROVIDER');
  },
  MISSING_HERE: async () => {
    await compared(testApp.api, csv('desk-nobody-knows,,1000000,COP,APPROVED,,'));
    return until('the line to be found', async () => (await list('reference=desk-nobody-knows')).data[0]);
  },
  STATUS_CONFLICT: async () => {
    const payin = await paidByTumiPay();
    await compared(testApp.api, csv(`${payin.reference},,5000000,COP,REJECTED,,`));
    return ofKind(payin, 'STATUS_CONFLICT');
  },
  CHARGEBACK: async () => {
    const payin = await testApp.api.open({ provider: 'hellopay', rail: 'NEQUI' });
    const { control, order } = await providerSide(testApp, payin, 'hellopay');
    await control.pay(order.id);
    await testApp.api.reaches(payin.id, 'APPROVED');
    await control.reverse(order.id, { webhook: 'none' });
    await refresh(payin);
    return ofKind(payin, 'CHARGEBACK');
  },
  OVERREFUNDED: async () => {
    const payin = await testApp.api.open({ provider: 'teemopay', rail: 'BRE_B' });
    const { control, order } = await providerSide(testApp, payin, 'teemopay');
    await control.pay(order.id);
    await testApp.api.reaches(payin.id, 'APPROVED');
    const to = { type: 'BRE_B_KEY', key: '@canarykey1234' };
    const request = { amountInCents: 100_000, reason: 'OTHER', to };
    expect((await testApp.api.call('POST', `/payins/${payin.id}/refunds`, request)).status).toBe(201);
    await control.reverse(order.id, { webhook: 'none' });
    await refresh(payin);
    return ofKind(payin, 'OVERREFUNDED');
  },
  UNRECOGNISED_STATUS: async () => {
    const payin = await testApp.api.open({ provider: 'tumipay' });
    const { id, reference } = await testApp.sandbox.tumipay.order(ticketOf(payin));
    const data = { ticket: id, reference, amount: 5_000_000, currency: 'COP', status: 'EN_REVISION' };
    const body = { code: '01', status: 'SUCCESS', data };
    await testApp.sandbox.tumipay.fault({ operation: 'query', fault: { kind: 'status', status: 200, body } });
    await refresh(payin);
    return ofKind(payin, 'UNRECOGNISED_STATUS');
  },
};

describe('the list of discrepancies', () => {
  it.each(DISCREPANCY_KINDS)('shows %s with the money at risk, its age and its source', async (kind) => {
    const planted = await PLANTED[kind]();
    const found = await one(planted.id);
    expect(found).toMatchObject({ id: planted.id, kind, status: 'OPEN', resolution: null, reason: null, note: null });
    expect(found.ageSeconds).toBeGreaterThanOrEqual(0);
    expect(found.moneyAtRiskInCents).toBeGreaterThan(0);
    if (kind === 'MISSING_AT_PROVIDER') expect(found.evidence).toEqual([]);
    else expect(found.evidence.length).toBeGreaterThan(0);
    expect(JSON.stringify(found)).not.toContain('johndoe');
    const { payin } = found;
    expect(payin === null).toBe(kind === 'ORPHAN' || kind === 'MISSING_HERE');
    if (payin) expect(payin).toMatchObject({ id: found.payinId, url: `/payins/${found.payinId}` });
  });

  it('shows the provider’s report, the webhook and the line of the statement as they are kept', async () => {
    const [conflict] = (await list('kind=AMOUNT_CONFLICT&limit=1')).data;
    expect((await one(conflict!.id)).evidence[0]).toMatchObject({
      type: 'observation',
      provider: 'tumipay',
      source: 'webhook',
      trust: 'answer',
      report: { status: 'APPROVED', amountInCents: '5000000' },
    });
    const [orphan] = (await list('kind=ORPHAN&limit=1')).data;
    expect((await one(orphan!.id)).evidence[0]).toMatchObject({ type: 'webhook', provider: 'tumipay', deliveries: 1 });
    const [missing] = (await list('kind=MISSING_HERE&limit=1')).data;
    expect((await one(missing!.id)).evidence[0]).toMatchObject({
      type: 'statement_line',
      reference: 'desk-nobody-knows',
      amountInCents: 1_000_000,
      url: expect.stringMatching(/^\/statements\//),
    });
  });

  it('shows only what a provider’s report has about the money', async () => {
    const [, { id, payinId }] = await short();
    await testApp.database.query(
      `update observations set report = report || '{"instructions": {"phone": "canary"}, "payer": "canary"}' where payin_id = $1`,
      [payinId],
    );
    expect(JSON.stringify(await one(id))).not.toContain('canary');
  });

  it('sums up the money at risk by kind, of all that the filter matches, not only of the page', async () => {
    const all = (await list('status=OPEN&limit=100')).data;
    const expected = [...Map.groupBy(all, ({ kind }) => kind)]
      .map(([kind, found]) => ({
        kind,
        count: found.length,
        moneyAtRiskInCents: found.reduce((sum, { moneyAtRiskInCents }) => sum + (moneyAtRiskInCents ?? 0), 0),
      }))
      .toSorted((a, b) => (a.kind < b.kind ? -1 : 1));
    expect((await list('status=OPEN&limit=1')).totals).toEqual(expected);
    expect((await list('kind=OVERPAID')).totals).toEqual([
      { kind: 'OVERPAID', count: 1, moneyAtRiskInCents: 1_000_000 },
    ]);
  });

  it('filters by provider, reference, time and money at risk', async () => {
    const kinds = async (query: string) => (await list(`limit=100&${query}`)).data.map(({ kind }) => kind);
    expect(await kinds('provider=hellopay')).toEqual(['CHARGEBACK']);
    expect(await kinds('reference=desk-nobody-knows')).toEqual(['MISSING_HERE']);
    expect(await kinds('reference=nothing')).toEqual([]);
    const inAMinute = new Date(Date.now() + 60_000).toISOString();
    expect(await kinds(`openedFrom=${inAMinute}`)).toEqual([]);
    expect((await kinds(`openedTo=${inAMinute}`)).length).toBeGreaterThan(5);
    const atRisk = (await list('minMoneyAtRiskInCents=5000000&limit=100')).data;
    expect(atRisk.every(({ moneyAtRiskInCents }) => (moneyAtRiskInCents ?? 0) >= 5_000_000)).toBe(true);
    expect(atRisk.map(({ kind }) => kind)).not.toContain('MISSING_HERE');
    for (const wrong of ['minMoneyAtRiskInCents=-1', 'openedFrom=yesterday', 'reference=', 'provider=Tumi Pay'])
      expectProblem(
        await testApp.api.call('GET', `/discrepancies?${wrong}`),
        'VALIDATION_FAILED',
        wrong.split('=')[0]!,
      );
  });
});

describe('what a later fact settles', () => {
  it.each([
    ['MISSING_AT_PROVIDER', 'THE_PROVIDER_HAS_IT'],
    ['UNRECOGNISED_STATUS', 'A_KNOWN_STATUS_CAME'],
  ] as const)('%s closes itself, with that reason and no person’s name', async (kind, resolution) => {
    const found = await PLANTED[kind]();
    await refresh({ id: found.payinId! });
    expect(await one(found.id)).toMatchObject({
      status: 'RESOLVED',
      resolution,
      reason: null,
      resolvedBy: null,
      ageSeconds: null,
    });
  });
});

describe('settling a discrepancy', () => {
  it('notifies the payin’s callbackUrl when it is opened and when it is settled, with the discrepancy as the API shows it, without who settled it and their note', async () => {
    const { api, merchant } = testApp;
    const payin = await api.open({ provider: 'teemopay', rail: 'BRE_B', callbackUrl: merchant.url });
    const { control, order } = await providerSide(testApp, payin, 'teemopay');
    await control.pay(order.id, { amountInCents: 2_000_000 });
    const { id } = await ofKind(payin, 'UNDERPAID');
    const opened = await merchant.eventOf(payin.id, 'discrepancy.opened');
    expect(opened.message.data).toMatchObject({
      id: payin.id,
      sequence: expect.any(Number),
      discrepancy: { id, kind: 'UNDERPAID', status: 'OPEN', moneyAtRiskInCents: 3_000_000 },
    });
    await act('resolve', id, { reason: 'WRITTEN_OFF', note: NOTE });
    const resolved = await merchant.eventOf(payin.id, 'discrepancy.resolved');
    const { evidence, payin: _, note, resolvedBy, approvedBy: _second, correction, ...shown } = await one(id);
    const { note: _why, proposedBy: _who, ...notified } = correction!;
    expect(resolved.message.data['discrepancy']).toEqual({ ...shown, correction: notified });
    expect(note).toBe(NOTE);
    for (const inside of [NOTE, resolvedBy]) expect(JSON.stringify(resolved.message)).not.toContain(inside);
    expect(evidence.length).toBeGreaterThan(0);
  });

  it('does not change the payin, names who and why, and the same request again has the same answer', async () => {
    const [payin, { id }] = await short();
    const body = { reason: 'REFUNDED_OUTSIDE', note: NOTE };
    const [first, again] = [await act('resolve', id, body), await act('resolve', id, body, second)];
    expect([first.status, again.status]).toEqual([200, 200]);
    expect(again.body).toEqual(first.body);
    expect(first.body).toMatchObject({ status: 'RESOLVED', reason: 'REFUNDED_OUTSIDE', note: NOTE, approvedBy: null });
    const before = await testApp.api.payin(payin.id);
    expect(before).toMatchObject({ status: 'UNDERPAID', amountReceivedInCents: 2_000_000 });
    expectProblem(await act('resolve', id, { reason: 'ACCEPTED', note: NOTE }), 'DISCREPANCY_SETTLED');
    const settled = (await testApp.api.events(payin.id)).filter(({ type }) => type === 'discrepancy.resolved');
    expect(settled).toMatchObject([
      { source: 'operator', data: { discrepancyId: id, by: first.body.resolvedBy, note: NOTE } },
    ]);
  });

  it('without a payin works alike, and has nothing to correct', async () => {
    const { id } = await PLANTED.ORPHAN();
    const correction = { type: 'BOOK_RECEIPT', amountInCents: 1, paymentId: 'x' };
    expectProblem(await act('resolve', id, { reason: 'CORRECTED', note: NOTE, correction }), 'CORRECTION_FORBIDDEN');
    const body = { reason: 'ACCEPTED', note: NOTE };
    const answers = await Promise.all([act('resolve', id, body), act('resolve', id, body, second)]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expectProblem(await act('resolve', id, { ...body, reason: 'WRITTEN_OFF' }), 'DISCREPANCY_SETTLED');
    expectProblem(await act('approve', id), 'NOTHING_PROPOSED');
    // Whoever came second changed nothing.
    expect(await audited(id)).toMatchObject([{ action: 'discrepancy.resolved', after: { resolution: 'ACCEPTED' } }]);
  });

  it('notifies the standing endpoints of one without a payin', async () => {
    const { api, merchant } = testApp;
    const { body: endpoint } = await api.call<{ id: string }>('POST', '/webhook-endpoints', { url: merchant.url });
    const { id, reference } = (await PLANTED.ORPHAN()) as DiscrepancyView & { reference: string };
    await act('resolve', id, { reason: 'ACCEPTED', note: NOTE });
    const notified = await until('both to be notified', async () => {
      const { data } = (
        await api.call<{ data: { id: string; type: string; payinId: string | null }[] }>(
          'GET',
          `/notifications?endpointId=${endpoint.id}&limit=100`,
        )
      ).body;
      const own = data.filter(({ payinId }) => payinId === null);
      return own.length === 2 && own;
    });
    expect(notified.map(({ type }) => type).toSorted()).toEqual(['discrepancy.opened', 'discrepancy.resolved']);
    const { body } = await api.call<{ body: string }>('GET', `/notifications/${notified[0]!.id}`);
    expect(JSON.parse(body.body)).toMatchObject({
      data: { sequence: 0, discrepancy: { id, reference, payinId: null } },
    });
    await api.call('DELETE', `/webhook-endpoints/${endpoint.id}`);
  });
});

const book = (amountInCents: number, paymentId: string) => ({
  reason: 'CORRECTED',
  note: NOTE,
  correction: { type: 'BOOK_RECEIPT', amountInCents, paymentId },
});

describe('a correction', () => {
  it('books money that is proven, pays the payin, and stays visible as a correction', async () => {
    const [payin, { id }] = await short();
    const { status, body } = await act('resolve', id, book(3_000_000, 'BANK-1'));
    expect(status).toBe(200);
    expect(body).toMatchObject({ reason: 'CORRECTED', correction: { type: 'BOOK_RECEIPT', awaitsApproval: false } });
    const paid = await testApp.api.payin(payin.id);
    expect(paid).toMatchObject({ status: 'APPROVED', amountReceivedInCents: 5_000_000, amountStatus: 'EXACT' });
    expect(paid.receipts).toMatchObject([{ source: 'webhook' }, { paymentId: 'BANK-1', source: 'operator' }]);
    const events = (await testApp.api.events(payin.id)).filter(({ source }) => source === 'operator');
    expect(events.map(({ type }) => type)).toEqual([
      'correction.applied',
      'discrepancy.resolved',
      'receipt.added',
      'payin.approved',
    ]);
    expect(events[0]!.data).toMatchObject({ by: body.resolvedBy, note: NOTE, amountInCents: '3000000' });
    const ledger = await testApp.api.call<{ data: { type: string; amountInCents: number }[] }>(
      'GET',
      `/payins/${payin.id}/ledger-entries`,
    );
    const entries = ledger.body.data.filter(({ type }) => type === 'receipt.added');
    expect(entries.map(({ amountInCents }) => amountInCents)).toEqual(expect.arrayContaining([2_000_000, 3_000_000]));
    // The same request again has the same answer; another one is too late.
    expect(await act('resolve', id, book(3_000_000, 'BANK-1'))).toMatchObject({ status: 200, body });
    expectProblem(await act('resolve', id, book(1, 'BANK-1')), 'DISCREPANCY_SETTLED');
  });

  it('marks a payin as reversed whose provider does not report it', async () => {
    const payin = await paidByTumiPay();
    await compared(testApp.api, csv(`${payin.reference},,5000000,COP,REVERSED,,`));
    const { id } = await until('the difference', async () => (await testApp.api.discrepancies(payin.id))[0]);
    const correction = { type: 'MARK_REVERSED', amountInCents: 5_000_000 };
    expect((await act('resolve', id, { reason: 'CORRECTED', note: NOTE, correction })).status).toBe(200);
    expect(await testApp.api.payin(payin.id)).toMatchObject({ status: 'REVERSED', chargebackAt: expect.any(String) });
  });

  it('accepts a short payin as paid and writes off the rest', async () => {
    const [payin, { id }] = await short();
    const { body } = await act('resolve', id, {
      reason: 'CORRECTED',
      note: NOTE,
      correction: { type: 'ACCEPT_AS_PAID' },
    });
    expect(body.correction).toMatchObject({ amountInCents: 3_000_000, paymentId: null });
    expect(await testApp.api.payin(payin.id)).toMatchObject({ status: 'APPROVED', amountStatus: 'UNDERPAID' });
  });

  it('that the payin does not allow changes nothing', async () => {
    const payin = await paidByTumiPay();
    await compared(testApp.api, csv(`${payin.reference},,4000000,COP,APPROVED,,`));
    const { id } = await ofKind(payin, 'AMOUNT_CONFLICT');
    const [before, events] = [await testApp.api.payin(payin.id), await testApp.api.events(payin.id)];
    for (const correction of [
      { type: 'ACCEPT_AS_PAID' },
      { type: 'MARK_REVERSED', amountInCents: 5_000_001 },
      { type: 'BOOK_RECEIPT', amountInCents: 1, paymentId: payin.receipts[0]!.paymentId.replaceAll(/[^\w.:/-]/g, '') },
    ])
      expectProblem(await act('resolve', id, { reason: 'CORRECTED', note: NOTE, correction }), 'CORRECTION_FORBIDDEN');
    expect(await testApp.api.payin(payin.id)).toEqual(before);
    expect(await testApp.api.events(payin.id)).toEqual(events);
  });

  const corrects = (correction: unknown) => ({ reason: 'CORRECTED', note: NOTE, correction });

  it.each<[string, object, string[]]>([
    ['nothing', {}, ['note', 'reason']],
    ['a reason that is none', { reason: 'FORGOTTEN', note: NOTE }, ['reason']],
    ['no note', { reason: 'ACCEPTED' }, ['note']],
    ['a blank note', { reason: 'ACCEPTED', note: ' ' }, ['note']],
    ['a long note', { reason: 'ACCEPTED', note: 'n'.repeat(1001) }, ['note']],
    ['an unknown field', { reason: 'ACCEPTED', note: NOTE, by: 'me' }, ['by']],
    ['no correction', corrects(undefined), ['correction']],
    ['a correction that is a text', corrects('x'), ['correction']],
    ['a correction too many', { ...corrects({ type: 'ACCEPT_AS_PAID' }), reason: 'ACCEPTED' }, ['correction']],
    ['a correction of no type', corrects({}), ['correction.type']],
    ['no payment', corrects({ type: 'BOOK_RECEIPT' }), ['correction.amountInCents', 'correction.paymentId']],
    ['an amount of nothing', corrects({ type: 'MARK_REVERSED', amountInCents: 0 }), ['correction.amountInCents']],
    ['a part of a cent', corrects({ type: 'MARK_REVERSED', amountInCents: 1.5 }), ['correction.amountInCents']],
    [
      'a payment too many',
      corrects({ type: 'MARK_REVERSED', amountInCents: 1, paymentId: 'x' }),
      ['correction.paymentId'],
    ],
    ['an amount too many', corrects({ type: 'ACCEPT_AS_PAID', amountInCents: 1 }), ['correction.amountInCents']],
    ['a number with a blank', book(1, 'with a blank'), ['correction.paymentId']],
  ])('with %s is refused, naming the fields', async (_, body, fields) => {
    const [found] = (await list('status=OPEN&limit=1')).data;
    expectProblem(await act('resolve', found!.id, body), 'VALIDATION_FAILED', ...fields);
    expect((await one(found!.id)).status).toBe('OPEN');
  });
});

describe('any request to resolve', () => {
  it('is never answered 5xx, and changes nothing unless it is answered 2xx', async () => {
    const [payin, { id }] = await short();
    const value = fc.oneof(
      fc.constantFrom<unknown>('ACCEPTED', 'CORRECTED', 'BOOK_RECEIPT', 'ACCEPT_AS_PAID', null, true, 0, 1, 1.5, -1),
      fc.integer(),
      fc.string({ unit: 'grapheme' }),
    );
    const fields = ['type', 'amountInCents', 'paymentId', 'constructor', '__proto__'];
    const correction = fc.oneof(value, fc.dictionary(fc.constantFrom(...fields), value));
    const body = fc.record({ reason: value, note: value, correction }, { requiredKeys: [] });
    const before = await testApp.api.payin(payin.id);
    let isTaken = false;
    await fc.assert(
      fc.asyncProperty(fc.constantFrom('resolve', 'approve', 'reject'), body, async (what, sent) => {
        const { status } = await act(what, id, sent);
        expect([200, 202, 400, 403, 409]).toContain(status);
        isTaken ||= status < 300;
        if (!isTaken) expect((await one(id)).status).toBe('OPEN');
      }),
      { numRuns: 150 },
    );
    if (!isTaken) expect(await testApp.api.payin(payin.id)).toEqual(before);
  });
});

describe('a large correction', () => {
  // A million pesos is the limit that one person may move.
  const MUCH = 100_000_001;

  async function proposed(): Promise<[PresentedPayin, string]> {
    const [payin, { id }] = await short();
    const { status, body } = await act('resolve', id, book(MUCH, 'BANK-9'));
    expect(status).toBe(202);
    expect(body).toMatchObject({
      status: 'OPEN',
      correction: { type: 'BOOK_RECEIPT', amountInCents: MUCH, awaitsApproval: true, note: NOTE },
    });
    return [await testApp.api.payin(payin.id), id];
  }

  it('needs a second key, and is applied by it', async () => {
    const [payin, id] = await proposed();
    expect(payin).toMatchObject({ status: 'UNDERPAID', amountReceivedInCents: 2_000_000 });
    expectProblem(await act('approve', id), 'SECOND_PERSON_NEEDED');
    expectProblem(await act('resolve', id, { reason: 'ACCEPTED', note: NOTE }), 'APPROVAL_PENDING');
    expect((await act('resolve', id, book(MUCH, 'BANK-9'))).status).toBe(202);
    const { status, body } = await act('approve', id, undefined, second);
    expect(status).toBe(200);
    expect(body).toMatchObject({ status: 'RESOLVED', correction: { awaitsApproval: false } });
    expect(body.approvedBy).toBe(secondKeyId);
    expect(body.resolvedBy).not.toBe(secondKeyId);
    expect(await testApp.api.payin(payin.id)).toMatchObject({ amountReceivedInCents: 2_000_000 + MUCH });
    const [applied] = (await testApp.api.events(payin.id)).filter(({ type }) => type === 'correction.applied');
    expect(applied!.data).toMatchObject({ by: body.resolvedBy, approvedBy: body.approvedBy });
    expect((await act('approve', id, undefined, second)).body).toEqual(body);
    expectProblem(await act('approve', id), 'NOTHING_PROPOSED');
    expect(await audited(id)).toMatchObject([
      { action: 'discrepancy.proposed', actor: { apiKeyId: body.resolvedBy } },
      {
        action: 'discrepancy.approved',
        actor: { apiKeyId: secondKeyId },
        after: { kind: 'UNDERPAID', payinId: payin.id, payinStatusBefore: 'UNDERPAID' },
      },
    ]);
  });

  it('approved many times at once is applied once', async () => {
    const [payin, id] = await proposed();
    const { api: third } = await anotherKey(testApp, payin.organizationId);
    const answers = await Promise.all(
      [second, third, second, third].map((api) => act('approve', id, undefined, api).then(({ status }) => status)),
    );
    expect(answers.toSorted((one, other) => one - other)).toEqual([200, 200, 409, 409]);
    const { receipts } = await testApp.api.payin(payin.id);
    expect(receipts.filter(({ source }) => source === 'operator')).toHaveLength(1);
  });

  it('approved and rejected at once ends in one of both', async () => {
    const [payin, id] = await proposed();
    const [approved, rejected] = await Promise.all([
      act('approve', id, undefined, second),
      act('reject', id, { note: 'not ours' }),
    ]);
    expect(new Set([approved.status, rejected.status])).toEqual(new Set([200, 409]));
    const { receipts } = await testApp.api.payin(payin.id);
    expect(receipts.some(({ source }) => source === 'operator')).toBe(approved.status === 200);
  });

  it('that is rejected changes nothing, and another one may be proposed', async () => {
    const [payin, id] = await proposed();
    expectProblem(await act('reject', id, {}), 'VALIDATION_FAILED', 'note');
    const { body } = await act('reject', id, { note: 'the money is of another order' }, second);
    expect(body).toMatchObject({ status: 'OPEN', correction: null });
    expect(await testApp.api.payin(payin.id)).toMatchObject({ status: 'UNDERPAID', amountReceivedInCents: 2_000_000 });
    const [notified] = (await testApp.api.events(payin.id)).filter(({ type }) => type === 'correction.rejected');
    expect(notified!.data).toMatchObject({ because: 'the money is of another order', note: NOTE });
    expectProblem(await act('approve', id, undefined, second), 'NOTHING_PROPOSED');
    expect((await act('resolve', id, book(3_000_000, 'BANK-2'))).status).toBe(200);
    const actions = (await audited(id)).map((entry) => (entry as { action: string }).action);
    expect(actions).toEqual(['discrepancy.proposed', 'discrepancy.rejected', 'discrepancy.resolved']);
    expect(JSON.stringify(await audited(id))).not.toContain(NOTE);
  });

  it('is applied to the payin as it is when it is approved, or not at all', async () => {
    const [payin, id] = await proposed();
    const { control, order } = await providerSide(testApp, payin, 'teemopay');
    await control.pay(order.id, { amountInCents: 3_000_000 });
    await testApp.api.reaches(payin.id, 'APPROVED');
    // The rest has settled the discrepancy, so the proposal is gone.
    expectProblem(await act('approve', id, undefined, second), 'NOTHING_PROPOSED');
    expect((await testApp.api.payin(payin.id)).receipts).toHaveLength(2);
  });
});

describe('the tenant wall', () => {
  it('hides a discrepancy and everything about it from another organization', async () => {
    const [, { id }] = await short();
    const { api: other } = await secondOrganization(testApp);
    const answers = [
      await other.call('GET', `/discrepancies/${id}`),
      await act('resolve', id, { reason: 'ACCEPTED', note: NOTE }, other),
      await act('approve', id, undefined, other),
      await act('reject', id, { note: NOTE }, other),
    ];
    for (const answer of answers) expectProblem(answer, 'NOT_FOUND');
    const { body } = await other.call<{ data: object[]; totals: object[] }>('GET', '/discrepancies');
    expect([body.data, body.totals]).toEqual([[], []]);
    expect((await one(id)).status).toBe('OPEN');
  });

  it('answers 404 for what is not an id', async () => {
    for (const id of ['x', '0199a000-0000-7000-8000-00000000000', '..%2Fpayins'])
      expectProblem(await testApp.api.call('GET', `/discrepancies/${id}`), 'NOT_FOUND');
  });
});

describe('a webhook whose reference is of no organization', () => {
  it('belongs to the only organization, and to none where there are several', async () => {
    const alone = await startTestApp();
    try {
      const unheardOf = async (code: string) => {
        const payin = await alone.api.open();
        const { id, reference } = await alone.sandbox.tumipay.order(ticketOf(payin));
        // As after a restored database: neither the organization's code nor the order is known.
        await alone.database.query('update organizations set code = $1 where id = $2', [code, payin.organizationId]);
        await alone.database.query(
          `update attempts set provider_reference = 'moved' || substr(provider_reference, 6) where payin_id = $1`,
          [payin.id],
        );
        await alone.sandbox.tumipay.pay(id);
        return until('the webhook to be worked on', async () => {
          const [row] = await alone.database.query<{ organization_id: string }>(
            `select organization_id from inbound_webhooks where provider_reference = $1 and outcome = 'orphan'`,
            [reference],
          );
          return row && { reference, organizationId: row.organization_id };
        });
      };
      const discrepancies = async (api: ApiClient) =>
        (await api.call<{ data: { reference: string }[] }>('GET', '/discrepancies?kind=ORPHAN')).body.data;
      const first = await unheardOf('aaaaaaa');
      expect(await discrepancies(alone.api)).toMatchObject([{ reference: first.reference }]);
      const { api: other } = await secondOrganization(alone);
      const { organizationId } = await unheardOf('bbbbbbb');
      expect(organizationId).toBe('00000000-0000-0000-0000-000000000000');
      expect(await discrepancies(alone.api)).toHaveLength(1);
      expect(await discrepancies(other)).toEqual([]);
    } finally {
      await alone.close();
    }
  });
});
