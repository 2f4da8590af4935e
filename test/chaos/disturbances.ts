import { setTimeout as wait } from 'node:timers/promises';
import type { Fault, FaultRequest } from '@recaudo/sandbox';
import { PROVIDER_NAMES } from './evidence.js';
import type { Replicas } from './replicas.js';
import type { AnyControl } from './carry-out-plan.js';
import type { Random } from './random.js';
import type { ChaosReplica, Crash } from './replica.js';

const OPERATIONS = ['create', 'query'] as const;
const FAULTS: readonly Fault[] = [
  { kind: 'lose_reply' },
  { kind: 'reset' },
  { kind: 'reset', executed: true },
  { kind: 'status', status: 500 },
  { kind: 'status', status: 500, executed: true },
  { kind: 'status', status: 503, body: '<html>busy</html>', executed: true },
  { kind: 'garbage', executed: true },
  { kind: 'garbage', body: '{"code":"01","sta', executed: true },
  { kind: 'delay', delayMs: 400 },
  { kind: 'delay', delayMs: 400, executed: true },
];
const HANGS: readonly Fault[] = [{ kind: 'hang' }, { kind: 'hang', executed: true }];
const SINK_DOWN_MS = 400;
const SINK_DOWN_CHANCE = 0.1;

/** What one wave of faults did. */
export interface Toll {
  faults: number;
  kills: number;
  crashes: string[];
  postgresStops: number;
  pauses: number;
}

export function noToll(): Toll {
  return { faults: 0, kills: 0, crashes: [], postgresStops: 0, pauses: 0 };
}

/** Lets providers and the merchant's endpoint fail now and then. */
export async function disturbOthers(
  replicas: Replicas,
  random: Random,
  toll: Toll,
  { faultEveryMs, hangChance }: { faultEveryMs: number; hangChance: number },
  signal: AbortSignal,
): Promise<void> {
  while (await passes(faultEveryMs, signal)) {
    const control = replicas.sandbox.provider(random.pick(PROVIDER_NAMES)) as unknown as AnyControl;
    const request = {
      operation: random.pick(OPERATIONS),
      fault: random.pick(random.chance(hangChance) ? HANGS : FAULTS),
    } as FaultRequest<never>;
    await control.fault(request);
    toll.faults += 1;
    if (!random.chance(SINK_DOWN_CHANCE)) continue;
    replicas.merchant.answer(503);
    await passes(SINK_DOWN_MS, signal);
    replicas.merchant.answer(200);
  }
}

/** Ends what `disturbOthers` began. */
export async function calmOthers(replicas: Replicas): Promise<void> {
  replicas.merchant.answer(200);
  for (const name of PROVIDER_NAMES) await replicas.sandbox.provider(name).clearFaults();
}

/** Starts a replica again and again, to die at one point after the other; at one that is not passed in time it is killed wherever it is. */
export async function crashAgain(
  replica: ChaosReplica,
  nextCrash: () => Crash | undefined,
  patienceMs: number,
  toll: Toll,
  beforeEach: () => Promise<void> = async () => undefined,
): Promise<void> {
  for (let crash = nextCrash(); crash; crash = nextCrash()) {
    await replica.kill();
    await replica.start(crash);
    await beforeEach();
    if (await replica.ends(patienceMs)) toll.crashes.push(crash.point);
    else await replica.kill();
    toll.kills += 1;
  }
}

/** Holds a replica for longer than its claims last, then lets it go on with what it had in its hands. */
export async function pauseReplica(replica: ChaosReplica, whilePaused: () => Promise<void>, toll: Toll): Promise<void> {
  replica.pause();
  try {
    await whilePaused();
  } finally {
    replica.resume();
  }
  toll.pauses += 1;
}

/** Waits; false as soon as the signal comes. */
export async function passes(ms: number, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return false;
  return wait(ms, true, { signal }).catch(() => false);
}
