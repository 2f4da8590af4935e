import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LEASE_SECONDS } from '../../src/database/due-work.queries.js';
import type { FoundPayin } from '../../src/ledger/integrity-check.queries.js';
import { mismatchesOf } from '../../src/ledger/mismatches.js';
import type { PresentedPayin } from '../../src/payins/presenters/payin.presenter.js';
import { betweenEffects, WALKED_PATHS } from '../chaos/crash-points.js';
import { crashEnvironment } from '../chaos/replica.js';
import { INTEGRITY_CHECK } from '../support/integrity.js';
import { type Replica, type Replicas, startReplicas } from '../support/replicas.js';
import { until } from '../support/until.js';

const POINTS_MS = 600_000;
const RECOVERY_MS = 120_000;

/** What leads from the press to the order: the decisions and the call are walked by others, too. */
const APPLY =
  /^payins\/(use-cases\/(apply-updates\.service:execute|open-attempt\.service:(call|execute))#|store\/payin\.store:write#)/;
const isOnPath = (point: string) => WALKED_PATHS.choose.test(point) || APPLY.test(point);

let replicas: Replicas;
let service: Replica;
let armings = 0;

beforeAll(async () => {
  replicas = await startReplicas(1);
  service = replicas.all[0]!;
});
afterAll(() => replicas?.close());

/** Starts it with crash points, which count from `arm` on. */
async function startWithPoints(log: string, crash?: { point: string; hit: number }): Promise<() => Promise<void>> {
  armings += 1;
  const armedBy = join(replicas.folder, `armed-${armings}`);
  await service.pullPlug();
  await service.start({ ...crashEnvironment(join(replicas.folder, log), crash), CRASH_ARMED_BY: armedBy });
  return () => writeFile(armedBy, '');
}

const unchosen = async () => (await service.api.create({ rail: 'ANY', checkout: { rails: ['PSE', 'EFECTY'] } })).body;
const press = (payin: PresentedPayin, rail: string) =>
  fetch(`${service.api.url}${new URL(payin.checkoutUrl).pathname}`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ rail }),
    redirect: 'manual',
  });

describe('a process that is killed while a payer chooses', () => {
  it(
    'between any two of its effects, has one live order for each payin afterwards, whoever presses again',
    async () => {
      const { sandbox, database } = replicas;
      const calm = await unchosen();
      await (
        await startWithPoints('calm.points')
      )();
      expect((await press(calm, 'PSE')).status).toBe(303);
      const log = await readFile(join(replicas.folder, 'calm.points'), 'utf8');
      const passed = [...new Set(log.split('\n').filter(isOnPath))];
      for (const wanted of [/checkout\.service:choose#.*:before/, /open-attempt\.service:call#.*:after/])
        expect(passed).toContainEqual(expect.stringMatching(wanted));
      const crashes = betweenEffects(passed);
      expect(crashes.length).toBeGreaterThanOrEqual(4);

      const payins = [];
      for (const point of crashes) {
        const arm = await startWithPoints('dying.points', { point, hit: 1 });
        const payin = await unchosen();
        payins.push(payin);
        await arm();
        await Promise.all([press(payin, 'PSE').catch(() => undefined), service.ends()]);
      }
      await service.start();
      await replicas.timePasses(LEASE_SECONDS);
      for (const payin of payins)
        await until(
          'the payin to be open',
          async () => {
            await press(payin, 'EFECTY');
            return (await service.api.payin(payin.id)).status === 'PENDING';
          },
          RECOVERY_MS,
        );
      const live = await database.query<{ count: number }>(
        `select count(*)::int as count from attempts where state = 'open' group by payin_id`,
      );
      expect(live).toEqual(Array.from({ length: payins.length + 1 }, () => ({ count: 1 })));
      const orders = await sandbox.tumipay.orders();
      expect(orders).toHaveLength(payins.length + 1);

      for (const { id } of orders) await sandbox.tumipay.pay(id);
      for (const { id } of [calm, ...payins]) await service.api.reaches(id, 'APPROVED', RECOVERY_MS);
      const checks = await database.query<{ found: FoundPayin[] }>(INTEGRITY_CHECK);
      expect(checks.flatMap(({ found }) => found.flatMap(mismatchesOf))).toEqual([]);
    },
    POINTS_MS,
  );
});
