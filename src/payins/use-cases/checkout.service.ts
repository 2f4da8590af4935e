import { Injectable } from '@nestjs/common';
import {
  type Currency,
  type IdType,
  type Instructions,
  PHONE_IS_WALLET,
  type Rail,
  type FieldViolation,
} from '@recaudo/payment-provider';
import { newId } from '../../database/id-at.js';
import { Database } from '../../database/database.js';
import { providerReference } from '../../organizations/provider-reference.js';
import { PseBanks } from '../../pse-banks/pse-banks.service.js';
import type { TokenSubject } from '../../secrets/public-tokens.js';
import { type AmountStatus, amountStatus } from '../domain/amounts.js';
import type { Attempt, NewAttempt } from '../domain/known-payin.js';
import { isLive } from '../domain/known-payin.js';
import { mayChoose } from '../domain/payer-choice.js';
import type { PayinStatus } from '../domain/status.js';
import type { ChooseUpdate } from '../domain/update.js';
import { READ_ORGANIZATION_CODE } from '../store/read-payins.queries.js';
import { withPayerData } from '../store/payin-request.js';
import type { PayinSnapshot } from '../store/payin-record.js';
import { PayinStore } from '../store/payin.store.js';
import { ApplyUpdates } from './apply-updates.service.js';
import { OpenAttempt } from './open-attempt.service.js';
import { PAYER_FIELDS, type PayerField, type PayerProblem, type PayerValues, readPayerData } from './payer-data.js';
import { railsToChoose, toOrder } from './payin-order.js';
import { type Offer, PayinRouter } from './payin-router.js';
import { PayinRules } from './payin-rules.js';

/** What a payer may see of a payin. Nothing of it is about the payer. Amounts in cents. */
export interface CheckoutView {
  organizationId: string;
  payinId: string;
  reference: string;
  /** Grows with every change. */
  version: number;
  /** The database's time. */
  now: Date;
  status: PayinStatus;
  amountStatus: AmountStatus;
  amountInCents: bigint;
  amountReceivedInCents: bigint;
  currency: Currency;
  description: string | null;
  redirectUrl: string | null;
  expiresAt: Date;
  /** When it got its present status; null while it waits for its payer. */
  resultAt: Date | null;
  /** The payer chooses the rail here; else the merchant has. */
  payerChooses: boolean;
  /** No order is live and there is time: a rail can be chosen now. */
  mayChoose: boolean;
  /** Of the live or the last order; `ANY` while none was chosen. */
  rail: Rail;
  instructions: Instructions | null;
  /** When the live order ends. */
  orderExpiresAt: Date | null;
  /** The provider is being called, or its answer was lost and is being asked for. */
  isOpening: boolean;
  /** How the last order ended, where another can follow. */
  lastOrder: { rail: Rail; status: 'REJECTED' | 'EXPIRED' | 'CANCELED' | 'NOT_TAKEN' } | null;
  payerMayEditAmount: boolean;
  /** For the service alone. */
  snapshot: PayinSnapshot;
}

/** A rail that can be chosen now. */
export interface RailOffer {
  rail: Rail;
  /** For how long its order can be paid. */
  minutes: number;
  phoneIsWallet: boolean;
  payerMayEditAmount: boolean;
  /** What its provider takes on it; null where nothing is known. */
  minInCents: bigint | null;
  maxInCents: bigint | null;
  /** What its provider needs of the payer, besides what the merchant has sent. */
  fields: PayerField[];
  /** The documents that its provider takes. */
  idTypes: IdType[];
  /** Whose rules these are. For the service alone. */
  provider: string;
}

export type Chosen =
  { kind: 'chosen'; view: CheckoutView } | { kind: 'wrong'; problems: PayerProblem[] } | { kind: 'refused' };

/** What a payer does at our checkout. */
@Injectable()
export class Checkout {
  constructor(
    private readonly database: Database,
    private readonly store: PayinStore,
    private readonly applyUpdates: ApplyUpdates,
    private readonly openAttempt: OpenAttempt,
    private readonly router: PayinRouter,
    private readonly rules: PayinRules,
    private readonly pseBanks: PseBanks,
  ) {}

  async read({ organizationId, id }: TokenSubject): Promise<CheckoutView | undefined> {
    const snapshot = await this.store.read(organizationId, id);
    return snapshot && this.view(snapshot);
  }

  /** The rails that are open and healthy now, in the order in which they are shown. */
  offers(view: CheckoutView): RailOffer[] {
    if (!view.mayChoose) return [];
    return railsToChoose(view.snapshot.payin.request).flatMap((rail) => {
      const offer = this.offerOf(view.snapshot, rail);
      return offer ? [this.present(view, rail, offer)] : [];
    });
  }

  /** What is wrong with what was typed, by the rules of the provider that would be called. */
  async check(view: CheckoutView, rail: Rail, values: PayerValues): Promise<PayerProblem[]> {
    const read = await this.prepare(view, rail, values);
    return read === undefined ? [] : read.problems;
  }

  /**
   * Opens an order on a rail, unless another is live. Whoever presses twice, in however many tabs, opens one.
   * @returns `refused` where the rail or the choice is not open any more
   */
  async choose(view: CheckoutView, rail: Rail, values: PayerValues): Promise<Chosen> {
    const prepared = await this.prepare(view, rail, values);
    if (!prepared) return { kind: 'refused' };
    if (prepared.problems.length > 0) return { kind: 'wrong', problems: prepared.problems };
    const { organizationId, payinId } = view;
    const attempt = await this.newAttempt(view, rail, prepared.offer);
    const update: ChooseUpdate = { source: 'payer', kind: 'choose', payer: prepared.payer, attempt };
    const applied = await this.applyUpdates.execute(organizationId, payinId, [update]);
    if (!applied?.newAttempt) return { kind: 'refused' };
    await this.openAttempt.execute(organizationId, payinId, applied.newAttempt);
    const after = await this.read({ organizationId, id: payinId });
    return after ? { kind: 'chosen', view: after } : { kind: 'refused' };
  }

  private view(snapshot: PayinSnapshot): CheckoutView {
    const { payin, known, now, version } = snapshot;
    const { organizationId, id: payinId, reference, status, amountInCents, currency, request, expiresAt, rail } = payin;
    const live = known.attempts.findLast(isLive);
    const isChoice = mayChoose(known, now);
    return {
      ...{ organizationId, payinId, reference, version, now, status, amountInCents, expiresAt, rail },
      currency: currency as Currency,
      amountStatus: amountStatus(amountInCents, payin.amountReceivedInCents, payin.unconfirmedPaidSince !== null),
      amountReceivedInCents: payin.amountReceivedInCents,
      description: request.description ?? null,
      redirectUrl: request.redirectUrl ?? null,
      resultAt: payin.resultAt,
      payerChooses: known.payerChooses,
      mayChoose: isChoice,
      instructions: payin.instructions,
      orderExpiresAt: live ? (live.expiresAt ?? expiresAt) : null,
      isOpening: live !== undefined && live.state !== 'open',
      lastOrder: isChoice ? lastOrderOf(known.attempts) : null,
      payerMayEditAmount: rail !== 'ANY' && this.rules.of(rail).payerMayEditAmount,
      snapshot,
    };
  }

  private present({ now, expiresAt }: CheckoutView, rail: Rail, { provider, violations }: Offer): RailOffer {
    const { minInCents = null, maxInCents = null } = provider.amountLimits[rail] ?? {};
    return {
      rail,
      minutes: Math.min(this.rules.of(rail).defaultMinutes, minutesUntil(expiresAt, now)),
      phoneIsWallet: PHONE_IS_WALLET[rail],
      payerMayEditAmount: this.rules.of(rail).payerMayEditAmount,
      minInCents,
      maxInCents,
      fields: fieldsOf(violations),
      idTypes: provider.documents.types.map(({ idType }) => idType),
      provider: provider.name,
    };
  }

  private offerOf(
    { payin, now }: Pick<PayinSnapshot, 'payin' | 'now'>,
    rail: Rail,
    request = payin.request,
  ): Offer | undefined {
    const draft = { provider: request.provider ?? '', providerReference: '', rail };
    const order = toOrder(request, draft, minutesUntil(payin.expiresAt, now), this.rules.urlsOf(payin));
    return this.router.offers(order, request.provider).find(({ isFailing }) => !isFailing);
  }

  /** @returns undefined where the rail is not offered now */
  private async prepare({ snapshot, mayChoose: isOpen }: CheckoutView, rail: Rail, values: PayerValues) {
    const { request } = snapshot.payin;
    const offer = isOpen && railsToChoose(request).includes(rail) ? this.offerOf(snapshot, rail) : undefined;
    if (!offer) return undefined;
    const fields = fieldsOf(offer.violations);
    const { payer, problems } = readPayerData(values, fields);
    if (payer.pse) await this.pseBanks.prepare(payer.pse.bank);
    const filled = this.offerOf(snapshot, rail, withPayerData(request, payer));
    const ofProvider = (filled ?? offer).violations.flatMap(problemsOf);
    const unread = new Set(problems.map(({ field }) => field));
    return {
      offer: filled ?? offer,
      payer,
      problems: [...problems, ...ofProvider.filter(({ field }) => !unread.has(field))],
    };
  }

  private async newAttempt(
    { organizationId, snapshot: { payin, now } }: CheckoutView,
    rail: Rail,
    { provider }: Offer,
  ): Promise<NewAttempt & { rail: Rail; expiresAt: Date }> {
    const [organization] = await this.database.query(READ_ORGANIZATION_CODE, { organizationId });
    const id = newId();
    const ends = new Date(now.getTime() + this.rules.of(rail).defaultMinutes * 60_000);
    return {
      id,
      provider: provider.name,
      providerReference: providerReference(organization!.code, id),
      rail,
      expiresAt: ends < payin.expiresAt ? ends : payin.expiresAt,
    };
  }
}

function minutesUntil(end: Date, now: Date): number {
  return Math.max(1, Math.round((end.getTime() - now.getTime()) / 60_000));
}

/** In the order in which they are asked for. */
function fieldsOf(violations: readonly FieldViolation[]): PayerField[] {
  const asked = new Set(violations.flatMap(problemsOf).map(({ field }) => field));
  return PAYER_FIELDS.filter((field) => asked.has(field));
}

function problemsOf({ field, code }: FieldViolation): PayerProblem[] {
  const fields = PAYER_FIELDS.filter((one) => one === field || one.startsWith(`${field}.`));
  return fields.map((one) => ({ field: one, code }));
}

const END_STATUSES = ['REJECTED', 'EXPIRED', 'CANCELED'] as const;

function lastOrderOf(attempts: readonly Attempt[]): CheckoutView['lastOrder'] {
  const last = attempts.at(-1);
  if (!last?.rail) return null;
  const status = END_STATUSES.find((one) => last.state === 'ended' && one === last.reason);
  return { rail: last.rail, status: status ?? 'NOT_TAKEN' };
}
