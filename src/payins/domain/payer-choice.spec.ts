import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ProviderReport } from '@recaudo/payment-provider';
import { applyDecision } from './apply-decision.fixture.js';
import { addSeconds } from './check-schedule.js';
import { decide } from './decide.js';
import { answerOf, FIXED, kinds, moves, now } from './decide.fixture.js';
import type { Decision } from './decision.js';
import { isLive, type KnownPayin } from './known-payin.js';
import { pendingPayin } from './known-payin.fixture.js';
import { CHOICES_MAX, mayChoose } from './payer-choice.js';
import { isOpen } from './status.js';
import type { PayinUpdate } from './update.js';

const INSTRUCTIONS = { type: 'redirect', url: 'https://bank.example' } as const;

/** Its payer has chosen nothing yet, and has ten minutes. */
const unchosen = pendingPayin(now, { status: 'CREATED', payerChooses: true, instructions: null, attempts: [] });

function choose(id: string, seconds = 300, at = now): PayinUpdate {
  return {
    source: 'payer',
    kind: 'choose',
    payer: { customer: { name: 'Ana' } },
    attempt: {
      id,
      provider: 'p',
      providerReference: `ref-${id}`,
      rail: id.endsWith('pse') ? 'PSE' : 'NEQUI',
      expiresAt: addSeconds(at, seconds),
    },
  };
}

const opened = (attemptId: string): PayinUpdate => ({
  attemptId,
  source: 'create',
  kind: 'opened',
  externalId: `T-${attemptId}`,
  instructions: INSTRUCTIONS,
});
const notTaken = (attemptId: string): PayinUpdate => ({
  attemptId,
  source: 'create',
  kind: 'not_executed',
  reason: 'no',
  errorCode: 'NO',
  next: null,
});
const ends = (attemptId: string, status: ProviderReport['status'] = 'REJECTED') =>
  answerOf(attemptId, { status, amountInCents: undefined });
const RAN_OUT: PayinUpdate = { source: 'expiry', kind: 'ran_out' };

function after(known: KnownPayin, updates: readonly PayinUpdate[], at = now): KnownPayin & { decision: Decision } {
  const decision = decide(known, updates, FIXED, at);
  return { ...applyDecision(known, decision, at), decision };
}

const pending = after(after(unchosen, [choose('a')]), [opened('a')]);

describe('a payin whose payer chooses the rail', () => {
  it('waits for the choice until its time is over, and asks nobody', () => {
    const { decision } = after(unchosen, []);
    expect(decision.dueAt!.getTime()).toBeGreaterThanOrEqual(unchosen.expiresAt.getTime());
    expect(after(unchosen, [RAN_OUT], addSeconds(now, 599)).status).toBe('CREATED');
    const over = after(unchosen, [RAN_OUT], addSeconds(now, 601));
    expect(over.status).toBe('EXPIRED');
    // Nothing was ever open: no money can come.
    expect(over.decision.dueAt).toBeNull();
  });

  it('takes the rail that was chosen, and what was entered for it', () => {
    const { decision, attempts } = after(unchosen, [choose('a')]);
    expect(decision).toMatchObject({
      choice: { rail: 'NEQUI', payer: { customer: { name: 'Ana' } } },
      newAttempt: { id: 'a', rail: 'NEQUI', choice: 1 },
      status: 'CREATED',
    });
    expect(decision.history).toMatchObject([{ type: 'rail.chosen', data: { rail: 'NEQUI', provider: 'p' } }]);
    expect(attempts.filter(isLive)).toHaveLength(1);
    expect(pending).toMatchObject({ status: 'PENDING', instructions: INSTRUCTIONS });
  });

  it('opens one order, whoever presses twice', () => {
    for (const known of [after(unchosen, [choose('a')]), pending]) {
      const again = after(known, [choose('b-pse')]);
      expect(again.decision).toMatchObject({ choice: null, newAttempt: null, history: [] });
    }
    const both = decide(unchosen, [choose('a'), choose('b-pse')], FIXED, now);
    expect(both.newAttempt?.id).toBe('a');
    expect(both.history).toHaveLength(1);
  });

  it('lets the payer choose again when the order ended unpaid, and shows no instructions meanwhile', () => {
    for (const status of ['REJECTED', 'EXPIRED', 'CANCELED'] as const) {
      const ended = after(pending, [ends('a', status)]);
      expect(ended).toMatchObject({ status: 'PENDING', instructions: null, endedAt: null });
      expect(ended.attempts).toMatchObject([{ id: 'a', state: 'ended', reason: status }]);
      expect(ended.decision.history.at(-1)).toMatchObject({ type: 'attempt.ended', data: { status } });
      expect(mayChoose(ended, now)).toBe(true);
      const again = after(after(ended, [choose('b-pse')]), [opened('b-pse')]);
      expect(again).toMatchObject({ status: 'PENDING', instructions: INSTRUCTIONS });
      expect(again.attempts.map(({ choice, state }) => [choice, state])).toEqual([
        [1, 'ended'],
        [2, 'open'],
      ]);
    }
  });

  it('lets the payer choose again when no provider took the order', () => {
    const refused = after(after(unchosen, [choose('a')]), [notTaken('a')]);
    expect(refused.status).toBe('CREATED');
    expect(mayChoose(refused, now)).toBe(true);
    const later = after(after(after(pending, [ends('a')]), [choose('b-pse')]), [notTaken('b-pse')]);
    expect(later.status).toBe('PENDING');
    expect(mayChoose(later, now)).toBe(true);
  });

  it('ends with its last order once its time is over, or the payer has chosen often enough', () => {
    const late = addSeconds(now, 601);
    expect(after(pending, [ends('a')], late).status).toBe('REJECTED');
    let known: KnownPayin = unchosen;
    for (let choice = 1; choice <= CHOICES_MAX; choice += 1) {
      expect(mayChoose(known, now)).toBe(true);
      known = after(after(after(known, [choose(`c${choice}`)]), [opened(`c${choice}`)]), [ends(`c${choice}`)]);
    }
    expect(known.status).toBe('REJECTED');
    expect(mayChoose(known, now)).toBe(false);
  });

  it('ends when no provider took its last order, and the payer has chosen often enough', () => {
    let known: KnownPayin = unchosen;
    for (let choice = 1; choice <= CHOICES_MAX; choice += 1) {
      expect(known.status).toBe('CREATED');
      known = after(after(known, [choose(`c${choice}`)]), [notTaken(`c${choice}`)]);
    }
    expect(known.status).toBe('FAILED');
  });

  it('expires with an order that ended before, and money that comes all the same is late, not lost', () => {
    const over = after(after(pending, [ends('a')]), [RAN_OUT], addSeconds(now, 601));
    expect(over.status).toBe('EXPIRED');
    expect(over.decision.dueAt).not.toBeNull();
    const paid = after(over, [answerOf('a', { status: 'APPROVED' })], addSeconds(now, 700));
    expect(paid.status).toBe('APPROVED');
    expect(kinds(paid.decision)).toContain('LATE_PAYMENT');
  });

  it('does not expire while an order is live: its provider is asked', () => {
    expect(after(pending, [RAN_OUT], addSeconds(now, 601)).status).toBe('PENDING');
  });

  it('counts money of an order that had ended, and what is paid twice', () => {
    const again = after(after(after(pending, [ends('a')]), [choose('b-pse')]), [opened('b-pse')]);
    const paid = after(again, [answerOf('a', { status: 'APPROVED' })]);
    expect(moves(paid.decision)).toEqual(['PENDING>APPROVED']);
    const twice = after(paid, [answerOf('b-pse', { status: 'APPROVED' })]);
    expect(twice.status).toBe('APPROVED');
    expect(kinds(twice.decision)).toEqual(['PAID_TWICE']);
  });

  it('is not offered again where a webhook said that the order was paid: a person must look first', () => {
    const hinted = after(pending, [
      { ...answerOf('a', { status: 'APPROVED' }), source: 'webhook', kind: 'hint' } as PayinUpdate,
    ]);
    const ended = after(hinted, [ends('a')]);
    expect(ended.status).toBe('REJECTED');
    expect(kinds(ended.decision)).toEqual(['STATUS_CONFLICT']);
  });

  it('waits for an order again whose provider takes its end back, unless another was chosen', () => {
    const ended = after(pending, [ends('a')]);
    const again = after(ended, [answerOf('a', { status: 'PENDING', amountInCents: undefined })]);
    expect(again.attempts).toMatchObject([{ state: 'open' }]);
    expect(mayChoose(again, now)).toBe(false);
    const chosen = after(after(ended, [choose('b-pse')]), [opened('b-pse')]);
    const other = after(chosen, [answerOf('a', { status: 'PENDING', amountInCents: undefined })]);
    expect(other.attempts.filter(isLive).map(({ id }) => id)).toEqual(['b-pse']);
  });

  it('is checked when its order ends, which may be before the payin', () => {
    const short = after(after(unchosen, [choose('a', 7)]), [opened('a')]);
    expect(short.decision.dueAt!.getTime()).toBeLessThanOrEqual(addSeconds(now, 12).getTime());
  });
});

const ids = ['a', 'b-pse', 'c', 'd-pse'];
const step = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...ids).map((id) => [choose(id)]) },
  { weight: 3, arbitrary: fc.constantFrom(...ids).map((id) => [opened(id)]) },
  { weight: 1, arbitrary: fc.constantFrom(...ids).map((id) => [notTaken(id)]) },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(...ids)
      .map((id): PayinUpdate[] => [{ attemptId: id, source: 'create', kind: 'unknown', reason: 'timeout' }]),
  },
  {
    weight: 5,
    arbitrary: fc
      .record({
        id: fc.constantFrom(...ids),
        status: fc.constantFrom<ProviderReport['status']>('PENDING', 'REJECTED', 'EXPIRED', 'CANCELED', 'APPROVED'),
      })
      .map(({ id, status }) => [answerOf(id, { status, ...(status !== 'APPROVED' && { amountInCents: undefined }) })]),
  },
  { weight: 1, arbitrary: fc.constant([RAN_OUT]) },
  {
    weight: 1,
    arbitrary: fc.constant<PayinUpdate[]>([{ source: 'request', kind: 'cancel', by: 'key' }]),
  },
);

describe('choices in any order, with whatever providers say', () => {
  const stories = fc.array(fc.record({ updates: step, seconds: fc.nat(120) }), { maxLength: 16 });

  it('there is one live order at most, and each choice is one that was open', () => {
    fc.assert(
      fc.property(stories, (story) => {
        let known: KnownPayin = unchosen;
        let at = now;
        for (const { updates, seconds } of story) {
          at = addSeconds(at, seconds);
          // Nothing is reported of an attempt that was never made, and no attempt is made twice.
          const [update] = updates;
          const about =
            update && 'attemptId' in update ? known.attempts.some(({ id }) => id === update.attemptId) : true;
          const isNew = update?.kind !== 'choose' || !known.attempts.some(({ id }) => id === update.attempt.id);
          if (!about || !isNew) continue;
          const mightChoose = mayChoose(known, at);
          const decision = decide(known, updates, FIXED, at);
          known = applyDecision(known, decision, at);
          expect(known.attempts.filter(isLive).length).toBeLessThanOrEqual(1);
          if (update?.kind === 'choose') expect(decision.newAttempt !== null).toBe(mightChoose);
          const received = known.receipts.reduce((sum, { amountInCents }) => sum + amountInCents, 0n);
          expect(received > 0n).toBe(['APPROVED', 'UNDERPAID'].includes(known.status));
          // Its status is checked again, or it is over for good.
          if (isOpen(known.status)) expect(decision.dueAt).not.toBeNull();
        }
      }),
      { numRuns: 2000 },
    );
  });
});
