import type { IdType } from '@recaudo/payment-provider';

export const ACCOUNT_TYPES = ['SAVINGS', 'CHECKING', 'ELECTRONIC_DEPOSIT'] as const;
export type AccountType = (typeof ACCOUNT_TYPES)[number];

export const DESTINATION_TYPES = ['BRE_B_KEY', 'BANK_ACCOUNT'] as const;

interface BankAccount {
  type: 'BANK_ACCOUNT';
  /** ACH code. */
  bank: string;
  accountType: AccountType;
  accountNumber: string;
  holderName: string;
  idType: IdType;
  idNumber: string;
}

/** Where the money of a refund goes. A payer's data: sealed at rest, and in no line, error, event or history. */
export type Destination = { type: 'BRE_B_KEY'; key: string } | BankAccount;

const HIDDEN = '****';
const SHOWN_LENGTH = 4;

/** Enough to recognize it, too little to use it. */
export function masked(destination: Destination): Destination {
  if (destination.type === 'BRE_B_KEY') return { type: 'BRE_B_KEY', key: endOf(destination.key) };
  const accountNumber = endOf(destination.accountNumber);
  return { ...destination, accountNumber, holderName: HIDDEN, idNumber: HIDDEN };
}

function endOf(text: string): string {
  return text.length < 3 * SHOWN_LENGTH ? HIDDEN : HIDDEN + text.slice(-SHOWN_LENGTH);
}

export function isSameDestination(one: Destination, other: Destination): boolean {
  const asText = (destination: Destination) =>
    JSON.stringify(Object.entries(destination).toSorted(([name], [next]) => (name < next ? -1 : 1)));
  return asText(one) === asText(other);
}
