export const AMOUNT_STATUSES = ['NONE', 'UNCONFIRMED', 'UNDERPAID', 'EXACT', 'OVERPAID'] as const;
export type AmountStatus = (typeof AMOUNT_STATUSES)[number];

/**
 * What arrived against what was asked, both in cents.
 * @param isUnconfirmed the provider answers that the order is paid, and the amount has no witness yet
 */
export function amountStatus(requestedInCents: bigint, receivedInCents: bigint, isUnconfirmed: boolean): AmountStatus {
  if (receivedInCents === 0n) return isUnconfirmed ? 'UNCONFIRMED' : 'NONE';
  if (receivedInCents < requestedInCents) return 'UNDERPAID';
  return receivedInCents === requestedInCents ? 'EXACT' : 'OVERPAID';
}

export function sumOf(payments: readonly { amountInCents: bigint }[]): bigint {
  return payments.reduce((total, { amountInCents }) => total + amountInCents, 0n);
}

/** How much had arrived when it was first enough; all of it while it is not. */
export function sumWhenWhole(requestedInCents: bigint, payments: readonly { amountInCents: bigint }[]): bigint {
  return payments.reduce((total, { amountInCents }) => (total < requestedInCents ? total + amountInCents : total), 0n);
}

/** Off by the value of one unit, either way: somebody mixed up units and minor units, as pesos and cents. A currency without decimals has no two to mix up. */
export function isUnitMismatch(requestedInCents: bigint, receivedInCents: bigint, unitInCents: bigint): boolean {
  if (unitInCents === 1n) return false;
  return receivedInCents === requestedInCents * unitInCents || receivedInCents * unitInCents === requestedInCents;
}

/** What is known of the amount of one payment, in cents. */
export interface AmountEvidence {
  requestedInCents: bigint;
  /** What the provider answered when it was asked; undefined when it gave no amount. */
  answeredInCents: bigint | undefined;
  /** What its webhooks and statements said, which is only a hint. */
  hintedInCents: readonly bigint[];
  /** The answer may repeat what was asked, and the payer may have paid another amount. */
  mayBeEcho: boolean;
}

/**
 * What one payment was, when the provider's answer may only repeat the amount that was asked (seed 002: "rely on webhook payloads for the
 * definitive settled value"). The webhook's amount counts; but its signature does not cover the amount, so where the answer is plainly no
 * echo, the webhook cannot raise it, and of several webhooks the least counts: nobody ships on it by mistake. Without any, an answer that may be
 * an echo is `unconfirmed`: it proves that money came, and not how much.
 */
export function settledAmount(evidence: AmountEvidence): bigint | 'unconfirmed' | 'not_reported' {
  const { requestedInCents, answeredInCents, hintedInCents, mayBeEcho } = evidence;
  if (answeredInCents === 0n) return 'not_reported';
  if (answeredInCents !== undefined && !mayBeEcho) return answeredInCents;
  const hinted = hintedInCents.length > 0 ? hintedInCents.reduce(least) : undefined;
  if (answeredInCents === undefined) return hinted ?? 'not_reported';
  if (hinted !== undefined) return answeredInCents === requestedInCents ? hinted : least(hinted, answeredInCents);
  return answeredInCents === requestedInCents ? 'unconfirmed' : answeredInCents;
}

function least(one: bigint, other: bigint): bigint {
  return one < other ? one : other;
}

export function distance(one: bigint, other: bigint): bigint {
  return one < other ? other - one : one - other;
}
