import { setTimeout as wait } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { DueWorkScheduler } from '../database/due-work-scheduler.js';
import { Problem } from '../http/problem.js';
import { ProviderRegistry } from '../provider-registry/provider-registry.js';
import { SimulatedClocks } from './simulated-clocks.js';
import type { BecameDue, ClockRow, Due } from './test-clock.queries.js';
import { type ClockHold, type NotAged, TestClockStore } from './test-clock.store.js';

/** One advance. */
export const ADVANCE_MAX_SECONDS = 400 * 86_400;
/** All advances of an organization. */
export const TOTAL_MAX_SECONDS = 3_650 * 86_400;
/** All that an organization has is written anew at each step. */
export const PAYINS_MAX = 5_000;

/** An advance stops at each moment at which something is due, as long as there are no more. Status checks are merged where they are many. */
const STEPS_MAX = 300;
const EXACT_STEPS = 200;
const CHECKS_MERGED_INTO = 60;

/** After so long what is left is one step. */
const STEPS_MS = 60_000;
/** What is due after a step, and after the last one. */
const STEP_SETTLES_MS = 10_000;
const SETTLES_MS = 20_000;
const PAUSE_MIN_MS = 5;
const PAUSE_MAX_MS = 50;
/** A call that opens an order is waited for; the longest is older than this by its end. */
const CALL_ENDS_MS = 35_000;
/** Another advance is waited for. */
const HOLD_MS = 60_000;
const HOLD_PAUSE_MS = 100;

export interface Advanced {
  bySeconds: number;
  totalSeconds: number;
  steps: number;
  /** Nothing is left to do. */
  settled: boolean;
  becameDue: BecameDue;
  providers: string[];
}

export interface ClockOwner {
  organizationId: string;
  organizationCode: string;
}

/**
 * Time passes for one organization: everything it has becomes older, from one moment at which something is due to the next, and what is due is
 * done before time goes on. Clocks stay as they are, and so does whatever belongs to others.
 */
@Injectable()
export class AdvanceClock {
  constructor(
    private readonly store: TestClockStore,
    private readonly simulated: SimulatedClocks,
    private readonly scheduler: DueWorkScheduler,
    private readonly registry: ProviderRegistry,
  ) {}

  /** @param amount by how much, or to which total: the same total again changes nothing */
  async execute(owner: ClockOwner, amount: { bySeconds: number } | { toSeconds: number }): Promise<Advanced> {
    const { organizationId } = owner;
    const hold = await this.hold(organizationId);
    try {
      const bySeconds = 'bySeconds' in amount ? amount.bySeconds : amount.toSeconds - hold.advancedSeconds;
      refuseWrong(hold, bySeconds);
      await this.refuseTooMany(organizationId);
      return await this.advance(owner, hold, bySeconds);
    } finally {
      await this.store.release(hold);
    }
  }

  private async advance(owner: ClockOwner, hold: ClockHold, bySeconds: number): Promise<Advanced> {
    const until = performance.now() + STEPS_MS;
    // Of a step that another process has not finished.
    const providers = await this.simulated.follow(owner.organizationCode, hold);
    const advanced = { ...NOTHING, providers, bySeconds, totalSeconds: hold.advancedSeconds };
    let settled = await this.settles(owner, STEP_SETTLES_MS);
    for (let left = bySeconds; left > 0;) {
      const isLate = performance.now() > until;
      const seconds = isLate ? left : stepOf(settled.due, left, bySeconds, STEPS_MAX - advanced.steps);
      const { becameDue, ...clock } = await this.step(hold, seconds);
      await this.simulated.follow(owner.organizationCode, clock);
      left -= seconds;
      advanced.steps += 1;
      advanced.totalSeconds = clock.advancedSeconds;
      advanced.becameDue = sumOf(advanced.becameDue, becameDue);
      settled = await this.settles(owner, left > 0 ? STEP_SETTLES_MS : SETTLES_MS);
    }
    return { ...advanced, settled: settled.isQuiet };
  }

  private async step(hold: ClockHold, seconds: number): Promise<ClockRow & { becameDue: BecameDue }> {
    const until = performance.now() + CALL_ENDS_MS;
    for (;;) {
      const aged = await this.store.age(hold, seconds);
      if (typeof aged !== 'string') {
        const { advancedSeconds, stepSeconds, steppedAt, ...becameDue } = aged;
        return { advancedSeconds, stepSeconds, steppedAt, becameDue };
      }
      if (aged !== 'opens_order' || performance.now() > until || !(await this.store.keep(hold))) throw notAged(aged);
      await wait(PAUSE_MAX_MS);
    }
  }

  /** Has everything done that is due, and waits for it. */
  private async settles(
    { organizationId, organizationCode }: ClockOwner,
    withinMs: number,
  ): Promise<{ isQuiet: boolean; due: Due }> {
    const until = performance.now() + withinMs;
    const enabled = this.registry.names;
    let quiet = 0;
    for (let pauseMs = PAUSE_MIN_MS; ; pauseMs = Math.min(pauseMs * 1.5, PAUSE_MAX_MS)) {
      // In the order in which one causes the other.
      const atProviders = await this.simulated.nextSeconds(organizationCode);
      const isBusy = this.scheduler.isBusyWith(organizationId);
      const due = await this.store.due(organizationId, enabled);
      const isQuiet = !isBusy && !due.isDue && (atProviders ?? 1) > 0 && !this.scheduler.isBusyWith(organizationId);
      // A job may have ended between two of these questions, and have caused another.
      quiet = isQuiet ? quiet + 1 : 0;
      const isOver = performance.now() > until;
      if (quiet === 2 || isOver)
        return { isQuiet: quiet === 2, due: { ...due, nextSeconds: sooner(due.nextSeconds, atProviders) } };
      if (!isQuiet) {
        if (due.isDue) this.scheduler.wakeAll();
        await wait(pauseMs);
      }
    }
  }

  /** Advances of an organization follow each other. */
  private async hold(organizationId: string): Promise<ClockHold> {
    const until = performance.now() + HOLD_MS;
    for (;;) {
      const hold = await this.store.hold(organizationId);
      if (hold) return hold;
      if (performance.now() > until) throw notAged('lost');
      await wait(HOLD_PAUSE_MS);
    }
  }

  private async refuseTooMany(organizationId: string): Promise<void> {
    if ((await this.store.countPayins(organizationId, PAYINS_MAX + 1)) > PAYINS_MAX)
      throw new Problem(
        'TEST_CLOCK_LIMIT',
        `The organization has more than ${PAYINS_MAX} payins: create another one for what is to be advanced.`,
      );
  }
}

const NOTHING = {
  steps: 0,
  becameDue: { statusChecks: 0, notifications: 0, inboundWebhooks: 0, refunds: 0, statements: 0 },
};

/** How long the next step is: to the next moment at which something is due, or longer where there are too many of them. */
export function stepOf(due: Due, left: number, whole: number, stepsLeft: number): number {
  const { nextSeconds, nextCheckSeconds } = due;
  const nextCheck = nextCheckSeconds === null ? left : Math.max(nextCheckSeconds, whole / CHECKS_MERGED_INTO);
  const next = Math.min(nextSeconds ?? left, nextCheck);
  const least = stepsLeft > STEPS_MAX - EXACT_STEPS ? 1 : left / Math.max(stepsLeft, 1);
  return Math.min(left, Math.ceil(Math.max(next, least, 1)));
}

function sooner(one: number | null, other: number | null): number | null {
  if (one === null || other === null) return one ?? other;
  return Math.min(one, other);
}

function sumOf(one: BecameDue, other: BecameDue): BecameDue {
  return {
    statusChecks: one.statusChecks + other.statusChecks,
    notifications: one.notifications + other.notifications,
    inboundWebhooks: one.inboundWebhooks + other.inboundWebhooks,
    refunds: one.refunds + other.refunds,
    statements: one.statements + other.statements,
  };
}

function refuseWrong({ advancedSeconds }: ClockRow, bySeconds: number): void {
  if (bySeconds < 0) throw new Problem('TEST_CLOCK_LIMIT', 'The clock is further already, and does not go back.');
  if (bySeconds > ADVANCE_MAX_SECONDS)
    throw new Problem(
      'TEST_CLOCK_LIMIT',
      `At once a clock is advanced by ${ADVANCE_MAX_SECONDS / 86_400} days at most.`,
    );
  if (advancedSeconds + bySeconds > TOTAL_MAX_SECONDS)
    throw new Problem('TEST_CLOCK_LIMIT', `In all a clock is advanced by ${TOTAL_MAX_SECONDS / 86_400} days at most.`);
}

function notAged(why: NotAged): Problem {
  const says = {
    opens_order: 'A call to a provider that opens an order is still under way.',
    busy: 'Too much is written for the organization at this moment.',
    lost: 'The clock is being advanced by another request.',
  }[why];
  return new Problem('UNAVAILABLE', `${says} Try again; with "total" nothing is advanced twice.`, undefined, {
    'retry-after': '1',
  });
}
