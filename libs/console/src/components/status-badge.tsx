import { Badge } from '@mantine/core';
import type { Schemas } from '../api/client.js';
import type { AmountStatus, InboxStatus, PayinStatus, RefundStatus } from '../texts/values.js';
import { valueTexts } from '../texts/values.js';
import { useTexts } from '../texts/texts.js';

/** What a state means to whoever reads it: the colour of its dot. The word says the same. */
export type Tone = 'waiting' | 'good' | 'attention' | 'bad' | 'over';

const COLORS = {
  waiting: 'blue',
  good: 'teal',
  attention: 'orange',
  bad: 'red',
  over: 'gray',
} as const satisfies Record<Tone, string>;

const TONE_OF_PAYIN = {
  CREATED: 'waiting',
  PENDING: 'waiting',
  UNDERPAID: 'attention',
  APPROVED: 'good',
  REJECTED: 'bad',
  EXPIRED: 'over',
  CANCELED: 'over',
  FAILED: 'bad',
  REVERSED: 'bad',
} as const satisfies Record<PayinStatus, Tone>;

const TONE_OF_AMOUNT = {
  NONE: 'over',
  UNCONFIRMED: 'attention',
  UNDERPAID: 'attention',
  EXACT: 'good',
  OVERPAID: 'attention',
} as const satisfies Record<AmountStatus, Tone>;

const TONE_OF_REFUND = {
  REQUESTED: 'attention',
  APPROVED: 'attention',
  PAID: 'good',
  CANCELED: 'over',
} as const satisfies Record<RefundStatus, Tone>;

const TONE_OF_MESSAGE = {
  PENDING: 'waiting',
  DELIVERED: 'good',
  FAILED: 'bad',
} as const satisfies Record<Schemas['NotificationStatus'], Tone>;

const TONE_OF_WEBHOOK = {
  PENDING: 'waiting',
  APPLIED: 'good',
  GIVEN_UP: 'bad',
} as const satisfies Record<InboxStatus, Tone>;

export const TONE_OF_HEALTH = {
  UP: 'good',
  DEGRADED: 'attention',
  DOWN: 'bad',
} as const satisfies Record<Schemas['ProviderStateSchema']['health'], Tone>;

/** A state in a word. Colour alone never says it. */
export function StatusBadge({ tone, children }: { tone: Tone; children: string }) {
  return (
    <Badge variant="dot" color={COLORS[tone]} tt="none" fw={500} size="md" radius="sm" miw="max-content">
      {children}
    </Badge>
  );
}

export function PayinStatusBadge({ status }: { status: PayinStatus }) {
  const { payinStatus } = useTexts(valueTexts);
  return <StatusBadge tone={TONE_OF_PAYIN[status]}>{payinStatus[status]}</StatusBadge>;
}

export function AmountStatusBadge({ status }: { status: AmountStatus }) {
  const { amountStatus } = useTexts(valueTexts);
  return <StatusBadge tone={TONE_OF_AMOUNT[status]}>{amountStatus[status]}</StatusBadge>;
}

export function RefundStatusBadge({ status }: { status: RefundStatus }) {
  const { refundStatus } = useTexts(valueTexts);
  return <StatusBadge tone={TONE_OF_REFUND[status]}>{refundStatus[status]}</StatusBadge>;
}

export function MessageStatusBadge({ status }: { status: Schemas['NotificationStatus'] }) {
  const { messageStatus } = useTexts(valueTexts);
  return <StatusBadge tone={TONE_OF_MESSAGE[status]}>{messageStatus[status]}</StatusBadge>;
}

export function WebhookStatusBadge({ status }: { status: InboxStatus }) {
  const { inboxStatus } = useTexts(valueTexts);
  return <StatusBadge tone={TONE_OF_WEBHOOK[status]}>{inboxStatus[status]}</StatusBadge>;
}
