export const AMOUNT_STATUSES = ['NONE', 'UNDERPAID', 'EXACT', 'OVERPAID'] as const;
export type AmountStatus = (typeof AMOUNT_STATUSES)[number];

/** What arrived against what was asked, both in cents. */
export function amountStatus(askedInCents: bigint, receivedInCents: bigint): AmountStatus {
  if (receivedInCents === 0n) return 'NONE';
  if (receivedInCents < askedInCents) return 'UNDERPAID';
  return receivedInCents === askedInCents ? 'EXACT' : 'OVERPAID';
}

/** A factor of exactly 100 either way: somebody mixed up cents and pesos. */
export function isUnitMismatch(askedInCents: bigint, receivedInCents: bigint): boolean {
  return receivedInCents === askedInCents * 100n || receivedInCents * 100n === askedInCents;
}

/**
 * What one payment was, when the provider's answer may only repeat the amount that was asked (seed 002: "rely on webhook payloads for the
 * definitive settled value"). The webhook's amount counts; but its signature does not cover the amount, so where the answer is plainly no
 * echo, the webhook cannot raise it.
 */
export function settledAmount(askedInCents: bigint, answeredInCents: bigint, hintedInCents: bigint): bigint {
  if (answeredInCents === askedInCents) return hintedInCents;
  return hintedInCents < answeredInCents ? hintedInCents : answeredInCents;
}
