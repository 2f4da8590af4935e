import type { Decision } from './decision.js';
import { type HistoryEntry, MONEY_REVERSED, RECEIPT_ADDED, RECEIPT_CORRECTED, REFUND_EVENTS } from './history.js';
import type { KnownPayin, Receipt } from './known-payin.js';
import type { PayinStatus } from './status.js';

/**
 * `provider:<name>`: what a provider holds for the organization. `merchant`: what came in for it. `fees:<name>`: what a provider kept.
 * `write-offs`: what was asked for, did not come, and was accepted as paid. `payer-refunds`: what is owed to payers. `own-funds`: what the
 * organization paid back to payers by itself.
 */
export type Account =
  'merchant' | 'write-offs' | 'payer-refunds' | 'own-funds' | `provider:${string}` | `fees:${string}`;

/** An amount that moves from one account to another. All debits and all credits sum up alike, because each transfer is both. */
export interface Transfer {
  debit: Account;
  credit: Account;
  amountInCents: bigint;
}

export interface LedgerEntry extends Transfer {
  /** Of the line in the payin's history that caused it. */
  sequence: number;
}

/**
 * What a decision means for the ledger: its history, line by line. Pure.
 * @param sequence of the last line of the history before it
 */
export function ledgerEntriesOf(known: KnownPayin, decision: Decision, sequence: number): LedgerEntry[] {
  const providers = new Map(known.attempts.map(({ id, provider }) => [id, provider]));
  const receipts = [...decision.receipts];
  const reversals = [...decision.reversals];
  let { status } = known;
  let received = known.receipts.reduce((sum, { amountInCents }) => sum + amountInCents, 0n);
  return decision.history.flatMap((line, index) => {
    const before = writtenOff(known.amountInCents, status, received);
    const isOfReceipt = line.type === RECEIPT_ADDED || line.type === RECEIPT_CORRECTED;
    const receipt = isOfReceipt ? receipts.shift() : undefined;
    const isOfReversal = line.to === 'REVERSED' || line.type === MONEY_REVERSED;
    const reversal = isOfReversal ? reversals.shift() : undefined;
    received += receipt?.amountInCents ?? 0n;
    status = line.to ?? status;
    return [
      ...(receipt ? moneyIn(providers.get(receipt.attemptId)!, receipt) : []),
      ...(reversal ? moneyOut(providers.get(reversal.attemptId)!, reversal.amountInCents) : []),
      ...refunded(line),
      ...loss(writtenOff(known.amountInCents, status, received) - before),
    ].map((transfer) => ({ sequence: sequence + index + 1, ...transfer }));
  });
}

function moneyIn(provider: string, { amountInCents, feeInCents = 0n }: Receipt): Transfer[] {
  // Less had come than was believed.
  if (amountInCents < 0n) return moneyOut(provider, -amountInCents);
  const arrived: Transfer = { debit: `provider:${provider}`, credit: 'merchant', amountInCents };
  const fee: Transfer = { debit: `fees:${provider}`, credit: `provider:${provider}`, amountInCents: feeInCents };
  return feeInCents > 0n ? [arrived, fee] : [arrived];
}

function moneyOut(provider: string, amountInCents: bigint): Transfer[] {
  return [{ debit: 'merchant', credit: `provider:${provider}`, amountInCents }];
}

/** Owed to the payer from the approval on, until it is paid or canceled. */
function refunded({ type, refund }: HistoryEntry): Transfer[] {
  if (!refund) return [];
  const { amountInCents, approvedAt, provider, providerStatus } = refund;
  if (type === REFUND_EVENTS.APPROVED) return [{ debit: 'merchant', credit: 'payer-refunds', amountInCents }];
  // A provider that pays it takes it from what it holds.
  const payer: Account = providerStatus === 'PAID' ? `provider:${provider!}` : 'own-funds';
  if (type === REFUND_EVENTS.PAID) return [{ debit: 'payer-refunds', credit: payer, amountInCents }];
  const isOwed = type === REFUND_EVENTS.CANCELED && approvedAt !== null;
  return isOwed ? [{ debit: 'payer-refunds', credit: 'merchant', amountInCents }] : [];
}

/** @param grownInCents by how much the loss has grown; less than nothing where it has become smaller */
function loss(grownInCents: bigint): Transfer[] {
  if (grownInCents > 0n) return [{ debit: 'write-offs', credit: 'merchant', amountInCents: grownInCents }];
  return grownInCents < 0n ? [{ debit: 'merchant', credit: 'write-offs', amountInCents: -grownInCents }] : [];
}

/** What is missing of a payin that counts as paid: a person accepted it. Money that comes later makes it less, a reversal ends it. */
function writtenOff(requestedInCents: bigint, status: PayinStatus, receivedInCents: bigint): bigint {
  return status === 'APPROVED' && receivedInCents < requestedInCents ? requestedInCents - receivedInCents : 0n;
}
