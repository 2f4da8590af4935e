import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { FoundPayin } from '../../src/ledger/integrity-check.queries.js';
import { mismatchesOf } from '../../src/ledger/mismatches.js';
import type { AdvancedTestClockSchema } from '../../src/test-clocks/test-clock.dto.js';
import { betweenEffects, WALKED_PATHS } from '../chaos/crash-points.js';
import { crashEnvironment } from '../chaos/replica.js';
import { ticketOf } from '../support/api-client.js';
import { INTEGRITY_CHECK } from '../support/integrity.js';
import { type Replica, type Replicas, startReplicas } from '../support/replicas.js';

const POINTS_MS = 600_000;
const HOUR = 3_600;

/** The statements of a step are in its transaction. */
const isOnPath = (point: string) =>
  WALKED_PATHS.clock.test(point) || point.startsWith('database/database:inTransaction#');

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

const advanceTo = (hours: number) =>
  service.api.call<AdvancedTestClockSchema>('POST', '/test-clocks/advance', { total: `PT${hours}H` });

describe('a process that is killed while a clock is advanced', () => {
  it(
    'between any two of its effects, leaves nothing half older: the same total again finishes it',
    async () => {
      const { sandbox, database } = replicas;
      const paid = await service.api.open();
      await sandbox.tumipay.pay(ticketOf(paid));
      await service.api.reaches(paid.id, 'APPROVED');
      const waiting = await service.api.open({ rail: 'EFECTY' });
      await (
        await startWithPoints('calm.points')
      )();
      expect((await advanceTo(1)).status).toBe(200);
      const log = await readFile(join(replicas.folder, 'calm.points'), 'utf8');
      const passed = [...new Set(log.split('\n').filter(isOnPath))];
      for (const wanted of [/inTransaction#/, /simulated-clocks:call#/, /advance-clock\.service:step#/])
        expect(passed).toContainEqual(expect.stringMatching(wanted));
      const crashes = betweenEffects(passed);
      expect(crashes.length).toBeGreaterThanOrEqual(6);

      let hours = 1;
      for (const point of crashes) {
        hours += 1;
        const arm = await startWithPoints('dying.points', { point, hit: 1 });
        await arm();
        await Promise.all([advanceTo(hours).catch(() => undefined), service.ends()]);
        await service.start();
        // Whoever held the clock has died; its lease ends.
        await database.query('update test_clocks set held_until = now()');
        const answer = await advanceTo(hours);
        expect([point, answer]).toEqual([
          point,
          expect.objectContaining({ status: 200, body: expect.objectContaining({ totalSeconds: hours * HOUR }) }),
        ]);
        for (const { id, createdAt } of [paid, waiting]) {
          const payin = await service.api.payin(id);
          const order = await sandbox.tumipay.order(payin.attempts[0]!.providerReference);
          const olderBy = [payin.createdAt, payin.attempts[0]!.startedAt, order.createdAt].map((time) =>
            Math.round((Date.parse(createdAt) - Date.parse(time)) / 1000 / HOUR),
          );
          expect([point, olderBy]).toEqual([point, [hours, hours, hours]]);
        }
      }

      const checks = await database.query<{ found: FoundPayin[] }>(INTEGRITY_CHECK);
      expect(checks.flatMap(({ found }) => found.flatMap(mismatchesOf))).toEqual([]);
      const disabled = await database.query(
        `select 1 from pg_trigger where tgname = 'append_only' and tgenabled <> 'O'`,
      );
      expect(disabled).toEqual([]);
    },
    POINTS_MS,
  );
});
