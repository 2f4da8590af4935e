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

const POINTS_MS = 900_000;
const RECOVERY_MS = 120_000;
const MIN_POINTS = 16;

/** What leads from the approval to the provider's answer: the calls, and the decisions around them. */
const APPLY = /^payins\/(use-cases\/apply-updates\.service:execute#|store\/payin\.store:write#)/;
const isOnPath = (point: string) => WALKED_PATHS.refund.test(point) || APPLY.test(point);
const REFUNDS = { PROVIDERS: 'hellopay', HELLOPAY_SANDBOX_REFUNDS: 'true' };

interface Refund {
  id: string;
  payin: PresentedPayin;
}

interface RefundView {
  id: string;
  status: string;
  providerStatus: string | null;
}

let replicas: Replicas;
let service: Replica;
let armings = 0;

beforeAll(async () => {
  replicas = await startReplicas(1);
  service = replicas.all[0]!;
  await restart();
});
afterAll(() => replicas?.close());

async function restart(more: Record<string, string> = {}): Promise<void> {
  await service.pullPlug();
  await service.start({ ...REFUNDS, ...more });
}

/** Starts it with crash points, which count from `arm` on. */
async function startWithPoints(log: string, crash?: { point: string; hit: number }): Promise<() => Promise<void>> {
  armings += 1;
  const armedBy = join(replicas.folder, `armed-${armings}`);
  await restart({ ...crashEnvironment(join(replicas.folder, log), crash), CRASH_ARMED_BY: armedBy });
  return () => writeFile(armedBy, '');
}

async function passedIn(log: string): Promise<string[]> {
  return [...new Set((await readFile(join(replicas.folder, log), 'utf8')).split('\n').filter(isOnPath))];
}

/** Of a payin that was paid, each with a payin of its own. */
async function requested(count: number): Promise<Refund[]> {
  const { hellopay } = replicas.sandbox;
  return Promise.all(
    Array.from({ length: count }, async () => {
      const payin = await service.api.open({ provider: 'hellopay', rail: 'NEQUI' });
      await hellopay.pay(payin.attempts[0]!.externalId!, { webhook: 'none' });
      await service.api.call('POST', `/payins/${payin.id}/refresh`);
      await service.api.reaches(payin.id, 'APPROVED');
      const body = { amountInCents: 100_000, reason: 'OTHER', to: { type: 'BRE_B_KEY', key: '@ana123' } };
      const { body: refund } = await service.api.call<RefundView>('POST', `/payins/${payin.id}/refunds`, body);
      return { id: refund.id, payin };
    }),
  );
}

const approve = ({ id }: Refund) => service.api.call<RefundView>('POST', `/refunds/${id}/approve`);
const made = async ({ payin }: Refund) => {
  const order = await replicas.sandbox.hellopay.order(payin.attempts[0]!.externalId!);
  return order.details.refunds ?? [];
};
const stored = () =>
  replicas.database.query<RefundView>(`select id, status, provider_status as "providerStatus" from refunds`);
/** Later than this spec goes on for. */
const rest = () =>
  replicas.database.query(`update refunds set due_at = now() + interval '6 hours' where due_at is not null`);

describe('a process that is killed while it has a provider pay a refund', () => {
  it(
    'between any two of its effects, pays it once and neither loses nor doubles it',
    async () => {
      const { hellopay } = replicas.sandbox;
      // Which points there are: from the approval on, and when it is asked again.
      const [calm, calmLater] = await requested(2);
      await (
        await startWithPoints('first.points')
      )();
      await approve(calm!);
      await until('the refund to be paid', async () => (await stored()).some(({ status }) => status === 'PAID'));
      const first = await passedIn('first.points');
      await hellopay.setSwitches({ refunds: 'pending' });
      await restart();
      await approve(calmLater!);
      await until('the provider to have it', async () => (await made(calmLater!)).length === 1);
      await until('the answer to be written', async () => {
        const rows = await replicas.database.query<object>(
          `select from refunds where id = $1 and asks = 1 and due_at < now() + interval '10 seconds'`,
          [calmLater!.id],
        );
        return rows.length === 1;
      });
      await rest();
      await hellopay.setSwitches({ refunds: 'paid' });
      const armLater = await startWithPoints('later.points');
      await armLater();
      await replicas.database.query('update refunds set due_at = now() where id = $1', [calmLater!.id]);
      await until('the refund to be paid', async () => (await stored()).every(({ status }) => status === 'PAID'));
      const later = await passedIn('later.points');
      expect(first.length).toBeGreaterThan(MIN_POINTS);
      for (const wanted of [/ask-provider\.service:reportOf#.*:before/, /ask-provider\.service:reportOf#.*:after/])
        for (const points of [first, later]) expect(points).toContainEqual(expect.stringMatching(wanted));

      // The decision at the approval passes the same points as that of the answer.
      const ofFirst = betweenEffects(first).flatMap((point) =>
        (APPLY.test(point) ? [1, 2] : [1]).map((hit) => ({ point, hit })),
      );
      const ofLater = betweenEffects(later).map((point) => ({ point, hit: 1 }));
      // Before and after each call of the provider, and each decision.
      expect(ofFirst.length).toBeGreaterThanOrEqual(8);
      expect(ofLater.length).toBeGreaterThanOrEqual(5);
      await restart();
      const refunds = await requested(ofFirst.length);
      for (const [index, crash] of ofFirst.entries()) {
        const arm = await startWithPoints('dying.points', crash);
        await arm();
        await Promise.all([approve(refunds[index]!).catch(() => undefined), service.ends()]);
        await rest();
      }

      await hellopay.setSwitches({ refunds: 'pending' });
      await restart();
      const waiting = await requested(ofLater.length);
      await Promise.all(waiting.map(approve));
      await until('the provider to have all', async () =>
        (await Promise.all(waiting.map(made))).every(({ length }) => length === 1),
      );
      await service.pullPlug();
      await rest();
      await hellopay.setSwitches({ refunds: 'paid' });
      for (const [index, crash] of ofLater.entries()) {
        const arm = await startWithPoints('dying.points', crash);
        await arm();
        await replicas.database.query('update refunds set due_at = now() where id = $1', [waiting[index]!.id]);
        await service.ends();
        await rest();
      }

      // As the dead have left it: nothing is at the provider that was not written down before.
      const all = [...refunds, ...waiting];
      for (const { id, status } of await stored()) {
        const refund = all.find((one) => one.id === id);
        if (refund && status === 'REQUESTED') expect(await made(refund)).toEqual([]);
      }
      await restart();
      await Promise.all(all.map(approve));
      await replicas.database.query('update refunds set due_at = now() where due_at is not null');
      await replicas.timePasses(LEASE_SECONDS);
      await until(
        'all to be paid',
        async () =>
          (await stored()).every(({ status, providerStatus }) => status === 'PAID' && providerStatus === 'PAID'),
        RECOVERY_MS,
      );
      for (const refund of all)
        expect(await made(refund)).toMatchObject([{ reference: refund.id.replaceAll('-', ''), status: 'COMPLETED' }]);
      const paid = await replicas.database.query<{ count: string }>(
        `select count(*) from ledger_entries where debit = 'payer-refunds' and credit = 'provider:hellopay'`,
      );
      expect(Number(paid[0]!.count)).toBe(all.length + 2);
      const checks = await replicas.database.query<{ found: FoundPayin[] }>(INTEGRITY_CHECK);
      expect(checks.flatMap(({ found }) => found.flatMap(mismatchesOf))).toEqual([]);
    },
    POINTS_MS,
  );
});
