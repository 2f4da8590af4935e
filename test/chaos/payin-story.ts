import type { Evidence, LedgerOrder, PayinRow } from './evidence.js';
import type { ClientEntry } from './merchant-client.js';

/** What the witnesses know of one payin. */
export interface PayinStory {
  payin: PayinRow;
  asked: readonly ClientEntry[];
  attempts: Evidence['attempts'];
  orders: readonly LedgerOrder[];
  events: Evidence['events'];
  receipts: Evidence['receipts'];
  notifications: Evidence['notifications'];
  discrepancies: readonly string[];
}

/** Everything that is known of a payin, for whoever has to find out what happened. */
export function storyOfPayin(evidence: Evidence, payinId: string): object | undefined {
  return storiesOf(evidence).get(payinId);
}

export function storiesOf(evidence: Evidence): Map<string, PayinStory> {
  const attempts = Map.groupBy(evidence.attempts, ({ payinId }) => payinId);
  const orders = Map.groupBy(evidence.ledger, ({ reference }) => reference);
  const events = Map.groupBy(evidence.events, ({ payinId }) => payinId);
  const receipts = Map.groupBy(evidence.receipts, ({ payinId }) => payinId);
  const notifications = Map.groupBy(evidence.notifications, ({ payinId }) => payinId);
  const discrepancies = Map.groupBy(evidence.discrepancies, ({ payinId }) => payinId ?? '');
  const asked = Map.groupBy(evidence.client, ({ reference }) => reference);
  return new Map(
    evidence.payins.map((payin) => {
      const own = attempts.get(payin.id) ?? [];
      return [
        payin.id,
        {
          payin,
          asked: asked.get(payin.reference) ?? [],
          attempts: own,
          orders: own.flatMap(({ reference }) => orders.get(reference) ?? []),
          events: events.get(payin.id) ?? [],
          receipts: receipts.get(payin.id) ?? [],
          notifications: notifications.get(payin.id) ?? [],
          discrepancies: (discrepancies.get(payin.id) ?? []).map(({ kind }) => kind),
        },
      ];
    }),
  );
}
