import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MikroORM } from '@mikro-orm/postgresql';
import type { ProviderReport } from '@recaudo/payment-provider';
import fc from 'fast-check';
import pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { Database } from '../../src/database/database.js';
import { ormOptions } from '../../src/database/orm-options.js';
import { fromStored, inStoredOrder, type Stored } from '../../src/database/stored-json.js';
import type { OutgoingNotification } from '../../src/outbox/fan-out.js';
import type { Decision } from '../../src/payins/domain/decision.js';
import { type Discrepancy, stillOpen } from '../../src/payins/domain/discrepancy.js';
import { DISCREPANCY_RESOLVED, MONEY_REVERSED, RECEIPT_ADDED } from '../../src/payins/domain/history.js';
import type { Receipt } from '../../src/payins/domain/known-payin.js';
import { ledgerEntriesOf } from '../../src/payins/domain/ledger-entries.js';
import type { PayinRecord, PayinSnapshot } from '../../src/payins/store/payin-record.js';
import { snapshotOfNew } from '../../src/payins/store/payin.row.js';
import { withPayerData } from '../../src/payins/store/payin-request.js';
import { PayinStore } from '../../src/payins/store/payin.store.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import type { WrittenRefund } from '../../src/payins/domain/refunds.js';
import { thoroughly } from '../support/thorough.js';

const ORGANIZATION = randomUUID();
const ID = uuidv7();
const FIRST = { id: uuidv7(), provider: 'first', providerReference: 'reference-of-the-first-attempt' };
const SECOND = { id: uuidv7(), provider: 'second', providerReference: 'reference-of-the-second-attempt' };

/** So many days after the payin was created: every time is another one, and none so long ago that nothing is written of it any more. */
const day = (days: number) => new Date(START + days * 86_400_000);
const START = Math.floor(Date.now() / 1_000) * 1_000 - 750;

const CALLBACK_URL = 'https://merchant.example/callback';

const PAYIN: PayinRecord = {
  organizationId: ORGANIZATION,
  id: ID,
  reference: 'order-1',
  fingerprint: 'f'.repeat(64),
  request: { amountInCents: 9_000, currency: 'COP', rail: 'PSE', reference: 'order-1', callbackUrl: CALLBACK_URL },
  amountInCents: 9_000n,
  currency: 'COP',
  rail: 'PSE',
  status: 'CREATED',
  amountReceivedInCents: 0n,
  amountRefundedInCents: null,
  provider: FIRST.provider,
  errorCode: null,
  instructions: null,
  expiresAt: day(1),
  resultAt: null,
  chargebackAt: null,
  unconfirmedPaidSince: null,
  paymentLinkId: null,
  createdAt: day(0),
  updatedAt: day(0),
};

const PAYMENT: Required<Receipt> = {
  attemptId: FIRST.id,
  paymentId: 'payment-1',
  amountInCents: 5_000n,
  feeInCents: 120n,
  paidAt: day(2),
  source: 'webhook',
};

const REPORT: Required<ProviderReport> = {
  status: 'APPROVED',
  rawStatus: 'PAID',
  externalId: 'ticket-1',
  amountInCents: 5_000n,
  amountMayBeEchoed: true,
  currency: 'COP',
  feeInCents: 120n,
  paidAt: day(3),
  payments: [{ paymentId: 'payment-1', amountInCents: 5_000n, feeInCents: 120n, paidAt: day(2) }],
  instructions: { type: 'voucher', code: '123', url: 'https://provider.example/123' },
  reversedAt: day(4),
  reasonCode: 'reason',
};

const SETTLED: Discrepancy = {
  id: uuidv7(),
  kind: 'UNDERPAID',
  status: 'RESOLVED',
  expectedInCents: 9_000n,
  actualInCents: 5_000n,
  moneyAtRiskInCents: 4_000n,
  detail: 'detail',
  provider: FIRST.provider,
  source: 'webhook',
  evidence: [{ type: 'observation', key: 'key' }],
  openedAt: day(5),
  resolvedAt: day(6),
  resolution: 'CORRECTED',
  resolvedBy: randomUUID(),
  approvedBy: randomUUID(),
  note: 'note',
  correction: {
    correction: { type: 'BOOK_RECEIPT', amountInCents: 4_000n, paymentId: 'payment-2' },
    amountInCents: 4_000n,
    movedInCents: 5_000n,
    note: 'note of the correction',
    by: randomUUID(),
    at: day(7),
  },
  refundId: uuidv7(),
};
const OPEN: Discrepancy = { ...stillOpen(SETTLED), id: uuidv7(), kind: 'CHARGEBACK' };

const REFUND: WrittenRefund = {
  id: uuidv7(),
  status: 'PAID',
  amountInCents: 700n,
  reason: 'CUSTOMER_REQUEST',
  note: 'note of the refund',
  reference: 'refund-1',
  discrepancyId: SETTLED.id,
  destination: 'v1.sealed',
  requestedAt: day(12),
  requestedBy: randomUUID(),
  requestedByPersonId: randomUUID(),
  approvedAt: day(13),
  approvedBy: randomUUID(),
  paidAt: day(14),
  paidBy: randomUUID(),
  evidence: 'transfer 7',
  canceledAt: day(15),
  canceledBy: randomUUID(),
  provider: FIRST.provider,
  attemptId: FIRST.id,
  askedAt: day(16),
  providerStatus: 'PAID',
  providerReason: 'a reason',
};

const DECISION: Required<Decision> = {
  status: 'UNDERPAID',
  errorCode: 'error',
  ended: true,
  reversedAt: day(8),
  reversals: [{ attemptId: FIRST.id, amountInCents: 1_000n }],
  instructions: REPORT.instructions,
  attempts: [{ id: FIRST.id, state: 'not_executed', externalId: 'ticket-1', reason: 'why', refusedAt: day(9) }],
  newAttempt: { ...SECOND, rail: 'BRE_B', choice: 2, expiresAt: day(20) },
  choice: {
    rail: 'BRE_B',
    payer: { customer: { name: 'Ana' }, pse: { bank: '1007', personType: 'NATURAL' } },
  },
  receipts: [PAYMENT],
  receivedInCents: 5_000n,
  history: [
    { type: RECEIPT_ADDED, source: 'webhook', from: null, to: null, data: { amountInCents: '5000' }, notify: false },
    { type: 'payin.underpaid', source: 'webhook', from: 'CREATED', to: 'UNDERPAID', data: {}, notify: true },
    { type: MONEY_REVERSED, source: 'poll', from: null, to: null, data: { attemptId: FIRST.id }, notify: false },
    {
      type: DISCREPANCY_RESOLVED,
      source: 'operator',
      from: null,
      to: null,
      data: { kind: 'UNDERPAID' },
      texts: { note: 'note of the line' },
      notify: true,
      discrepancy: SETTLED,
    },
  ],
  observations: [{ attemptId: FIRST.id, key: 'key', source: 'recovery', trust: 'answer', report: REPORT }],
  discrepancies: [SETTLED, OPEN],
  refunds: [REFUND],
  refundedInCents: 700n,
  refusal: null,
  unconfirmedPaidSince: day(10),
  dueAt: day(11),
  checks: 7,
};

const NOTIFICATION: OutgoingNotification = {
  id: uuidv7(),
  createdAt: day(12),
  sequence: 3,
  type: 'payin.underpaid',
  body: '{"type":"payin.underpaid"}',
  url: CALLBACK_URL,
  partition: 'callback 7f',
  contractKeyId: null,
};

/** A decision that says little. */
const { instructions: _, ...LATER }: Decision = {
  ...DECISION,
  ...{ attempts: [], newAttempt: null, receipts: [], reversals: [], history: [], observations: [], discrepancies: [] },
  ...{ refunds: [], refundedInCents: null, choice: null },
  ...{ ended: false, reversedAt: null },
};

let database: TestDatabase;
let orm: MikroORM;
let store: PayinStore;

beforeAll(async () => {
  database = await createTestDatabase();
  orm = await MikroORM.init(ormOptions(database.url, []));
  store = new PayinStore(new Database(orm));
  await database.query(
    `insert into organizations (id, name, code, notification_secret) values ($1, 'Test', 'abcdefg', 'whsec_')`,
    [ORGANIZATION],
  );
});

afterAll(async () => {
  await orm?.close(true);
  await database?.drop();
});

const none = () => [];
const read = async (id = ID) => (await store.read(ORGANIZATION, id))!;
const rows = <Row extends object>(columns: string, table: string, order: string) =>
  database.query<Row>(`select ${columns} from ${table} where payin_id = $1 order by ${order}`, [ID]);

describe('what is written and read back', () => {
  let created: PayinSnapshot;
  let decided: PayinSnapshot;

  it('a new payin is the same, with its attempt', async () => {
    expect(await store.insert(PAYIN, FIRST, none)).toEqual({ hasDueNotifications: false, hasEndpoints: false });
    created = await read();
    expect(created.payin).toEqual(PAYIN);
    expect(created).toMatchObject({ sequence: 1, version: 0, receipts: [] });
    expect(created.known.attempts).toEqual([
      {
        ...FIRST,
        ...{ externalId: null, state: 'opening', reason: null, refusedAt: null },
        ...{ rail: null, choice: null, expiresAt: null },
        ...{ startedAt: PAYIN.createdAt, webhookWaits: false },
      },
    ]);
  });

  it('is what its process believes of it without a reading, to the last byte of an answer', () => {
    const believed = snapshotOfNew(PAYIN, FIRST);
    expect({ ...believed, now: created.now }).toEqual(created);
  });

  it('has the names of its JSON in the order in which they will be read', async () => {
    const name = fc.oneof(fc.string({ maxLength: 6, unit: 'binary' }), fc.stringMatching(/^[a-zA-Z0-9_]{0,8}$/));
    const value = fc.letrec((tie) => ({
      any: fc.oneof({ depthSize: 'small' }, fc.integer(), fc.boolean(), fc.constant(null), tie('list'), tie('object')),
      list: fc.array(tie('any'), { maxLength: 4 }),
      object: fc.dictionary(name, tie('any'), { maxKeys: 6 }),
    })).object;
    await fc.assert(
      fc.asyncProperty(value, async (object) => {
        // What PostgreSQL does not keep as text.
        const json = JSON.stringify(object);
        fc.pre(!/\\u(?:0000|d[89a-f])/i.test(json) && !json.includes('__proto__'));
        const [row] = await database.query<{ kept: object }>('select $1::jsonb as kept', [json]);
        expect(JSON.stringify(inStoredOrder(object))).toBe(JSON.stringify(row!.kept));
      }),
      { numRuns: thoroughly(400) },
    );
  });

  it('a decision with every field filled is whole', async () => {
    const { fencingToken } = (await store.claim(ORGANIZATION, ID))!;
    expect(await store.write(created, DECISION, () => [NOTIFICATION], fencingToken)).toEqual({
      hasDueNotifications: true,
      hasEndpoints: false,
    });
    decided = await read();
    expect(decided.payin).toEqual({
      ...PAYIN,
      rail: 'BRE_B',
      request: withPayerData(PAYIN.request, DECISION.choice!.payer),
      status: 'UNDERPAID',
      amountReceivedInCents: 5_000n,
      amountRefundedInCents: 700n,
      provider: SECOND.provider,
      errorCode: 'error',
      instructions: DECISION.instructions,
      resultAt: created.now,
      chargebackAt: day(8),
      unconfirmedPaidSince: day(10),
      updatedAt: created.now,
    });
    expect(decided).toMatchObject({ sequence: 5, version: 1, fencingToken, dueAt: day(11) });
    expect(decided.known.checks).toBe(7);
    const [first, second] = decided.known.attempts.toSorted((one, other) => (one.id < other.id ? -1 : 1));
    expect(first).toEqual({ ...created.known.attempts[0], ...DECISION.attempts[0] });
    expect(second).toEqual({ ...created.known.attempts[0], ...DECISION.newAttempt, startedAt: created.now });
    expect(decided.receipts).toEqual([{ ...PAYMENT, id: expect.any(String), createdAt: created.now }]);
    expect(decided.known.reversals).toEqual(DECISION.reversals);
    expect(decided.known.observationKeys).toEqual(new Set(['key']));
    expect(decided.known.discrepancies).toEqual(expect.arrayContaining([SETTLED, OPEN]));
    const { destination, ...refund } = REFUND;
    expect(decided.known.refunds).toEqual([refund]);
    expect(await rows('destination', 'refunds', 'id')).toEqual([{ destination }]);
  });

  it('is shown as a decision would read it', async () => {
    const { organizationId, fingerprint, ...columns } = decided.payin;
    const receipts = decided.receipts.map(({ id: _id, attemptId: _attempt, ...receipt }) => receipt);
    expect(await store.readShown(organizationId, ID)).toEqual({ ...columns, receipts, attempts: expect.any(Array) });
    const shown = await store.readShown(organizationId, ID);
    expect(new Set(shown!.attempts.map(({ id }) => id))).toEqual(new Set([FIRST.id, SECOND.id]));
    expect([receipts.length, fingerprint]).toEqual([1, PAYIN.fingerprint]);
  });

  it('so are its observations, history, ledger entries and notifications', async () => {
    const [observation, ...others] = await rows<{ report: Stored<ProviderReport> }>(
      `attempt_id as "attemptId", key, source, trust, report, created_at as "createdAt"`,
      'observations',
      'id',
    );
    expect({ ...observation, report: fromStored(observation!.report) }).toEqual({
      ...DECISION.observations[0],
      createdAt: created.now,
    });
    expect(others).toEqual([]);
    const lines = await rows(
      'sequence, type, source, from_status as "from", to_status as "to", data, at',
      'payin_events',
      'sequence',
    );
    expect(lines.slice(1)).toEqual(
      DECISION.history.map(({ type, source, from, to, data, discrepancy }, index) => ({
        ...{ type, source, from, to },
        data: discrepancy ? { ...data, discrepancyId: discrepancy.id } : data,
        sequence: index + 2,
        at: created.now,
      })),
    );
    expect(await rows('sequence, texts', 'payin_event_texts', 'sequence')).toEqual([
      { sequence: 5, texts: { note: 'note of the line' } },
    ]);
    const entries = ledgerEntriesOf(created.known, DECISION, 1);
    expect(entries).toHaveLength(3);
    const booked = await rows(
      'sequence, debit, credit, amount_in_cents as "amountInCents", currency, at',
      'ledger_entries',
      'sequence',
    );
    expect(booked).toHaveLength(3);
    expect(booked).toEqual(
      expect.arrayContaining(
        entries.map((entry) => ({
          ...entry,
          amountInCents: String(entry.amountInCents),
          currency: 'COP',
          at: created.now,
        })),
      ),
    );
    expect(
      await rows(
        'id, created_at as "createdAt", sequence, type, body, url, partition, contract_key_id as "contractKeyId"',
        'notifications',
        'id',
      ),
    ).toEqual([NOTIFICATION]);
  });

  it('a later decision changes all of a discrepancy but what opened it, and takes nothing back that it does not speak of', async () => {
    const changed: Discrepancy = {
      ...SETTLED,
      ...{ id: OPEN.id, kind: OPEN.kind, actualInCents: 1n, moneyAtRiskInCents: 2n, detail: 'more' },
      ...{ source: 'statement', evidence: [{ type: 'webhook', id: randomUUID() }] },
    };
    await store.write(decided, { ...LATER, discrepancies: [changed] }, none, undefined);
    const { payin, known, version } = await read();
    expect([payin, version]).toEqual([decided.payin, 2]);
    expect(known.discrepancies).toEqual(expect.arrayContaining([SETTLED, changed]));
  });

  it('is written only under the claim that holds, and on the payin as it was read', async () => {
    const present = await read();
    const [late, holding] = [await store.claim(ORGANIZATION, ID), await store.claim(ORGANIZATION, ID)];
    const older = { ...present, version: present.version - 1 };
    expect(await store.write(present, LATER, none, late!.fencingToken)).toBeUndefined();
    expect(await store.write(older, LATER, none, holding!.fencingToken)).toBeUndefined();
    expect((await read()).version).toBe(present.version);
    expect(await store.write(present, LATER, none, holding!.fencingToken)).toBeDefined();
    expect((await read()).version).toBe(present.version + 1);
  });
});

describe('what is written at the same time', () => {
  const newPayin = (changes: Partial<PayinRecord>) => {
    const id = uuidv7();
    const { callbackUrl: _, ...request } = PAYIN.request;
    return { ...PAYIN, id, reference: `order-${id}`, request, ...changes };
  };
  const attemptOf = ({ id }: PayinRecord) => ({ id, provider: 'first', providerReference: id.replaceAll('-', '') });
  const insert = (payin: PayinRecord) => store.insert(payin, attemptOf(payin), none);
  const commits = async (ids: readonly string[], column: string, table: string) => {
    const found = await database.query<{ commit: string }>(
      `select distinct xmin::text as commit from ${table} where ${column} = any ($1)`,
      [ids],
    );
    return found.length;
  };

  it('is one commit, and each has its own answer', async () => {
    const payins = Array.from({ length: 20 }, () => newPayin({}));
    expect(await Promise.all(payins.map(insert))).toEqual(
      payins.map(() => ({ hasDueNotifications: false, hasEndpoints: false })),
    );
    const ids = payins.map(({ id }) => id);
    expect(await commits(ids, 'id', 'payins')).toBe(1);
    const found = await database.query<{ count: number }>(
      'select count(*)::int as count from payin_events join attempts using (organization_id, payin_id) where payin_id = any ($1)',
      [ids],
    );
    expect(found[0]!.count).toBe(20);

    const snapshots = await Promise.all(ids.map(async (id) => (await store.read(ORGANIZATION, id))!));
    await Promise.all(snapshots.map((snapshot) => store.write(snapshot, LATER, none, undefined)));
    expect(await commits(ids, 'id', 'payins')).toBe(1);
  });

  it('is shown to each that asks for it at the same time, and to no other organization', async () => {
    const payins = Array.from({ length: 20 }, () => newPayin({}));
    await Promise.all(payins.map(insert));
    const asked = payins.flatMap(({ id }) => [
      { organization: ORGANIZATION, id, shown: { id, status: 'CREATED', receipts: [] } },
      { organization: randomUUID(), id },
      { organization: ORGANIZATION, id: uuidv7() },
    ]);
    const shown = await Promise.all(asked.map(({ organization, id }) => store.readShown(organization, id)));
    expect(shown).toMatchObject(asked.map((one) => one.shown));
  });

  it('is shown as it was when it was asked for, or later, whatever is being read meanwhile', async () => {
    const others = Array.from({ length: 20 }, () => newPayin({}));
    await Promise.all(others.map(insert));
    const over = new AbortController();
    const meanwhile = others.map(async ({ id }) => {
      while (!over.signal.aborted) await store.readShown(ORGANIZATION, id);
    });
    for (const { id } of others) {
      const snapshot = (await store.read(ORGANIZATION, id))!;
      await store.write(snapshot, LATER, none, undefined);
      expect((await store.readShown(ORGANIZATION, id))!.status).toBe(LATER.status);
    }
    over.abort();
    await Promise.all(meanwhile);
  });

  it('takes a reference once', async () => {
    const twins = Array.from({ length: 8 }, () => newPayin({ reference: 'twins' }));
    const written = await Promise.all(twins.map(insert));
    expect(written.filter(Boolean)).toHaveLength(1);
    const found = await database.query<{ id: string }>(`select id from payins where reference = 'twins'`);
    expect(found).toEqual([{ id: twins[written.findIndex(Boolean)]!.id }]);
    for (const { id } of twins)
      expect(await store.read(ORGANIZATION, id)).toEqual(id === found[0]!.id ? expect.anything() : undefined);
  });

  it('changes a payin by one decision of those that rest on the same reading, with what belongs to that one alone', async () => {
    const payin = newPayin({});
    await insert(payin);
    const snapshot = (await store.read(ORGANIZATION, payin.id))!;
    const history = (reason: string) => [{ ...DECISION.history[0]!, data: { reason } }];
    const outcomes = await Promise.all(
      ['one', 'two', 'three'].map((reason) =>
        store.write(snapshot, { ...LATER, history: history(reason) }, none, undefined),
      ),
    );
    expect(outcomes.filter(Boolean)).toHaveLength(1);
    const events = await database.query<{ data: unknown }>(
      'select data from payin_events where payin_id = $1 and sequence = 2',
      [payin.id],
    );
    expect(events).toEqual([{ data: { reason: ['one', 'two', 'three'][outcomes.findIndex(Boolean)] } }]);
  });

  it('notifies an endpoint that was made a moment ago of everything after it, though nobody was there before', async () => {
    const message = (sequence: number) => () => [
      { ...NOTIFICATION, id: uuidv7(), sequence, url: null, partition: null },
    ];
    const before = newPayin({});
    await store.insert(before, attemptOf(before), message(1));
    const snapshot = (await store.read(ORGANIZATION, before.id))!;
    const endpoint = uuidv7();
    await database.query(
      `insert into webhook_endpoints (organization_id, id, url, secret) values ($1, $2, 'https://shop.example', 'whsec_')`,
      [ORGANIZATION, endpoint],
    );
    const after = newPayin({});
    const written = await Promise.all([
      store.write(snapshot, LATER, message(2), undefined),
      store.insert(after, attemptOf(after), message(1)),
    ]);
    expect(written).toEqual(Array(2).fill({ hasDueNotifications: true, hasEndpoints: true }));
    const messages = await database.query<{ of: string; sequence: number }>(
      'select payin_id as of, sequence from notifications where endpoint_id = $1 order by sequence',
      [endpoint],
    );
    expect(messages).toEqual([
      { of: after.id, sequence: 1 },
      { of: before.id, sequence: 2 },
    ]);

    await database.query('delete from webhook_endpoints where id = $1', [endpoint]);
    const last = newPayin({});
    expect(await store.insert(last, attemptOf(last), message(1))).toMatchObject({ hasEndpoints: false });
  });

  it.each([
    ['a text that PostgreSQL cannot keep', { reference: 'nul-\u0000' }],
    ['an amount that its table forbids', { amountInCents: 0n }],
    ['a text that is too long', { reference: 'x'.repeat(65) }],
  ])('fails alone for %s', async (_what, bad) => {
    const payins = [newPayin({}), newPayin(bad), newPayin({})];
    const outcomes = await Promise.allSettled(payins.map(insert));
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(await commits([payins[1]!.id], 'id', 'payins')).toBe(0);
    expect(await commits([payins[0]!.id, payins[2]!.id], 'payin_id', 'attempts')).toBeGreaterThan(0);
  });

  it('does not wait for one whose row somebody else has locked', async () => {
    const [held, free] = [newPayin({}), newPayin({})];
    await Promise.all([insert(held), insert(free)]);
    const [heldNow, freeNow] = await Promise.all(
      [held, free].map(async ({ id }) => (await store.read(ORGANIZATION, id))!),
    );
    const holder = new pg.Client(database.url);
    await holder.connect();
    await holder.query('begin');
    await holder.query('select from payins where id = $1 for update', [held.id]);
    const slow = store.write(heldNow!, LATER, none, undefined);
    expect(await store.write(freeNow!, LATER, none, undefined)).toBeDefined();
    expect((await read(held.id)).version).toBe(0);
    await holder.query('commit');
    await holder.end();
    expect(await slow).toBeDefined();
  });
});

describe('two replicas with the same payins in opposite orders', () => {
  it('do not wait for each other in a ring, and of twins one is written and decided', async () => {
    const replicas = await Promise.all(
      [0, 1].map(async () => {
        const own = await MikroORM.init(ormOptions(database.url, []));
        return { own, store: new PayinStore(new Database(own)) };
      }),
    );
    const rolledBack = async () => {
      const [row] = await database.query<{ count: string }>(
        'select xact_rollback as count from pg_stat_database where datname = current_database()',
      );
      return Number(row!.count);
    };
    const before = await rolledBack();
    const twins = <Result>(write: (store: PayinStore, number: number) => Promise<Result | undefined>) =>
      Promise.all(
        replicas.map(async ({ store: its }, replica) => {
          const numbers = Array.from({ length: 48 }, (_, index) => (replica === 0 ? index : 47 - index));
          const written = await Promise.all(numbers.map((number) => write(its, number)));
          return numbers.filter((_, index) => written[index] !== undefined);
        }),
      );
    const everyOne = Array.from({ length: 48 }, (_, number) => number);
    try {
      for (let round = 0; round < 20; round += 1) {
        const inserted = new Map<number, PayinSnapshot>();
        const created = await twins(async (its, number) => {
          const payin = { ...PAYIN, id: uuidv7(), reference: `twin-${round}-${String(number).padStart(2, '0')}` };
          const attempt = { ...FIRST, id: uuidv7(), providerReference: payin.id.replaceAll('-', '') };
          const written = await its.insert(payin, attempt, none);
          if (written) inserted.set(number, snapshotOfNew(payin, attempt));
          return written;
        });
        expect(created.flat().toSorted((one, other) => one - other)).toEqual(everyOne);
        const decided = await twins((its, number) => its.write(inserted.get(number)!, LATER, none, undefined));
        expect(decided.flat().toSorted((one, other) => one - other)).toEqual(everyOne);
      }
    } finally {
      // What a connection has counted is known when it ends.
      for (const { own } of replicas) await own.close(true);
    }
    // Whoever waits too long for a lock goes on alone.
    expect(await rolledBack()).toBe(before);
  });
});
