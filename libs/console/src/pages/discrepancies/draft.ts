import type { Schemas } from '../../api/client.js';
import { parseMoney } from '../../texts/money.js';
import type { discrepanciesTexts } from './texts.js';
import type { Choice } from './values.js';

type Body = Schemas['ResolveDiscrepancyDto'];
export type Destination = Schemas['DestinationDto'];
export type AccountType = NonNullable<Destination['accountType']>;
export const ID_TYPES = ['CC', 'CE', 'NIT', 'TI', 'PPT', 'PA'] as const satisfies readonly Destination['idType'][];
export const ACCOUNT_TYPES = ['SAVINGS', 'CHECKING', 'ELECTRONIC_DEPOSIT'] as const satisfies readonly AccountType[];

/** What a person has typed about one discrepancy, and not sent yet. */
export interface Draft {
  choice: Choice | null;
  note: string;
  amount: string;
  paymentId: string;
  toType: Destination['type'];
  key: string;
  bank: string;
  accountType: AccountType;
  accountNumber: string;
  holderName: string;
  idType: (typeof ID_TYPES)[number];
  idNumber: string;
}
export type DraftField = keyof Draft;

export const NOTHING_TYPED: Draft = {
  choice: null,
  note: '',
  amount: '',
  paymentId: '',
  toType: 'BRE_B_KEY',
  key: '',
  bank: '',
  accountType: 'SAVINGS',
  accountNumber: '',
  holderName: '',
  idType: 'CC',
  idNumber: '',
};

/** What is wrong, by field. The API checks all of it again. */
export function wrongIn(draft: Draft, t: (typeof discrepanciesTexts)['es']): Partial<Record<DraftField, string>> {
  const { choice } = draft;
  const isBooked = choice === 'BOOK_RECEIPT' || choice === 'MARK_REVERSED';
  const isRefund = choice === 'REFUND';
  const toKey = isRefund && draft.toType === 'BRE_B_KEY';
  const toAccount = isRefund && draft.toType === 'BANK_ACCOUNT';
  const wrong: Partial<Record<DraftField, string | false>> = {
    choice: choice === null && t.chooseOne,
    note: draft.note.trim() === '' && t.noteNeeded,
    amount: isBooked && !((parseMoney(draft.amount) ?? 0) > 0) && t.amountNeeded,
    paymentId: choice === 'BOOK_RECEIPT' && !/^[A-Za-z0-9._:/-]{1,100}$/.test(draft.paymentId.trim()) && t.numberNeeded,
    key: toKey && !/^[@+A-Za-z0-9][A-Za-z0-9@+._-]{2,91}$/.test(draft.key.trim()) && t.keyNeeded,
    bank: toAccount && !/^\d{1,8}$/.test(draft.bank) && t.bankNeeded,
    accountNumber: toAccount && !/^(?:[ -]*\d){4,20}$/.test(draft.accountNumber.trim()) && t.accountNumberNeeded,
    holderName: toAccount && draft.holderName.trim() === '' && t.holderNameNeeded,
    idNumber: toAccount && draft.idNumber.trim() === '' && t.idNumberNeeded,
  };
  return Object.fromEntries(Object.entries(wrong).filter(([, message]) => message));
}

/** @param draft in which nothing is wrong */
export function bodyOf(draft: Draft): Body {
  const { choice } = draft;
  const note = draft.note.trim();
  if (choice === 'BOOK_RECEIPT' || choice === 'MARK_REVERSED' || choice === 'ACCEPT_AS_PAID')
    return {
      resolution: 'CORRECTED',
      note,
      correction: {
        type: choice,
        ...(choice !== 'ACCEPT_AS_PAID' && { amountInCents: parseMoney(draft.amount)! }),
        ...(choice === 'BOOK_RECEIPT' && { paymentId: draft.paymentId.trim() }),
      },
    };
  return { resolution: choice!, note, ...(choice === 'REFUND' && { to: destinationOf(draft) }) };
}

function destinationOf({ toType: type, ...draft }: Draft): Destination {
  if (type === 'BRE_B_KEY') return { type, key: draft.key.trim() };
  return {
    type,
    bank: draft.bank,
    accountType: draft.accountType,
    accountNumber: draft.accountNumber.trim(),
    holderName: draft.holderName.trim(),
    idType: draft.idType,
    idNumber: draft.idNumber.trim(),
  };
}
