import { describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { NOBODY, onBehalfOf, presentShare } from '@recaudo/fair-share';
import { SchedulerRegistry } from '@nestjs/schedule';
import { ServiceSettings } from '../../config/service.settings.js';
import { DueWorkLoop } from '../../src/database/due-work.js';
import { DueWorkScheduler } from '../../src/database/due-work-scheduler.js';
import { until } from '../support/until.js';

describe('a loop over due work', () => {
  const logger = new Logger('DueWork');
  Logger.overrideLogger(false);
  const release = () => Promise.resolve();

  interface Job {
    organizationId: string;
    number: number;
  }
  /** Each of an organization of its own. */
  const jobOf = (number: number): Job => ({ organizationId: String(number), number });

  /** Work that is held until it is let go. */
  function heldWork(concurrency: number, total: number) {
    const state = { claimed: 0, claims: 0, running: 0, most: 0, done: 0, released: [] as number[] };
    const holding: (() => void)[] = [];
    const loop = new DueWorkLoop<Job>(
      {
        name: 'test',
        concurrency,
        claim: (limit) => {
          state.claims += 1;
          const jobs = Array.from({ length: Math.min(limit, total - state.claimed) }, (_, index) =>
            jobOf(state.claimed + index),
          );
          state.claimed += jobs.length;
          return Promise.resolve(jobs);
        },
        work: async ({ number: job }) => {
          state.running += 1;
          state.most = Math.max(state.most, state.running);
          await new Promise<void>((resolve) => holding.push(resolve));
          state.running -= 1;
          state.done += 1;
          if (job % 3 === 0) throw new Error('this job fails');
        },
        release: async ({ number }) => void state.released.push(number),
      },
      logger,
    );
    return { loop, state, release: (count = holding.length) => holding.splice(0, count).forEach((letGo) => letGo()) };
  }

  it('never works on more than its concurrency, goes on over failing jobs, and takes everything on one wake', async () => {
    const { loop, state, release } = heldWork(4, 50);
    loop.wake();
    await until('all jobs', () => {
      loop.wake();
      release(1);
      return state.done === 50;
    });
    expect(state.most).toBe(4);
    const unaided = heldWork(4, 50);
    unaided.loop.wake();
    await until('all jobs without another wake', () => {
      unaided.release();
      return unaided.state.done === 50;
    });
  });

  it('goes on after a claim that failed', async () => {
    let claims = 0;
    const worked: number[] = [];
    const claim = () =>
      (claims += 1) === 1 ? Promise.reject(new Error('no database')) : Promise.resolve(claims === 2 ? [jobOf(1)] : []);
    const loop = new DueWorkLoop<Job>(
      { name: 'test', concurrency: 2, claim, work: async ({ number }) => void worked.push(number), release },
      logger,
    );
    loop.wake();
    await until('the failed claim', () => claims === 1);
    await until('the next one', () => {
      loop.wake();
      return worked.length === 1;
    });
  });

  it('does not lose a wake that comes during a claim', async () => {
    let answer: (jobs: Job[]) => void = () => undefined;
    let claims = 0;
    const claim = () => {
      claims += 1;
      return new Promise<Job[]>((resolve) => (answer = resolve));
    };
    const loop = new DueWorkLoop<Job>(
      { name: 'test', concurrency: 2, claim, work: () => Promise.resolve(), release },
      logger,
    );
    loop.wake();
    loop.wake();
    loop.wake();
    expect(claims).toBe(1);
    answer([]);
    await until('the second claim', () => claims === 2);
    answer([]);
    await new Promise((resolve) => setImmediate(resolve));
    expect(claims).toBe(2);
  });

  it('waits at its end for what is in flight, and takes nothing new', async () => {
    const { loop, state, release } = heldWork(2, 10);
    loop.wake();
    await until('two jobs', () => state.running === 2);
    let stopped = false;
    const stopping = loop.stop(10_000).then(() => (stopped = true));
    await new Promise((resolve) => setImmediate(resolve));
    expect(stopped).toBe(false);
    release();
    await stopping;
    loop.wake();
    expect(state).toMatchObject({ done: 2, running: 0, claims: 1, released: [] });
  });

  it('waits at its end for jobs of a claim that was under way', async () => {
    let answer: (jobs: Job[]) => void = () => undefined;
    let finish: () => void = () => undefined;
    let done = false;
    const work = () => new Promise<void>((resolve) => (finish = resolve)).then(() => void (done = true));
    const claim = () => new Promise<Job[]>((resolve) => (answer = resolve));
    const loop = new DueWorkLoop<Job>({ name: 'test', concurrency: 2, claim, work, release }, logger);
    loop.wake();
    const stopping = loop.stop(10_000).then(() => done);
    answer([jobOf(1)]);
    await new Promise((resolve) => setImmediate(resolve));
    finish();
    expect(await stopping).toBe(true);
  });

  it('says what it has under way for whom, claims for nobody in particular, and works on behalf of each', async () => {
    const seen: unknown[] = [];
    const holding: (() => void)[] = [];
    const batches = [[jobOf(1), jobOf(2), { ...jobOf(3), organizationId: '1' }], []];
    const loop = new DueWorkLoop<Job>(
      {
        name: 'test',
        concurrency: 6,
        claim: (free, busy) => {
          seen.push({ free, busy, share: presentShare() });
          return Promise.resolve(batches.shift() ?? []);
        },
        work: async ({ number }) => {
          await new Promise<void>((resolve) => holding.push(resolve));
          seen.push({ number, share: presentShare() });
        },
        release,
      },
      logger,
    );
    onBehalfOf('somebody', () => loop.wake());
    await until('three jobs', () => holding.length === 3);
    loop.wake();
    await until('the second claim', () => seen.length === 2);
    expect(seen).toEqual([
      { free: 6, busy: [], share: NOBODY },
      {
        free: 3,
        busy: [
          { organizationId: '1', inFlight: 2 },
          { organizationId: '2', inFlight: 1 },
        ],
        share: NOBODY,
      },
    ]);
    holding.forEach((letGo) => letGo());
    await until('their ends', () => seen.length >= 5);
    expect(seen).toEqual(
      expect.arrayContaining([
        { number: 1, share: '1' },
        { number: 2, share: '2' },
        { number: 3, share: '1' },
      ]),
    );
  });

  it('looks again when a job of an organization that has its share ends, though the last claim brought nothing', async () => {
    const holding: (() => void)[] = [];
    let claims = 0;
    const loop = new DueWorkLoop<Job>(
      {
        name: 'test',
        concurrency: 2,
        // As the claims do: of one organization one.
        claim: (_free, busy) => Promise.resolve((claims += 1) <= 10 && busy.length === 0 ? [jobOf(1)] : []),
        work: () => new Promise<void>((resolve) => holding.push(resolve)),
        release,
      },
      logger,
    );
    for (let job = 1; job <= 3; job += 1) {
      loop.wake();
      await until(`job ${job}`, () => holding.length === 1);
      await until('a claim that brings nothing', () => {
        loop.wake();
        return claims >= 2 * job;
      });
      holding.shift()!();
    }
    await until('one more, by itself', () => holding.length === 1);
    holding.shift()!();
  });

  it('claims for one slot that becomes free a little later, and for half of them at once', async () => {
    const { loop, state, release } = heldWork(8, 100);
    loop.wake();
    await until('all slots to be taken', () => state.running === 8);
    const claims = state.claims;
    release(1);
    await new Promise((resolve) => setImmediate(resolve));
    expect([state.running, state.claims]).toEqual([7, claims]);
    await until('the next claim', () => state.running === 8);
    expect(state.claims).toBe(claims + 1);
    release(4);
    await new Promise((resolve) => setImmediate(resolve));
    expect([state.running, state.claims]).toEqual([8, claims + 2]);
    const stopping = loop.stop(10_000);
    release();
    await stopping;
  });

  it('looks again when a job ends though the last claim brought nothing, where it may have left something out', async () => {
    const holding: (() => void)[] = [];
    let claims = 0;
    const loop = new DueWorkLoop<Job>(
      {
        ...{ name: 'test', concurrency: 100, release, leavesOut: () => holding.length > 0 },
        claim: () => Promise.resolve((claims += 1) !== 2 ? [jobOf(1)] : []),
        work: () => new Promise<void>((resolve) => holding.push(resolve)),
      },
      logger,
    );
    loop.wake();
    await until('a job', () => holding.length === 1);
    loop.wake();
    await until('a claim that brings nothing', () => claims === 2);
    holding.shift()!();
    await until('one more, by itself', () => holding.length === 1);
    holding.shift()!();
  });

  it('does not wait longer at its end than it may, and gives back what is not finished', async () => {
    const { loop, state } = heldWork(2, 2);
    loop.wake();
    await until('two jobs', () => state.running === 2);
    await loop.stop(50);
    expect(state).toMatchObject({ running: 2, released: [0, 1] });
  });
});

describe('the same work for several providers', () => {
  it('goes on for one while all places of another are taken', async () => {
    const scheduler = new DueWorkScheduler(new SchedulerRegistry(), new ServiceSettings());
    const done: string[] = [];
    const heldUp: (() => void)[] = [];
    const wake = scheduler.addForEach<{ organizationId: string; provider: string }>(
      'work',
      ['slow', 'quick'],
      (provider) => ({
        concurrency: 2,
        // As a database would: not within the same turn.
        claim: (limit) =>
          new Promise((resolve) =>
            setImmediate(() =>
              resolve(Array.from({ length: limit }, (_, index) => ({ organizationId: String(index), provider }))),
            ),
          ),
        work: async ({ provider: job }) => {
          if (job === 'slow') await new Promise<void>((resolve) => heldUp.push(resolve));
          done.push(job);
        },
        release: () => Promise.resolve(),
      }),
      60_000,
    );
    scheduler.onApplicationBootstrap();
    await until('much quick work to be done while the slow work stands', () => {
      wake();
      return heldUp.length === 2 && done.length > 20;
    });
    expect(new Set(done)).toEqual(new Set(['quick']));
    heldUp.forEach((letGo) => letGo());
    await scheduler.stop();
  });
});
