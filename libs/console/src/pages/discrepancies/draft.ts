import type { Schemas } from '../../api/client.js';
import {
  type DestinationDraft,
  destinationOf,
  NO_DESTINATION,
  wrongInDestination,
} from '../../components/refunds/destination-draft.js';
import type { refundTexts } from '../../components/refunds/texts.js';
import { parseMoney } from '../../texts/money.js';
import type { discrepanciesTexts } from './texts.js';
import type { Choice } from './values.js';

type Body = Schemas['ResolveDiscrepancyDto'];

/** What a person has typed about one discrepancy, and not sent yet. */
export interface Draft extends DestinationDraft {
  choice: Choice | null;
  note: string;
  amount: string;
  paymentId: string;
}
type DraftField = keyof Draft;

export const NOTHING_TYPED: Draft = { ...NO_DESTINATION, choice: null, note: '', amount: '', paymentId: '' };

/** What is wrong, by field. The API checks all of it again. */
export function wrongIn(
  draft: Draft,
  t: (typeof discrepanciesTexts)['es'],
  ofRefunds: (typeof refundTexts)['es'],
): Partial<Record<DraftField, string>> {
  const { choice } = draft;
  const isBooked = choice === 'BOOK_RECEIPT' || choice === 'MARK_REVERSED';
  const wrong: Partial<Record<DraftField, string | false>> = {
    choice: choice === null && t.chooseOne,
    note: draft.note.trim() === '' && t.noteNeeded,
    amount: isBooked && !((parseMoney(draft.amount) ?? 0) > 0) && t.amountNeeded,
    paymentId: choice === 'BOOK_RECEIPT' && !/^[A-Za-z0-9._:/-]{1,100}$/.test(draft.paymentId.trim()) && t.numberNeeded,
    ...(choice === 'REFUND' && wrongInDestination(draft, ofRefunds)),
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
