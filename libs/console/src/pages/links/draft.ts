import type { Schemas } from '../../api/client.js';
import { parseMoney } from '../../texts/money.js';
import { type LinkRail, REFERENCE } from './values.js';

type CreateLink = Schemas['CreatePaymentLinkDto'];

const CENTS_OF_PESO = 100;
const USES = /^[1-9]\d{0,8}$/;

/** What is typed. */
export interface LinkDraft {
  title: string;
  reference: string;
  description: string;
  amountKind: 'fixed' | 'open';
  amount: string;
  min: string;
  max: string;
  usesKind: 'once' | 'several' | 'any';
  count: string;
  rails: LinkRail[];
  expires: string | null;
  redirectUrl: string;
}

export const EMPTY_DRAFT: LinkDraft = {
  title: '',
  reference: '',
  description: '',
  amountKind: 'fixed',
  amount: '',
  min: '',
  max: '',
  usesKind: 'once',
  count: '',
  rails: [],
  expires: null,
  redirectUrl: '',
};

export type Wrong = 'reference' | 'amount' | 'min' | 'max' | 'order' | 'count';

/** Payments have no cents. */
function pesosIn(text: string): number | undefined {
  const cents = parseMoney(text);
  return cents !== undefined && cents > 0 && cents % CENTS_OF_PESO === 0 ? cents : undefined;
}

/** What of it cannot be sent. */
export function wrongIn({ reference, amountKind, amount, min, max, usesKind, count }: LinkDraft): Set<Wrong> {
  const wrong = new Set<Wrong>();
  if (!REFERENCE.test(reference.trim())) wrong.add('reference');
  if (amountKind === 'fixed' && pesosIn(amount) === undefined) wrong.add('amount');
  if (amountKind === 'open') {
    const [least, most] = [pesosIn(min), pesosIn(max)];
    if (least === undefined) wrong.add('min');
    if (most === undefined) wrong.add('max');
    if (least !== undefined && most !== undefined && most < least) wrong.add('order');
  }
  if (usesKind === 'several' && !USES.test(count.trim())) wrong.add('count');
  return wrong;
}

/** @param draft with nothing wrong in it */
export function linkOf(draft: LinkDraft): CreateLink {
  const { title, reference, description, rails, expires, redirectUrl } = draft;
  return {
    title: title.trim(),
    reference: reference.trim(),
    ...(draft.amountKind === 'fixed'
      ? { amountInCents: pesosIn(draft.amount)! }
      : { minInCents: pesosIn(draft.min)!, maxInCents: pesosIn(draft.max)! }),
    uses: draft.usesKind === 'any' ? null : draft.usesKind === 'once' ? 1 : Number(draft.count),
    ...(description.trim() !== '' && { description: description.trim() }),
    ...(rails.length > 0 && { rails }),
    ...(expires !== null && { expiresAt: expires }),
    ...(redirectUrl.trim() !== '' && { redirectUrl: redirectUrl.trim() }),
  };
}
