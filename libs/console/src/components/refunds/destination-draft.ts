import type { Schemas } from '../../api/client.js';
import type { refundTexts } from './texts.js';

type Destination = Schemas['DestinationDto'];

/** Where money goes back to, as it is typed. */
export interface DestinationDraft {
  toType: Destination['type'];
  key: string;
  bank: string;
  accountType: NonNullable<Destination['accountType']>;
  accountNumber: string;
  holderName: string;
  idType: NonNullable<Destination['idType']>;
  idNumber: string;
}

export const NO_DESTINATION: DestinationDraft = {
  toType: 'BRE_B_KEY',
  key: '',
  bank: '',
  accountType: 'SAVINGS',
  accountNumber: '',
  holderName: '',
  idType: 'CC',
  idNumber: '',
};

export type WrongDestination = Partial<Record<keyof DestinationDraft, string>>;

const KEY = /^[@+A-Za-z0-9][A-Za-z0-9@+._-]{2,91}$/;
const ACCOUNT = /^(?:[ -]*\d){4,20}$/;
const BANK = /^\d{1,8}$/;
const ID_NUMBER = /[A-Za-z0-9]/;

/** What is wrong, by field. The API checks all of it again. */
export function wrongInDestination(draft: DestinationDraft, t: (typeof refundTexts)['es']): WrongDestination {
  const wrong: WrongDestination = {};
  if (draft.toType === 'BRE_B_KEY') {
    if (!KEY.test(draft.key.trim())) wrong.key = t.badKey;
    return wrong;
  }
  if (!BANK.test(draft.bank.trim())) wrong.bank = t.badBank;
  if (!ACCOUNT.test(draft.accountNumber.trim())) wrong.accountNumber = t.badAccount;
  if (draft.holderName.trim() === '') wrong.holderName = t.needed;
  if (!ID_NUMBER.test(draft.idNumber)) wrong.idNumber = t.needed;
  return wrong;
}

/** @param draft in which nothing is wrong */
export function destinationOf({ toType: type, ...draft }: DestinationDraft): Destination {
  if (type === 'BRE_B_KEY') return { type, key: draft.key.trim() };
  return {
    type,
    bank: draft.bank.trim(),
    accountType: draft.accountType,
    accountNumber: draft.accountNumber.trim(),
    holderName: draft.holderName.trim(),
    idType: draft.idType,
    idNumber: draft.idNumber.trim(),
  };
}
