import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { v7 as uuidv7 } from 'uuid';
import { type Service, startService } from '../../src/app/service.js';
import { ApplyUpdates } from '../../src/payins/use-cases/apply-updates.service.js';
import { endedUnpaid, mayMove, type PayinStatus, STATUSES } from '../../src/payins/domain/status.js';
import { toNotifications } from '../../src/payins/presenters/payin-notifications.js';
import { presentPayin } from '../../src/payins/presenters/payin.presenter.js';
import type { PayinRecord } from '../../src/payins/store/payin-record.js';
import { fingerprint, type PayinRequest } from '../../src/payins/store/payin-request.js';
import { PayinStore } from '../../src/payins/store/payin.store.js';
import { providerReference } from '../../src/organizations/provider-reference.js';
import { newReference } from '../support/api-client.js';
import { freePort } from '../support/free-port.js';
import {
  REQUESTED,
  type Attempts,
  type Fact,
  factsOf,
  lastWordOf,
  opened,
  paymentsOf,
  received,
  SECOND_WAITS,
  type World,
  world,
} from '../support/update-history.js';
import { API_KEY } from '../support/test-app.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { thoroughly } from '../support/thorough.js';

/** More with `ORDER_OF_UPDATES_RUNS=5000`. */
const RUNS = Number(process.env['ORDER_OF_UPDATES_RUNS'] ?? thoroughly(100));

let database: TestDatabase;
let replicas: readonly Service[];
let organizationId: string;

beforeAll(async () => {
  database = await createTestDatabase();
  const start = async () =>
    startService({
      NODE_ENV: 'test',
      LOG_LEVEL: 'silent',
      // Nothing is asked about by itself: the test alone says what is heard.
      ROLE: 'api',
      PORT: String(await freePort()),
      DATABASE_URL: database.url,
      BOOTSTRAP_API_KEY: API_KEY,
      PROVIDERS: 'tumipay',
      TUMIPAY_BASE_URL: 'http://127.0.0.1:9',
    });
  replicas = [await start(), await start()];
  [{ id: organizationId }] = (await database.query('select id from organizations')) as [{ id: string }];
});

afterAll(async () => {
  for (const replica of replicas ?? []) await replica.close();
  await database?.drop();
});

/** Facts in rounds: one round after the other, the facts of a round at the same moment, each on the replica that it is drawn for. */
type Telling = readonly (readonly { fact: Fact; replica: number }[])[];

interface Story {
  world: World;
  telling: Telling;
}

/** Every fact at least once, up to three times, in any order, up to four at the same moment. */
function tellingOf(facts: readonly Fact[]): fc.Arbitrary<Telling> {
  const notified = fc
    .tuple(...facts.map((fact) => fc.integer({ min: 1, max: 3 }).map((times) => Array<Fact>(times).fill(fact))))
    .map((repeated) => repeated.flat())
    .chain((all) => fc.shuffledSubarray(all, { minLength: all.length }));
  const places = fc.infiniteStream(fc.record({ replica: fc.nat(1), opensRound: fc.boolean() }));
  return fc.tuple(notified, places).map(([all, stream]) => {
    const rounds: { fact: Fact; replica: number }[][] = [];
    for (const fact of all) {
      const { replica, opensRound } = stream.next().value;
      const round = rounds.at(-1);
      if (!round || opensRound || round.length === 4) rounds.push([{ fact, replica }]);
      else round.push({ fact, replica });
    }
    return rounds;
  });
}

const story: fc.Arbitrary<Story> = world.chain((drawn) =>
  tellingOf(factsOf(drawn)).map((telling) => ({ world: drawn, telling })),
);

interface Event {
  sequence: number;
  type: string;
  source: string;
  from: PayinStatus | null;
  to: PayinStatus | null;
  data: Record<string, unknown>;
}

interface Outcome {
  payin: { status: PayinStatus; received: string; error_code: string | null; result_at: Date | null };
  attempts: { id: string; state: string }[];
  receipts: { payment_id: string; amount: string }[];
  events: Event[];
  notifications: { sequence: number; type: string }[];
  discrepancies: { kind: string; status: string }[];
}

/** A payin whose create call has left, as the two replicas find it. */
async function written({ rail, hasRunOut }: World): Promise<{ id: string; attempts: Attempts }> {
  const [first, second] = [uuidv7(), uuidv7()];
  const nameOf = (attempt: string) => providerReference('qqqqqqq', attempt);
  const attempts = { first, second, secondReference: nameOf(second), provider: 'tumipay' };
  const [{ now }] = (await database.query('select clock_timestamp() as now')) as [{ now: Date }];
  const request: PayinRequest = {
    amountInCents: Number(REQUESTED),
    currency: 'COP',
    rail,
    reference: newReference(),
    callbackUrl: 'http://merchant.example/callback',
  };
  const id = uuidv7();
  const payin: PayinRecord = {
    organizationId,
    id,
    reference: request.reference,
    fingerprint: fingerprint(request),
    request,
    amountInCents: REQUESTED,
    currency: 'COP',
    rail,
    status: 'CREATED',
    amountReceivedInCents: 0n,
    amountRefundedInCents: null,
    provider: attempts.provider,
    errorCode: null,
    instructions: null,
    expiresAt: new Date(now.getTime() + (hasRunOut ? -1_000 : 3_600_000)),
    resultAt: null,
    chargebackAt: null,
    unconfirmedPaidSince: null,
    paymentLinkId: null,
    createdAt: now,
    updatedAt: now,
  };
  const isWritten = await replicas[0]!.app
    .get(PayinStore, { strict: false })
    .insert(payin, { id: first, provider: attempts.provider, providerReference: nameOf(first) }, () =>
      toNotifications(
        [{ sequence: 1, type: STATUSES.CREATED.event }],
        presentPayin(organizationId, payin, [], { providerExpiresAt: null, checkoutUrl: '' }, []),
        now,
      ),
    );
  expect(isWritten).toBeTruthy();
  return { id, attempts };
}

async function report({ world, telling }: Story): Promise<Outcome> {
  const { id, attempts } = await written(world);
  const applies = replicas.map(({ app }) => app.get(ApplyUpdates, { strict: false }));
  const apply = async (replica: number, fact: Fact) => {
    const decision = await applies[replica]!.execute(organizationId, id, fact.update(attempts, new Date()));
    // Whoever starts another attempt calls its provider, which takes the order.
    if (decision?.newAttempt) await applies[replica]!.execute(organizationId, id, [opened(decision.newAttempt.id)]);
    return decision;
  };
  for (const round of telling) await Promise.all(round.map(({ replica, fact }) => apply(replica, fact)));
  // What is not settled by then has a next look, which tells how everything stands in the end.
  await apply(0, lastWordOf(world));
  const started = await database.query('select 1 from attempts where id = $1', [attempts.second]);
  if (started.length > 0) await apply(1, SECOND_WAITS);
  return outcomeOf(id);
}

async function outcomeOf(id: string): Promise<Outcome> {
  const rows = <Row extends object>(text: string) => database.query<Row>(text, [id]);
  const [payin] = await rows<Outcome['payin']>(
    'select status, amount_received_in_cents::text as received, error_code, result_at from payins where id = $1',
  );
  return {
    payin: payin!,
    attempts: await rows('select id, state from attempts where payin_id = $1'),
    receipts: await rows(
      'select payment_id, amount_in_cents::text as amount from receipts where payin_id = $1 order by payment_id',
    ),
    events: await rows(
      `select sequence, type, source, from_status as "from", to_status as "to", data
       from payin_events where payin_id = $1 order by sequence`,
    ),
    notifications: await rows('select sequence, type from notifications where payin_id = $1 order by sequence'),
    discrepancies: await rows('select kind, status from discrepancies where payin_id = $1'),
  };
}

/** One event for each step and nothing twice, from the first to the last status; one message for each event that is for the merchant. */
function expectOneEventPerStep({ payin, receipts, events, notifications, discrepancies }: Outcome): void {
  expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, index) => index + 1));
  const moves = events.filter(({ to }) => to !== null);
  let status: PayinStatus | null = null;
  for (const { from, to } of moves) {
    expect(from).toBe(status);
    if (from !== null) expect([from, to, mayMove(from, to!)]).toEqual([from, to, true]);
    status = to;
  }
  expect(status).toBe(payin.status);
  expect(new Set(moves.map(({ to }) => to)).size).toBe(moves.length);

  const notified = events.filter(
    ({ type, to }) => to !== null || /^(payin\.(late_payment|overpaid)|discrepancy\..*)$/.test(type),
  );
  expect(notifications).toEqual(notified.map(({ sequence, type }) => ({ sequence, type })));
  const named = (type: string, name: string) =>
    events.filter((event) => event.type === type).map(({ data }) => String(data[name]));
  expect(named('receipt.added', 'paymentId').toSorted()).toEqual(receipts.map((receipt) => receipt.payment_id));
  expect(named('discrepancy.opened', 'kind').toSorted()).toEqual(discrepancies.map(({ kind }) => kind).toSorted());
}

/**
 * The end that the world alone fixes: money, status and what is shown to a person. Four things may go either way, and each only because
 * somebody came before somebody else; the history says who did:
 * - without money the payin rests where the first word put it, of the provider's refusal, the merchant's cancel and the time that ran out;
 * - an accept counts if it found the payin UNDERPAID;
 * - a payin is LATE_PAYMENT if it had ended when its money was heard of, and STATUS_CONFLICT if a refusal was heard after the money;
 * - a denied order is replaced if nothing had told of it before, and nobody had canceled.
 */
function expectTheEndOf(world: World, { payin, attempts, receipts, events, discrepancies }: Outcome): void {
  const { money, refusal, forged, reversed, requests, hasRunOut } = world;
  const total = received(world);
  const accepted = events.some(({ source, to }) => source === 'operator' && to === 'APPROVED');
  const late = events.some(({ from, to }) => from !== null && endedUnpaid(from) && to !== null);
  const replaced = attempts.length === 2;
  if (accepted) expect(requests).toContain('accept');
  const changes = events.map(({ type }) => type).filter((type) => /^attempt\.(not_executed|opened)$/.test(type));
  const notFoundAtProvider = changes[0] === 'attempt.not_executed';
  if (notFoundAtProvider) expect(world.create).toBe('not found');
  if (replaced) expect(notFoundAtProvider).toBe(true);
  // Each order is found once, the denied one as well: it is there after all.
  expect(changes).toEqual([
    ...(notFoundAtProvider ? ['attempt.not_executed'] : []),
    ...attempts.map(() => 'attempt.opened'),
  ]);

  const amounts =
    money?.notified === 'numbered' ? paymentsOf(world).map(({ amountInCents }) => amountInCents) : [total];
  expect(receipts.map(({ amount }) => amount)).toEqual(money ? amounts.map(String) : []);
  expect(payin.received).toBe(String(total));
  expect(attempts.filter(({ state }) => state === 'open')).toHaveLength(1);

  const rests = [
    ...(refusal && !replaced ? [refusal] : []),
    ...(requests.includes('cancel') ? ['CANCELED'] : []),
    ...(hasRunOut ? ['EXPIRED'] : []),
  ];
  const paid = total >= REQUESTED || accepted ? 'APPROVED' : 'UNDERPAID';
  if (money) expect(payin.status).toBe(reversed ? 'REVERSED' : paid);
  else expect(rests.length > 0 ? rests : ['PENDING']).toContain(payin.status);
  expect(payin.result_at === null).toBe(payin.status === 'PENDING');
  expect(payin.error_code === null).toBe(!endedUnpaid(payin.status));

  const kinds = discrepancies.map(({ kind }) => kind);
  const must = [
    total > 0n && total < REQUESTED && 'UNDERPAID',
    late && 'LATE_PAYMENT',
    money?.notified === 'echo' && total !== REQUESTED && 'AMOUNT_CONFLICT',
    (replaced || (money && refusal && !late)) && 'STATUS_CONFLICT',
    reversed && 'CHARGEBACK',
  ].filter(Boolean);
  const may = [
    money && money.amounts.length > 1 && 'UNDERPAID',
    total > REQUESTED && 'OVERPAID',
    total > REQUESTED && 'PAID_TWICE',
    refusal && (money || forged) && 'STATUS_CONFLICT',
  ].filter(Boolean);
  expect(kinds).toEqual(expect.arrayContaining(must));
  expect([...must, ...may]).toEqual(expect.arrayContaining(kinds));
  if (total > REQUESTED) expect(kinds.some((kind) => kind === 'OVERPAID' || kind === 'PAID_TWICE')).toBe(true);
  const underpaid = discrepancies.find(({ kind }) => kind === 'UNDERPAID');
  if (underpaid) expect(underpaid.status).toBe(total < REQUESTED && !accepted && !reversed ? 'OPEN' : 'RESOLVED');
}

describe('the same news in any order, any number of times, on two replicas at once', () => {
  it(
    'end in the state that the world says, with its receipts, one event for each step and one message for each event',
    async () => {
      await fc.assert(
        fc.asyncProperty(story, async (drawn) => {
          const outcome = await report(drawn);
          const notified = drawn.telling.map((round) => round.map(({ fact, replica }) => `${replica}: ${fact.name}`));
          try {
            expectOneEventPerStep(outcome);
            expectTheEndOf(drawn.world, outcome);
          } catch (cause) {
            throw new Error(JSON.stringify({ notified, outcome }, undefined, 1), { cause });
          }
        }),
        { numRuns: RUNS },
      );
    },
    60_000 + RUNS * 500,
  );
});
