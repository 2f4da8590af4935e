import type { Schemas } from '../../api/client.js';
import { formatMoney } from '../../texts/money.js';
import { useTexts } from '../../texts/texts.js';
import { StatusBadge, type Tone } from '../status-badge.js';
import { linkTexts } from './texts.js';

export type PaymentLink = Schemas['PaymentLinkSchema'];
export type LinkState = 'OPEN' | 'DISABLED' | 'OVER' | 'USED_UP';

const TONES = { OPEN: 'good', DISABLED: 'over', OVER: 'over', USED_UP: 'over' } as const satisfies Record<
  LinkState,
  Tone
>;

/** What a payer who opens it now would find. */
export function stateOf({ status, uses, used, expiresAt }: PaymentLink, now: number): LinkState {
  if (uses !== null && used >= uses) return 'USED_UP';
  if (status === 'DISABLED') return 'DISABLED';
  return expiresAt !== null && Date.parse(expiresAt) <= now ? 'OVER' : 'OPEN';
}

export function LinkStateBadge({ link, now }: { link: PaymentLink; now: number }) {
  const { states } = useTexts(linkTexts);
  const state = stateOf(link, now);
  return <StatusBadge tone={TONES[state]}>{states[state]}</StatusBadge>;
}

/** The amount, or between which ones the payer types it. */
export function useAmountOf(): (link: PaymentLink) => string {
  const t = useTexts(linkTexts);
  return ({ amountInCents, minInCents, maxInCents }) =>
    amountInCents === null
      ? t.between(formatMoney(minInCents ?? 0), formatMoney(maxInCents ?? 0))
      : formatMoney(amountInCents);
}

export function useUsesOf(): (link: PaymentLink) => string {
  const t = useTexts(linkTexts);
  return ({ used, uses }) => (uses === null ? t.usedOfAny(used) : t.usedOf(used, uses));
}
