import { formatMoney } from '../../texts/money.js';
import { useTexts } from '../../texts/texts.js';
import { StatusBadge, type Tone } from '../status-badge.js';
import { type LinkState, type PaymentLink, stateOf } from './state.js';
import { linkTexts } from './texts.js';

const TONES = { OPEN: 'good', DISABLED: 'over', OVER: 'over', USED_UP: 'over' } as const satisfies Record<
  LinkState,
  Tone
>;

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
