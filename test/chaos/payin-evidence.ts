import type { Evidence, ProviderOrder, PayinRow } from './evidence.js';
import type { ClientEntry } from './merchant-client.js';

/** What the witnesses know of one payin. */
export interface PayinEvidence {
  payin: PayinRow;
  asked: readonly ClientEntry[];
  attempts: Evidence['attempts'];
  orders: readonly ProviderOrder[];
  events: Evidence['events'];
  receipts: Evidence['receipts'];
  notifications: Evidence['notifications'];
  discrepancies: readonly string[];
}

/** Everything that is known of a payin, for whoever has to find out what happened. */
export function evidenceOfPayin(evidence: Evidence, payinId: string): object | undefined {
  return evidenceByPayin(evidence).get(payinId);
}

export function evidenceByPayin(evidence: Evidence): Map<string, PayinEvidence> {
  const attempts = Map.groupBy(evidence.attempts, ({ payinId }) => payinId);
  const orders = Map.groupBy(evidence.providerOrders, ({ reference }) => reference);
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
