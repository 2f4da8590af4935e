import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { decide } from '../../src/payins/domain/decide.js';
import type { PresentedPayin } from '../../src/payins/presenters/payin.presenter.js';
import { PayinStore } from '../../src/payins/store/payin.store.js';
import { PayinRules } from '../../src/payins/use-cases/payin-rules.js';
import { TestClockStore } from '../../src/test-clocks/test-clock.store.js';
import { ticketOf } from '../support/api-client.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

const DAY = 86_400;
const DAY_MS = DAY * 1000;

let testApp: TestApp;
let store: TestClockStore;

beforeAll(async () => {
  testApp = await startTestApp({ PROVIDERS: 'tumipay,teemopay', RECONCILIATION_HOUR: 'off' });
  store = testApp.service.app.get(TestClockStore);
});
afterAll(() => testApp?.close());

async function age({ organizationId }: PresentedPayin, seconds = DAY) {
  const hold = await store.hold(organizationId);
  if (!hold) throw new Error('the clock is held');
  try {
    return await store.age(hold, seconds);
  } finally {
    await store.release(hold);
  }
}

describe('an organization that becomes older', () => {
  it('has a decision made anew that was made from the times before', async () => {
    const payin = await testApp.api.open({ rail: 'EFECTY' });
    const payins = testApp.service.app.get(PayinStore);
    const read = async () => (await payins.read(payin.organizationId, payin.id))!;
    const write = async (snapshot: Awaited<ReturnType<typeof read>>) => {
      const decision = decide(
        snapshot.known,
        [{ source: 'request', kind: 'cancel', by: 'nobody' }],
        testApp.service.app.get(PayinRules).rulesOf(snapshot),
        snapshot.now,
      );
      return payins.write(snapshot, decision, () => [], undefined);
    };
    const before = await read();
    expect(await age(payin)).toMatchObject({ stepSeconds: DAY });
    expect(await write(before)).toBeUndefined();
    const after = await read();
    expect(after.payin.expiresAt.getTime()).toBe(before.payin.expiresAt.getTime() - DAY_MS);
    expect(await write(after)).toBeDefined();
  });

  it('has the times that stand in JSON older, too', async () => {
    const { api, sandbox, database } = testApp;
    const payin = await api.open({ rail: 'NEQUI', provider: 'teemopay' });
    await sandbox.teemopay.pay(payin.attempts[0]!.providerReference);
    const paid = await api.reaches(payin.id, 'APPROVED');
    const reports = () =>
      database.query<{ payments: { paidAt: string }[] | null; correction: { at: string; note: string } | null }>(
        `select o.report -> 'payments' as payments, d.correction from observations o
         left join discrepancies d on d.organization_id = o.organization_id and d.payin_id = o.payin_id
         where o.payin_id = $1 and o.report ? 'payments'`,
        [payin.id],
      );
    await database.query(
      `insert into discrepancies (organization_id, id, payin_id, reference, provider, kind, status, currency, detail, evidence, opened_at, correction)
       values ($1, gen_random_uuid(), $2, 'x', 'teemopay', 'UNDERPAID', 'OPEN', 'COP', 'x', '[]', now(), '{"at":"2026-11-30T12:00:00.123Z","note":"2026-11-30"}')`,
      [payin.organizationId, payin.id],
    );
    const [before] = await reports();
    expect(before!.payments![0]!.paidAt).toMatch(/^\d{4}-.*Z$/);
    await age(payin);
    const [after] = await reports();
    expect(Date.parse(after!.payments![0]!.paidAt)).toBe(Date.parse(before!.payments![0]!.paidAt) - DAY_MS);
    expect(after!.correction).toEqual({ at: '2026-11-29T12:00:00.123Z', note: '2026-11-30' });
    expect(Date.parse((await api.payin(payin.id)).receipts[0]!.receivedAt)).toBe(
      Date.parse(paid.receipts[0]!.receivedAt) - DAY_MS,
    );
    await database.query('delete from discrepancies where payin_id = $1', [payin.id]);
  });

  it('waits for a call that opens an order: older than it is, a second one could follow', async () => {
    const { api, database } = testApp;
    const payin = await api.open();
    const { sandbox } = testApp;
    await sandbox.tumipay.fault({ operation: 'create', fault: { kind: 'delay', delayMs: 1_500 } });
    const creating = api.open();
    await wait(500);
    expect(await age(payin)).toBe('opens_order');
    const late = await creating;
    expect(await age(payin)).toMatchObject({ stepSeconds: DAY });
    const attempts = await database.query(`select 1 from attempts where payin_id = $1`, [late.id]);
    expect(attempts).toHaveLength(1);
  });

  it('has no row of which somebody else’s change is lost, and keeps nobody waiting for long', async () => {
    const { api, database } = testApp;
    const payin = await api.open();
    const other = new pg.Client(database.url);
    await other.connect();
    try {
      await other.query('begin');
      await other.query(`update payins set error_code = 'CHANGED' where id = $1`, [payin.id]);
      const ageing = age(payin);
      await wait(700);
      await other.query('commit');
      expect(await ageing).toMatchObject({ stepSeconds: DAY });
    } finally {
      await other.end();
    }
    const aged = await api.payin(payin.id);
    expect(aged.errorCode).toBe('CHANGED');
    expect(Date.parse(aged.createdAt)).toBe(Date.parse(payin.createdAt) - DAY_MS);
  });

  it('is not aged by one who does not hold the clock any more', async () => {
    const payin = await testApp.api.open();
    const hold = (await store.hold(payin.organizationId))!;
    await testApp.database.query('update test_clocks set held_until = now()');
    const next = (await store.hold(payin.organizationId))!;
    expect(await store.age(hold, DAY)).toBe('lost');
    expect(await store.keep(hold)).toBe(false);
    await store.release(hold);
    expect(await store.hold(payin.organizationId)).toBeUndefined();
    await store.release(next);
    expect((await testApp.api.payin(payin.id)).createdAt).toBe(payin.createdAt);
  });
});

it('an order that has become older can still be paid', async () => {
  const payin = await testApp.api.open();
  await age(payin);
  await testApp.sandbox.tumipay.pay(ticketOf(payin));
  await testApp.api.reaches(payin.id, 'APPROVED');
});
