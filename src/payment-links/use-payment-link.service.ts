import { Injectable } from '@nestjs/common';
import { isWholeUnits } from '@recaudo/payment-provider';
import { Problem } from '../http/problem.js';
import type { PayinRequest } from '../payins/store/payin-request.js';
import { CreatePayin } from '../payins/use-cases/create-payin.service.js';
import type { TokenSubject } from '../secrets/public-tokens.js';
import { type Closed, type PaymentLink, referenceOf, USES_MAX, whyClosed } from './payment-link.js';
import { PaymentLinkStore, type UsedPaymentLink } from './payment-link.store.js';

/** What is wrong with an amount that a payer has typed. */
export type WrongAmount = 'MISSING' | 'NOT_WHOLE' | 'TOO_LITTLE' | 'TOO_MUCH';

/** A press of a payer. */
export interface LinkPress {
  /** A UUID that the page has put into its form: the same press again makes nothing more. */
  use: string;
  /** What the payer has typed; of no meaning where the link says the amount. */
  amountInCents: bigint | null;
}

export type UsedLink =
  | { kind: 'payin'; payinId: string }
  | { kind: 'closed'; why: Closed; link: PaymentLink }
  | { kind: 'wrong'; why: WrongAmount; link: PaymentLink }
  /** No rail is open for it now. */
  | { kind: 'unavailable'; link: PaymentLink };

/** Other replicas may be faster as often. */
const ROUNDS_MAX = 50;

/** Makes the payins of payment links: never more than a link's uses, whoever presses at the same instant. */
@Injectable()
export class UsePaymentLink {
  /** One use of a link at a time in this process, so that they do not keep each other from being counted. */
  readonly #turns = new Map<string, Promise<unknown>>();

  constructor(
    private readonly store: PaymentLinkStore,
    private readonly createPayin: CreatePayin,
  ) {}

  /** What a payer finds who opens the link. @returns undefined where there is no such link */
  async open(subject: TokenSubject): Promise<(UsedPaymentLink & { why: Closed | undefined }) | undefined> {
    const used = await this.store.toUse(subject, null);
    if (!used) return undefined;
    const why = whyClosed(used.link, used.now);
    const isOnly = why === 'USED_UP' && used.link.uses === 1;
    return { ...used, why, payinId: isOnly ? ((await this.store.onlyPayin(subject)) ?? null) : null };
  }

  /** @returns undefined where there is no such link @throws Problem OVERLOADED */
  async execute(subject: TokenSubject, press: LinkPress): Promise<UsedLink | undefined> {
    const key = `${subject.organizationId} ${subject.id}`;
    const turn = this.useAfter(this.#turns.get(key), subject, press);
    const over = Promise.allSettled([turn]);
    this.#turns.set(key, over);
    try {
      return await turn;
    } finally {
      if (this.#turns.get(key) === over) this.#turns.delete(key);
    }
  }

  private async useAfter(
    before: Promise<unknown> | undefined,
    subject: TokenSubject,
    press: LinkPress,
  ): Promise<UsedLink | undefined> {
    await before;
    return this.use(subject, press);
  }

  private async use(subject: TokenSubject, press: LinkPress): Promise<UsedLink | undefined> {
    let refused = -1;
    for (let round = 0; round < ROUNDS_MAX; round += 1) {
      const used = await this.store.toUse(subject, press.use);
      if (!used) return undefined;
      const { link, now, payinId } = used;
      if (payinId !== null) return { kind: 'payin', payinId };
      const why = whyClosed(link, now);
      if (why) return this.closed(subject, link, why);
      const wrong = wrongIn(link, press.amountInCents);
      if (wrong) return { kind: 'wrong', why: wrong, link };
      const number = await this.numberAfter(subject, link, refused);
      if (number === undefined) break;
      refused = link.lastNumber;
      const made = await this.make(subject, used, press, number);
      if (made) return made;
    }
    throw new Problem('OVERLOADED', 'The link is used by too many at once. Try again in a moment.', undefined, {
      'retry-after': '5',
    });
  }

  /** @returns undefined where it is not made, because something of the link has changed since it was read */
  private async make(
    { organizationId, id }: TokenSubject,
    { link, now }: UsedPaymentLink,
    { use, amountInCents }: LinkPress,
    number: number,
  ): Promise<UsedLink | undefined> {
    const { lastNumber } = link;
    const request = requestOf(link, link.amountInCents ?? amountInCents!, number);
    const counted = { paymentLinkId: id, paymentLinkUse: use, lastNumber, number };
    try {
      const payinId = await this.createPayin.ofLink({ organizationId, at: now }, request, counted);
      return payinId === undefined ? undefined : { kind: 'payin', payinId };
    } catch (error) {
      const isUnavailable =
        error instanceof Problem && (error.code === 'RAIL_NOT_AVAILABLE' || error.code === 'PROVIDER_RULE');
      if (isUnavailable) return { kind: 'unavailable', link };
      throw error;
    }
  }

  /**
   * @param refused the last number of the link when a payin was not made
   * @returns the next one; where that was refused although nobody else has used the link, the next one that no payin has
   */
  private async numberAfter(
    { organizationId }: TokenSubject,
    { reference, lastNumber }: PaymentLink,
    refused: number,
  ): Promise<number | undefined> {
    if (lastNumber >= USES_MAX) return undefined;
    return refused === lastNumber ? this.store.freeNumber(organizationId, reference, lastNumber) : lastNumber + 1;
  }

  private async closed(subject: TokenSubject, link: PaymentLink, why: Closed): Promise<UsedLink> {
    const payinId = why === 'USED_UP' && link.uses === 1 ? await this.store.onlyPayin(subject) : undefined;
    return payinId === undefined ? { kind: 'closed', why, link } : { kind: 'payin', payinId };
  }
}

function wrongIn(
  { amountInCents: fixed, minInCents, maxInCents, currency }: PaymentLink,
  typed: bigint | null,
): WrongAmount | undefined {
  if (fixed !== null) return undefined;
  if (typed === null) return 'MISSING';
  if (minInCents !== null && typed < minInCents) return 'TOO_LITTLE';
  if (maxInCents !== null && typed > maxInCents) return 'TOO_MUCH';
  return isWholeUnits(typed, currency) ? undefined : 'NOT_WHOLE';
}

/** What the link's payin is asked for: nothing of its payer is known yet. */
function requestOf(link: PaymentLink, amountInCents: bigint, number: number): PayinRequest {
  const { currency, title, description, rails, redirectUrl, callbackUrl, metadata } = link;
  return {
    amountInCents: Number(amountInCents),
    currency,
    rail: 'ANY',
    reference: referenceOf(link, number),
    description: description ?? title,
    ...(callbackUrl !== null && { callbackUrl }),
    ...(redirectUrl !== null && { redirectUrl }),
    ...(Object.keys(metadata).length > 0 && { metadata }),
    checkout: rails === null ? {} : { rails },
  };
}
