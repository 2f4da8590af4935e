export const AMOUNT_STATUSES = ['NONE', 'UNDERPAID', 'EXACT', 'OVERPAID'] as const;
export type AmountStatus = (typeof AMOUNT_STATUSES)[number];

/** What arrived against what was asked, both in cents. */
export function amountStatus(askedInCents: bigint, receivedInCents: bigint): AmountStatus {
  if (receivedInCents === 0n) return 'NONE';
  if (receivedInCents < askedInCents) return 'UNDERPAID';
  return receivedInCents === askedInCents ? 'EXACT' : 'OVERPAID';
}

export function sumOf(payments: readonly { amountInCents: bigint }[]): bigint {
  return payments.reduce((total, { amountInCents }) => total + amountInCents, 0n);
}

/** How much had arrived when it was first enough; all of it while it is not. */
export function sumWhenWhole(askedInCents: bigint, payments: readonly { amountInCents: bigint }[]): bigint {
  return payments.reduce((total, { amountInCents }) => (total < askedInCents ? total + amountInCents : total), 0n);
}

/** A factor of exactly 100 either way: somebody mixed up cents and pesos. */
export function isUnitMismatch(askedInCents: bigint, receivedInCents: bigint): boolean {
  return receivedInCents === askedInCents * 100n || receivedInCents * 100n === askedInCents;
}

/** What is known of the amount of one payment, in cents. */
export interface AmountEvidence {
  askedInCents: bigint;
  /** What the provider answered when it was asked; undefined when it gave no amount. */
  answeredInCents: bigint | undefined;
  /** What its webhooks said, which is only a hint. */
  hintedInCents: readonly bigint[];
  /** The answer may repeat what was asked, and the payer may have paid another amount. */
  mayBeEcho: boolean;
  /** Long enough for a webhook that tells the amount. */
  waited: boolean;
}

/**
 * What one payment was, when the provider's answer may only repeat the amount that was asked (seed 002: "rely on webhook payloads for the
 * definitive settled value"). The webhook's amount counts; but its signature does not cover the amount, so where the answer is plainly no
 * echo, the webhook cannot raise it, and of several webhooks the least counts: nobody ships on it by mistake.
 */
export function settledAmount(evidence: AmountEvidence): bigint | 'not_told_yet' | 'not_told' {
  const { askedInCents, answeredInCents, hintedInCents, mayBeEcho, waited } = evidence;
  if (answeredInCents === 0n) return 'not_told';
  if (answeredInCents !== undefined && !mayBeEcho) return answeredInCents;
  const hinted = hintedInCents.length > 0 ? hintedInCents.reduce(least) : undefined;
  if (answeredInCents === undefined) return hinted ?? 'not_told';
  if (hinted !== undefined) return answeredInCents === askedInCents ? hinted : least(hinted, answeredInCents);
  return answeredInCents === askedInCents && !waited ? 'not_told_yet' : answeredInCents;
}

function least(one: bigint, other: bigint): bigint {
  return one < other ? one : other;
}

export function distance(one: bigint, other: bigint): bigint {
  return one < other ? other - one : one - other;
}
