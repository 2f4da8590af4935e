import type { Schemas } from '../../api/client.js';

export type Payin = Schemas['PayinSchema'];
export type Event = Schemas['PayinEventSchema'];
export type Webhook = Schemas['InboundWebhookSchema'];
export type Message = Schemas['NotificationSchema'];
export type LedgerEntry = Schemas['LedgerEntrySchema'];
export type Refund = Schemas['RefundSchema'];

/** What happened at one moment, with all that it caused. */
export type StoryLine =
  | { kind: 'event'; at: string; event: Event; entries: readonly LedgerEntry[]; messages: readonly Message[] }
  | { kind: 'webhook'; at: string; webhook: Webhook };

/** History, webhooks, messages and ledger entries as one story, oldest first. */
export function storyOf(
  events: readonly Event[],
  webhooks: readonly Webhook[],
  messages: readonly Message[],
  entries: readonly LedgerEntry[],
): StoryLine[] {
  const lines: StoryLine[] = [
    // A webhook comes before what it causes.
    ...webhooks.map((webhook) => ({ kind: 'webhook' as const, at: webhook.receivedAt, webhook })),
    ...events.map((event) => ({
      kind: 'event' as const,
      at: event.at,
      event,
      entries: entries.filter(({ sequence }) => sequence === event.sequence),
      messages: messages.filter(({ sequence }) => sequence === event.sequence).toReversed(),
    })),
  ];
  return lines.toSorted((one, other) => Date.parse(one.at) - Date.parse(other.at));
}

/** Cents in the data of an event: whole numbers beyond what JSON holds exactly are texts. */
export function centsOf({ data }: Event): number | null {
  const { amountInCents } = data;
  if (typeof amountInCents === 'number') return amountInCents;
  return typeof amountInCents === 'string' && /^-?\d+$/.test(amountInCents) ? Number(amountInCents) : null;
}

export interface Amounts {
  asked: number;
  received: number;
  reversed: number;
  refunded: number;
  /** Of refunds that are not paid yet. */
  refundsWaiting: number;
  missing: number;
  tooMuch: number;
  /** What may still be refunded: nothing until all that lowers it is known. */
  refundable: number;
  fees: number | null;
}

export function amountsOf(
  payin: Payin,
  events: readonly Event[] | undefined,
  refunds: readonly Refund[] | undefined,
): Amounts {
  const sum = (cents: readonly number[]) => cents.reduce((so, one) => so + one, 0);
  const { amountInCents: asked, amountReceivedInCents: received, amountRefundedInCents: refunded } = payin;
  const isReversal = ({ type }: Event) => type === 'payin.reversed' || type === 'money.reversed';
  const reversed = sum((events ?? []).filter(isReversal).map((one) => centsOf(one) ?? 0));
  const refundsWaiting = sum(
    (refunds ?? [])
      .filter(({ status }) => status === 'REQUESTED' || status === 'APPROVED')
      .map(({ amountInCents }) => amountInCents),
  );
  const fees = payin.receipts.flatMap(({ feeInCents }) => feeInCents ?? []);
  return {
    asked,
    received,
    reversed,
    refunded,
    refundsWaiting,
    missing: Math.max(0, asked - (received - reversed)),
    tooMuch: Math.max(0, received - reversed - asked),
    refundable: events && refunds ? Math.max(0, received - reversed - refunded - refundsWaiting) : 0,
    fees: fees.length > 0 ? sum(fees) : null,
  };
}
