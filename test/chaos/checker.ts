import { mismatchesOf } from '../../src/ledger/mismatches.js';
import { isOpen, mayMove, type PayinStatus } from '../../src/payins/domain/status.js';
import type { ClientEntry } from './merchant-client.js';
import type { Evidence, ProviderOrder } from './evidence.js';
import { type PayinEvidence, evidenceByPayin } from './payin-evidence.js';

/** Something that is not as it was promised. */
export interface Violation {
  promise: string;
  /** Of which payin; absent where it is about none that we know. */
  payinId?: string;
  what: string;
}

export const NOT_STUCK = 'nothing is stuck';
const STUCK_SECONDS = 60;
/** Lists of what concerns the merchant, by type. */
const IS_NOTIFIED = /^(payin|discrepancy)\./;

/** Compares what the witnesses say. Pure; empty when all promises were kept. */
export function check(evidence: Evidence): Violation[] {
  const payins = evidenceByPayin(evidence);
  return [
    ...[...payins.values()].flatMap((own) =>
      CHECKS.flatMap(([promise, find]) =>
        find(own, evidence).map((what) => ({ promise, payinId: own.payin.id, what })),
      ),
    ),
    ...checkReferences(evidence),
    ...checkOrphans(evidence),
    ...checkAcknowledgedWebhooks(evidence),
    ...checkReceived(evidence),
    ...checkStuckWebhooks(evidence),
    ...evidence.integrityCheck.flatMap(({ found }) =>
      found.flatMap((payin) =>
        mismatchesOf(payin).map(({ detail }) => ({
          promise: 'the ledger agrees with itself',
          payinId: payin.id,
          what: detail,
        })),
      ),
    ),
    ...evidence.lateWrites.map(({ source, id, holder, writer }) => ({
      promise: 'a late write finds the wrong fencing token',
      what: `${writer} wrote ${source} ${id}, which ${holder} had claimed`,
    })),
  ];
}

type Check = (own: PayinEvidence, evidence: Evidence) => string[];

const CHECKS: readonly (readonly [promise: string, find: Check])[] = [
  ['at most one live order per payin', checkOrders],
  ['receipts are the money at the providers, exactly once', checkReceipts],
  ['the status is what the money says', checkStatus],
  ['asked before expiring', checkExpiry],
  ['legal transitions, without gaps', checkHistory],
  ['what was acknowledged to the merchant is in the history', checkAcknowledgedActions],
  ['each event is notified exactly once', checkNotifications],
  ['the API shows what is so', checkShown],
  [NOT_STUCK, checkStuck],
];

function checkOrders({ attempts, orders }: PayinEvidence): string[] {
  const notFoundAtProvider = new Set(
    attempts.filter(({ state }) => state === 'not_executed').map(({ reference }) => reference),
  );
  const live = orders.filter(({ reference }) => !notFoundAtProvider.has(reference));
  return [
    ...(live.length > 1 ? [`${live.length} live orders: ${live.map(({ id }) => id).join()}`] : []),
    ...orders.flatMap(({ reference, id }) =>
      notFoundAtProvider.has(reference) ? [`the denied attempt ${reference} has the order ${id}`] : [],
    ),
  ];
}

function checkReceipts(own: PayinEvidence, evidence: Evidence): string[] {
  const { attempts, orders, receipts } = own;
  const attemptIds = new Map(attempts.map(({ reference, id }) => [reference, id]));
  return orders.flatMap((order) => {
    const { provider, reference, payments } = order;
    const recorded = receipts.filter(({ attemptId }) => attemptId === attemptIds.get(reference));
    // TeemoPay numbers its payments; the others' orders are paid once, and are their own payment.
    const expected = payments.map(({ paymentId, amountInCents }) =>
      provider === 'teemopay' ? `${paymentId} ${amountInCents}` : `${reference} ${amountInCents}`,
    );
    const actual = recorded.map(({ paymentId, amountInCents }) => `${paymentId} ${amountInCents}`);
    if (same(expected, actual) || waitsForAPerson(order, own, evidence)) return [];
    return [`order ${order.id} has [${expected.join()}], recorded are [${actual.join()}]`];
  });
}

/** An amount that may be an echo is never recorded: where no webhook came after the payment, it waits for a person (decision 13). */
function waitsForAPerson(
  { provider, reference, payments }: ProviderOrder,
  { payin, receipts }: PayinEvidence,
  { webhooks, inDatabaseTime }: Evidence,
): boolean {
  if (provider !== 'tumipay' || receipts.length > 0 || !payin.isUnconfirmed) return false;
  const paidAt = inDatabaseTime(Date.parse(payments[0]?.paidAt ?? ''));
  return !webhooks.some((webhook) => webhook.reference === reference && webhook.receivedAt.getTime() > paidAt);
}

function checkStatus({ payin, orders, asked, receipts, discrepancies }: PayinEvidence): string[] {
  const received = sumOf(receipts);
  const { status, amountInCents, receivedInCents } = payin;
  const wrong = (should: string) => [`is ${status} and should be ${should}: ${received} of ${amountInCents} arrived`];
  if (received !== receivedInCents) return [`says that ${receivedInCents} arrived, its receipts say ${received}`];
  const answered = (what: ClientEntry['what']) => asked.some((entry) => entry.what === what && isTaken(entry));
  const reversals = sumOf(orders.flatMap(({ reversedAt, payments }) => (reversedAt === null ? [] : payments)));
  if (reversals > 0 && received - reversals < amountInCents) return status === 'REVERSED' ? [] : wrong('REVERSED');
  if (received >= amountInCents && received > 0) return status === 'APPROVED' ? [] : wrong('APPROVED');
  if (received > 0) {
    const accepted = asked.some(({ what }) => what === 'accept');
    if (status === 'APPROVED' && accepted) return [];
    return status === 'UNDERPAID' && !answered('accept') ? [] : wrong('UNDERPAID, or APPROVED if that was accepted');
  }
  const asksToCancel = asked.some(({ what }) => what === 'cancel');
  const allowed: readonly PayinStatus[] = orders.length === 0 ? ['FAILED'] : ['PENDING', 'REJECTED', 'EXPIRED'];
  if (allowed.includes(status) || (status === 'CANCELED' && (asksToCancel || orders.some(({ isOpen }) => !isOpen))))
    return [];
  // One that never came to have an order may run out, too, while its provider could not say so.
  if (status === 'EXPIRED' || discrepancies.includes('STATUS_CONFLICT')) return [];
  return wrong(allowed.join(' or '));
}

/** Money that was there before the payin ran out must have been found by asking; and nothing runs out early. */
function checkExpiry({ payin, orders, events }: PayinEvidence, { inDatabaseTime, now }: Evidence): string[] {
  if (!events.some(({ to }) => to === 'EXPIRED')) return [];
  const inTime = orders.flatMap(({ payments, id }) =>
    payments.flatMap(({ paidAt }) =>
      inDatabaseTime(Date.parse(paidAt)) < payin.expiresAt.getTime()
        ? [`expired, though ${id} was paid at ${paidAt}`]
        : [],
    ),
  );
  const early = now < payin.expiresAt && orders.some(({ isOpen }) => isOpen) ? ['expired before its time'] : [];
  return [...inTime, ...early];
}

function checkHistory({ payin, events }: PayinEvidence): string[] {
  const wrong: string[] = [];
  let status: PayinStatus | null = null;
  for (const [index, { sequence, from, to, type }] of events.entries()) {
    if (sequence !== index + 1) wrong.push(`event ${sequence} is at place ${index + 1}`);
    if (!to) continue;
    if (from !== status) wrong.push(`${type} comes from ${from}, the payin was ${status}`);
    if (from === null ? to !== 'CREATED' : !mayMove(from, to)) wrong.push(`${from} -> ${to} is not allowed`);
    status = to;
  }
  if (status !== payin.status) wrong.push(`the history ends in ${status}, the payin is ${payin.status}`);
  if (payin.sequence !== events.length) wrong.push(`sequence ${payin.sequence}, but ${events.length} events`);
  return wrong;
}

function checkAcknowledgedActions({ asked, events }: PayinEvidence): string[] {
  const wasTo = (to: PayinStatus) => events.some((event) => event.to === to);
  const taken = (what: ClientEntry['what']) => asked.some((entry) => entry.what === what && isTaken(entry));
  return [
    ...(taken('cancel') && !wasTo('CANCELED') ? ['a cancel was answered 2xx, and it was never canceled'] : []),
    ...(taken('accept') && !wasTo('APPROVED') ? ['an accept was answered 2xx, and it was never approved'] : []),
  ];
}

function checkNotifications({ events, notifications }: PayinEvidence, { received }: Evidence): string[] {
  const expected = events
    .filter(({ type }) => IS_NOTIFIED.test(type))
    .map(({ sequence, type }) => `${sequence} ${type}`);
  const actual = notifications.map(({ sequence, type }) => `${sequence} ${type}`);
  const receivedById = receivedIds(received);
  return [
    ...(same(expected, actual) ? [] : [`events [${expected.join()}], notifications [${actual.join()}]`]),
    ...notifications.flatMap(({ id, type, isDelivered, isDue }) => [
      ...(receivedById.has(`msg_${id}`) ? [] : [`${type} never reached the merchant`]),
      ...(isDelivered ? [] : [`${type} is not marked as delivered`]),
      ...(isDelivered && isDue ? [`${type} was delivered and is due again`] : []),
    ]),
  ];
}

const idsByReceived = new WeakMap<Evidence['received'], Set<string>>();
function receivedIds(received: Evidence['received']): Set<string> {
  const known = idsByReceived.get(received) ?? new Set(received.map(({ headers }) => String(headers['webhook-id'])));
  idsByReceived.set(received, known);
  return known;
}

function checkShown({ payin, receipts }: PayinEvidence, { shown }: Evidence): string[] {
  const view = shownById(shown).get(payin.id);
  if (!view) return ['the API does not list it'];
  const differs = view.status !== payin.status || view.amountReceivedInCents !== payin.receivedInCents;
  return [
    ...(differs ? [`the API shows ${view.status}, ${view.amountReceivedInCents}`] : []),
    ...(view.receipts.length === receipts.length ? [] : [`the API shows ${view.receipts.length} receipts`]),
  ];
}

const viewsByShown = new WeakMap<Evidence['shown'], Map<string, Evidence['shown'][number]>>();
function shownById(shown: Evidence['shown']): Map<string, Evidence['shown'][number]> {
  const known = viewsByShown.get(shown) ?? new Map(shown.map((payin) => [payin.id, payin]));
  viewsByShown.set(shown, known);
  return known;
}

function checkStuck(own: PayinEvidence, evidence: Evidence): string[] {
  const { payin, orders, notifications } = own;
  const late = [payin, ...notifications].filter(({ overdueSeconds }) => (overdueSeconds ?? 0) > STUCK_SECONDS);
  return [
    ...(late.length > 0 ? [`due for more than a minute: ${late.map(({ id }) => id).join()}`] : []),
    ...(payin.status === 'CREATED' ? ['still CREATED'] : []),
    ...(isOpen(payin.status) && orders.some((order) => !order.isOpen && !waitsForAPerson(order, own, evidence))
      ? [`${payin.status}, and its order is settled`]
      : []),
  ];
}

function checkReferences({ client, payins }: Evidence): Violation[] {
  const promise = 'one payin per reference, and what was acknowledged is there';
  const rows = Map.groupBy(payins, ({ reference }) => reference);
  return [
    ...[...rows].flatMap(([reference, same]) =>
      same.length > 1 ? [{ promise, payinId: same[0]?.id ?? '', what: `${reference} has ${same.length} payins` }] : [],
    ),
    ...client.flatMap((entry) => {
      if (entry.what !== 'create' || !isTaken(entry)) return [];
      const known = rows.get(entry.reference)?.some(({ id }) => id === entry.payinId);
      return known
        ? []
        : [{ promise, what: `${entry.reference} was answered with ${entry.payinId}, which is not there` }];
    }),
    ...client.flatMap(({ what, reference, status }) =>
      status !== undefined && status >= 500 && status !== 503
        ? [{ promise: 'trouble of our own is a 503', what: `${what} of ${reference} was answered ${status}` }]
        : [],
    ),
  ];
}

/** Every order was written down before it was asked for, and each reference has one. */
function checkOrphans({ providerOrders, attempts }: Evidence): Violation[] {
  const promise = 'no order without an attempt, and one order per attempt';
  const references = new Set(attempts.map(({ reference }) => reference));
  const byReference = Map.groupBy(providerOrders, ({ reference }) => reference);
  return [...byReference].flatMap(([reference, orders]) => [
    ...(references.has(reference) ? [] : [{ promise, what: `nobody knows the order ${reference}` }]),
    ...(orders.length > 1 ? [{ promise, what: `${reference} has ${orders.length} orders` }] : []),
  ]);
}

function checkAcknowledgedWebhooks({ providerOrders, webhooksAfterwards }: Evidence): Violation[] {
  const stored = Map.groupBy(webhooksAfterwards, ({ reference }) => reference ?? '');
  return providerOrders.flatMap(({ reference, webhooks: sent }) => {
    const acknowledged = sent.filter((webhook) => 'acknowledged' in webhook && webhook.acknowledged).length;
    const kept = (stored.get(reference) ?? []).reduce((sum, { deliveries }) => sum + deliveries, 0);
    if (kept >= acknowledged) return [];
    return [
      { promise: 'no acknowledged webhook is lost', what: `${reference}: ${acknowledged} acknowledged, ${kept} kept` },
    ];
  });
}

/** The merchant gets nothing that was not committed, and each message is always the same. */
function checkReceived({ received, unverified, notifications }: Evidence): Violation[] {
  const promise = 'the merchant gets what was committed, signed, and the same each time';
  const bodies = new Map(notifications.map(({ id, body }) => [`msg_${id}`, body]));
  return [
    ...received.flatMap(({ headers, raw }) => {
      const id = String(headers['webhook-id']);
      const body = bodies.get(id);
      if (body === undefined) return [{ promise, what: `${id} was never committed` }];
      return body === raw ? [] : [{ promise, what: `${id} came with another body` }];
    }),
    ...unverified.map(() => ({ promise, what: 'a message did not verify' })),
  ];
}

function checkStuckWebhooks({ webhooks }: Evidence): Violation[] {
  return webhooks
    .filter(({ overdueSeconds }) => (overdueSeconds ?? 0) > STUCK_SECONDS)
    .map(({ reference }) => ({ promise: NOT_STUCK, what: `a webhook for ${reference} waits` }));
}

function isTaken({ status }: ClientEntry): boolean {
  return status !== undefined && status < 300;
}

function sumOf(receipts: readonly { amountInCents: number }[]): number {
  return receipts.reduce((sum, { amountInCents }) => sum + amountInCents, 0);
}

function same(one: readonly string[], other: readonly string[]): boolean {
  return one.toSorted().join() === other.toSorted().join();
}
