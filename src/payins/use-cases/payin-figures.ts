import { Injectable } from '@nestjs/common';
import type { Decision } from '../domain/decision.js';
import { REFUND_EVENTS } from '../domain/history.js';
import type { PayinStatus } from '../domain/status.js';
import type { PayinRecord, PayinSnapshot } from '../store/payin-record.js';

/** What a payin's money did. `asked`: what was asked for. `corrected`: less had come than was believed. `refunded`: paid back to the payer. */
export const MONEY_KINDS = ['asked', 'received', 'fees', 'corrected', 'reversed', 'refunded'] as const;
export type MoneyKind = (typeof MONEY_KINDS)[number];

/** Where a payin stands: labels of closed lists. */
export interface PayinPlace {
  rail: string;
  provider: string;
}

export interface FiguresListener {
  reached(place: PayinPlace, status: PayinStatus): void;
  moved(place: PayinPlace, kind: MoneyKind, cents: number): void;
  paidAfter(place: PayinPlace, seconds: number): void;
}

/** Hands on what this process has committed about payins, to be counted. Nothing of a payin, its payer or its organization is handed on. */
@Injectable()
export class PayinFigures {
  private readonly listeners: FiguresListener[] = [];

  listen(listener: FiguresListener): void {
    this.listeners.push(listener);
  }

  created({ rail, provider, status, amountInCents }: PayinRecord): void {
    const place = { rail, provider: provider ?? 'none' };
    for (const listener of this.listeners) {
      listener.reached(place, status);
      listener.moved(place, 'asked', Number(amountInCents));
    }
  }

  /** @param after the payin as the decision leaves it */
  decided({ known, now }: PayinSnapshot, { history, receipts, reversals }: Decision, after: PayinRecord): void {
    const { rail, createdAt } = after;
    const place = { rail, provider: after.provider ?? 'none' };
    const placeOf = (attemptId: string): PayinPlace => ({
      rail,
      provider: known.attempts.find(({ id }) => id === attemptId)?.provider ?? place.provider,
    });
    for (const listener of this.listeners) {
      for (const { to, type, refund } of history) {
        if (refund && type === REFUND_EVENTS.PAID)
          listener.moved(
            { rail, provider: refund.provider ?? place.provider },
            'refunded',
            Number(refund.amountInCents),
          );
        if (to === null) continue;
        listener.reached(place, to);
        if (to === 'APPROVED') listener.paidAfter(place, Math.max(0, now.getTime() - createdAt.getTime()) / 1000);
      }
      for (const { attemptId, amountInCents, feeInCents } of receipts) {
        const cents = Number(amountInCents);
        listener.moved(placeOf(attemptId), cents < 0 ? 'corrected' : 'received', Math.abs(cents));
        if (feeInCents !== null && feeInCents !== undefined && feeInCents > 0n)
          listener.moved(placeOf(attemptId), 'fees', Number(feeInCents));
      }
      for (const { attemptId, amountInCents } of reversals)
        listener.moved(placeOf(attemptId), 'reversed', Number(amountInCents));
    }
  }
}
