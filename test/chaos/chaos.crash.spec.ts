import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { check, type Violation } from './checker.js';
import {
  CRASH_PATHS,
  type CrashPath,
  applyEdits,
  instrument,
  listCrashPoints,
  pointsOf,
  WALKED_PATHS,
} from './crash-points.js';
import { describeViolations, type Report } from './campaign.js';
import type { Evidence } from './evidence.js';
import { PLANTED_FAULTS } from './planted-faults.js';
import { planPayin } from './payin-plan.js';
import { runShort } from './run.js';

const SEED = 20_261_121;
const RUN_MS = 180_000;
const BUILT = join(process.cwd(), 'dist/src');
const PATHS = Object.keys(CRASH_PATHS) as CrashPath[];

describe('crash points', () => {
  const points = listCrashPoints(BUILT);

  it.each(PATHS)('are on the path "%s" of the built program', (path) => {
    expect(pointsOf(path, points).length).toBeGreaterThanOrEqual(8);
  });

  it('belong to a path each, and have names of their own', () => {
    const onPaths = new Set(PATHS.flatMap((path) => pointsOf(path, points)));
    const isWalked = (point: string) => Object.values(WALKED_PATHS).some((path) => path.test(point));
    expect(points.filter((point) => !onPaths.has(point) && !isWalked(point))).toEqual([]);
    expect(new Set(points).size).toBe(points.length);
  });

  it('are before and after every await and every call that is handed on, and change nothing else', async () => {
    const source = `export default class Sample {
      store = { claim: async (job) => job * 2 };
      async work(job) { return (await this.double(job)) + (await this.double(await this.#inner(job))); }
      double(job) { return this.store.claim(job); }
      async #inner(job) { const late = async () => await job; return late(); }
    }`;
    const { code, points: found } = instrument('samples/sample.js', source);
    expect(found.filter((point) => point.endsWith(':before'))).toEqual([
      'samples/sample:work#1:before',
      'samples/sample:work#2:before',
      'samples/sample:work#3:before',
      'samples/sample:double#1:before',
      'samples/sample:late#1:before',
    ]);
    const passed: string[] = [];
    const pass = <T>(point: string, value?: T) => {
      passed.push(point);
      return value;
    };
    const passedLater = (point: string, later: Promise<unknown>) => later.then((value) => pass(point, value));
    const program = `${code.replace('export default class Sample', 'var Sample = class')}\nnew Sample().work(5)`;
    expect(await runInNewContext(program, { chaos: { passed: pass, passedLater } })).toBe(20);
    expect(new Set(passed)).toEqual(new Set(found));
  });
});

describe('planted faults', () => {
  it.each(Object.entries(PLANTED_FAULTS))('"%s" still finds its place in the built program', (_name, { edits }) => {
    for (const { file } of edits) {
      const source = readFileSync(join(BUILT, file), 'utf8');
      expect(applyEdits(file, source, edits)).not.toBe(source);
      expect(() => applyEdits(file, 'something else', edits)).toThrow('nothing to edit');
    }
  });
});

describe('the plan', () => {
  it('is the same for the same seed, and another for another', () => {
    const plan = (seed: number) =>
      Array.from({ length: 200 }, (_, number) => planPayin(seed, number, 'http://merchant'));
    expect(plan(7)).toEqual(plan(7));
    expect(plan(8)).not.toEqual(plan(7));
  });
});

describe('replicas that are killed at their crash points, held past their lease, and lose their database under load', () => {
  let report: Report;

  beforeAll(async () => {
    report = await runShort({ seed: SEED, say: () => undefined });
  }, RUN_MS);
  it('lose nothing, do nothing twice and leave nothing stuck: client, providers, merchant and database agree', () => {
    if (report.violations.length > 0) throw new Error(describeViolations(report));
    expect(report.counts).toMatchObject({ 'database stops': 1, 'replicas held past their lease': 1, violations: 0 });
    expect(report.counts['receipts']).toBeGreaterThan(10);
  });

  it.each(PATHS)('died on the path "%s"', (path) => {
    expect(pointsOf(path, report.crashes)).not.toEqual([]);
  });

  /** The evidence of the run above with one thing changed, and the promise that is broken then. */
  const FORGERIES: [string, string, (evidence: Evidence) => Partial<Evidence>][] = [
    [
      'a receipt is lost',
      'receipts are the money at the providers, exactly once',
      ({ receipts }) => ({ receipts: receipts.slice(1) }),
    ],
    [
      'a receipt is there twice',
      'receipts are the money at the providers, exactly once',
      ({ receipts }) => ({ receipts: [...receipts, ...receipts.slice(0, 1)] }),
    ],
    [
      'a receipt is a cent short',
      'receipts are the money at the providers, exactly once',
      ({ receipts }) => ({
        receipts: receipts.map((receipt, index) =>
          index ? receipt : { ...receipt, amountInCents: receipt.amountInCents - 1 },
        ),
      }),
    ],
    [
      'an order is there twice',
      'at most one live order per payin',
      ({ providerOrders }) => ({ providerOrders: [...providerOrders, ...providerOrders.slice(0, 1)] }),
    ],
    [
      'nobody knows an order',
      'no order without an attempt, and one order per attempt',
      ({ attempts, providerOrders }) => ({
        attempts: attempts.filter(({ reference }) => reference !== providerOrders[0]?.reference),
      }),
    ],
    [
      'a payin is lost that was acknowledged',
      'one payin per reference, and what was acknowledged is there',
      ({ payins, client }) => {
        const acknowledged = client.find(({ what, status = 500 }) => what === 'create' && status < 300);
        return { payins: payins.filter(({ id }) => id !== acknowledged?.payinId) };
      },
    ],
    [
      'a reference has two payins',
      'one payin per reference, and what was acknowledged is there',
      ({ payins }) => ({ payins: [...payins, ...payins.slice(0, 1)] }),
    ],
    ['an acknowledged webhook is lost', 'no acknowledged webhook is lost', () => ({ webhooksAfterwards: [] })],
    [
      'a notification is lost',
      'each event is notified exactly once',
      ({ notifications }) => ({ notifications: notifications.slice(1) }),
    ],
    [
      'an event is sent twice',
      'each event is notified exactly once',
      ({ notifications }) => ({ notifications: [...notifications, ...notifications.slice(0, 1)] }),
    ],
    [
      'a message never arrived',
      'each event is notified exactly once',
      ({ received }) => ({
        received: received.filter(({ headers }) => headers['webhook-id'] !== received[0]?.headers['webhook-id']),
      }),
    ],
    [
      'something was sent that was never committed',
      'the merchant gets what was committed, signed, and the same each time',
      ({ notifications }) => ({ notifications: notifications.slice(1) }),
    ],
    ['an event is missing', 'legal transitions, without gaps', ({ events }) => ({ events: events.slice(1) })],
    [
      'a payin is paid, and its status does not say so',
      'the status is what the money says',
      ({ payins }) => ({
        payins: payins.map((payin) => (payin.status === 'APPROVED' ? { ...payin, status: 'EXPIRED' } : payin)),
      }),
    ],
    [
      'a payin waits though its order is settled',
      'nothing is stuck',
      ({ payins }) => ({
        payins: payins.map((payin) => (payin.status === 'APPROVED' ? { ...payin, status: 'PENDING' } : payin)),
      }),
    ],
    [
      'a payin has been due for long',
      'nothing is stuck',
      ({ payins }) => ({ payins: payins.map((payin) => ({ ...payin, overdueSeconds: 61 })) }),
    ],
    [
      'a payin was paid in time and expired',
      'asked before expiring',
      ({ payins }) => ({ payins: payins.map((payin) => ({ ...payin, expiresAt: new Date('2100-01-01') })) }),
    ],
    [
      'a cancel was acknowledged and forgotten',
      'what was acknowledged to the merchant is in the history',
      ({ events }) => ({ events: events.filter(({ to }) => to !== 'CANCELED') }),
    ],
    ['the API shows something else', 'the API shows what is so', ({ shown }) => ({ shown: shown.slice(1) })],
    [
      'the ledger and the receipts disagree',
      'the ledger agrees with itself',
      ({ payins }) => ({
        integrityCheck: [
          { found: [{ id: payins[0]!.id, reference: '', provider: null, currency: 'COP', received: 0, broken: [2] }] },
        ],
      }),
    ],
    [
      'a late write got through',
      'a late write finds the wrong fencing token',
      () => ({ lateWrites: [{ source: 'payins', id: '1', holder: 'one', writer: 'other' }] }),
    ],
  ];

  it.each(FORGERIES)('would not pass the checker when %s', (_what, promise, forge) => {
    const forged = check({ ...report.evidence, ...forge(report.evidence) });
    expect(forged.map((violation: Violation) => violation.promise)).toContain(promise);
  });
});
