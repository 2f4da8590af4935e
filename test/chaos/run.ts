import { setTimeout as wait } from 'node:timers/promises';
import { LEASE_SECONDS } from '../../src/database/due-work.queries.js';
import { until } from '../support/until.js';
import { Campaign, type CampaignOptions, type Report } from './campaign.js';
import { NOT_STUCK } from './checker.js';
import { calmOthers, passes } from './disturbances.js';
import type { Clock } from './carry-out-plan.js';
import { MomentClock } from './moment-clock.js';

const LIFE_SECONDS = 61;
/** Makes the first check for late money due, besides every claim of a dead process. */
const LATE_CHECK_SECONDS = 400;
/** Makes every status check due: they become rarer with time. */
const EVERY_CHECK_SECONDS = 4_000;
const LEASE_PASSES_SECONDS = LEASE_SECONDS + 1;
const LIVES_END_MS = 120_000;

export type RunOptions = Pick<CampaignOptions, 'seed' | 'fault' | 'say'>;

/** So little patience that every path has its turn; many clients at once, because a create that was cut off keeps its merchant waiting. */
const SHORT = { replicas: 2, concurrency: 32, hitsMax: 3, patienceMs: 2_000, faultEveryMs: 400, hangChance: 0 };
/** Crash points of each path, if there is time; more than one anyway where one is not passed soon. */
const POINTS_EACH = 6;
const LIVELY_PATHS = ['create', 'webhook', 'apply', 'notify', 'act', 'work'] as const;
const FIRST_WAVE_MS = 3_000;
const AGE_EVERY_MS = 1_000;
const SECOND_WAVE_MS = 1_000;

/** The short run: time passes in the database alone, so the parts of a payin's life come one after the other. */
export async function runShort(options: RunOptions): Promise<Report> {
  const campaign = await Campaign.start({ ...options, ...SHORT });
  const { replicas } = campaign;
  try {
    const clock = new MomentClock();
    const calm = new AbortController();
    const disturbed = campaign.disturb(calm.signal);
    await campaign.startAll();
    const loaded = campaign.load(clock.reach, calm.signal);
    await campaign.crash(campaign.crashesOf(LIVELY_PATHS, POINTS_EACH, Date.now() + FIRST_WAVE_MS));
    await campaign.startAll();
    await campaign.stopPostgres();
    calm.abort();
    await disturbed;
    await calmOthers(replicas);
    const ending = new AbortController();
    const recovering = repeat(ending.signal, AGE_EVERY_MS, () => replicas.ageLostCreates());
    await loaded;
    ending.abort();
    await recovering;
    options.say('the payins are there');

    await until(
      'the plans to wait for their last moment',
      () => waiting(campaign, clock, 'last_moment', 'run_out'),
      LIVES_END_MS,
    );
    await replicas.timePasses(LEASE_PASSES_SECONDS);
    await campaign.quiet();
    clock.call('last_moment');
    await until('what happens in the last moment', () => waiting(campaign, clock, 'run_out'), LIVES_END_MS);
    await replicas.timePasses(LIFE_SECONDS);
    await campaign.crash(campaign.crashesOf(['expire', 'poll'], POINTS_EACH, Date.now() + SECOND_WAVE_MS), {
      beforeEach: () => replicas.timePasses(LATE_CHECK_SECONDS),
    });
    await campaign.startAll();
    options.say('the payins have run out');

    clock.call('run_out');
    await campaign.plansEnd();
    await replicas.timePasses(EVERY_CHECK_SECONDS);
    await campaign.holdPastLease(replicas.all, async () => {
      await replicas.timePasses(LEASE_PASSES_SECONDS);
      await campaign.quiet();
    });
    options.say('the held replica goes on');
    await campaign.settle();
    return await campaign.report();
  } finally {
    await campaign.close();
  }
}

/** Whether every plan that has not ended waits for one of those moments. */
function waiting(campaign: Campaign, clock: MomentClock, ...moments: ('last_moment' | 'run_out')[]): boolean {
  return campaign.living === moments.reduce((sum, moment) => sum + clock.waitingFor(moment), 0);
}

const LONG = { replicas: 3, concurrency: 64, hitsMax: 60, patienceMs: 8_000, faultEveryMs: 600, hangChance: 0.03 };
const CYCLE_MS = 120_000;
const HOLD_EVERY_MS = 20_000;
const POSTGRES_EVERY_MS = 45_000;
const ALL_PATHS = ['create', 'webhook', 'apply', 'poll', 'expire', 'notify', 'act', 'work'] as const;
/** Before a payment in the last moment is too late, and after it one is certainly late. */
const LAST_MOMENT_MS = 300;
const RUN_OUT_MS = 2_000;
/** From here on nothing may be stuck. */
const COMES_TO_REST_MS = 60_000;

const realTime: Clock = (moment, expiresAt) =>
  wait(Math.max(0, expiresAt.getTime() - Date.now() + (moment === 'last_moment' ? -LAST_MOMENT_MS : RUN_OUT_MS)));

/** The long run, in real time: waves of load and faults, each followed by a rest in which everything must come right. */
export async function runLong(options: RunOptions & { minutes: number }): Promise<Report> {
  const campaign = await Campaign.start({ ...options, ...LONG });
  try {
    const endsAt = Date.now() + options.minutes * 60_000;
    let report: Report;
    do {
      const waveMs = Math.min(CYCLE_MS, Math.max(endsAt - Date.now(), 0));
      await wave(campaign, waveMs);
      report = await rest(campaign);
      options.say(JSON.stringify(report.counts));
    } while (report.violations.length === 0 && Date.now() < endsAt);
    return report;
  } finally {
    await campaign.close();
  }
}

async function wave(campaign: Campaign, lastsMs: number): Promise<void> {
  const { replicas } = campaign;
  const calm = new AbortController();
  const { signal } = calm;
  await campaign.startAll();
  const [held, ...killed] = replicas.all.toReversed();
  const tasks = [
    campaign.load(realTime, signal),
    campaign.disturb(signal),
    campaign.crashUntil(signal, killed, ALL_PATHS),
    repeat(signal, POSTGRES_EVERY_MS, () => campaign.stopPostgres()),
    ...(held
      ? [repeat(signal, HOLD_EVERY_MS, () => campaign.holdPastLease([held], () => wait(LEASE_PASSES_SECONDS * 1_000)))]
      : []),
  ];
  await passes(lastsMs, signal);
  calm.abort();
  await Promise.all(tasks);
}

/** In real time first: what is stuck after a minute must not be helped by time that is made to pass. */
async function rest(campaign: Campaign): Promise<Report> {
  await calmOthers(campaign.replicas);
  await campaign.startAll();
  await campaign.plansEnd();
  await campaign.comesToRest(COMES_TO_REST_MS);
  const stuck = (await campaign.report()).violations.filter(({ promise }) => promise === NOT_STUCK);
  await campaign.settle();
  const report = await campaign.report();
  return { ...report, violations: [...stuck, ...report.violations] };
}

async function repeat(signal: AbortSignal, everyMs: number, what: () => Promise<void>): Promise<void> {
  while (await passes(everyMs, signal)) await what();
}
