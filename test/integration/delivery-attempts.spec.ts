import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MikroORM } from '@mikro-orm/postgresql';
import fc from 'fast-check';
import { v7 as uuidv7 } from 'uuid';
import { Database } from '../../src/database/database.js';
import { ormOptions } from '../../src/database/orm-options.js';
import { NotificationStore } from '../../src/notifications/notification.store.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { thoroughly } from '../support/thorough.js';

type Answer = 'delivered' | 'failed' | 'gone';

interface Attempt {
  endpoint: number;
  answer: Answer;
  /** Its claim has passed to another worker. */
  isLate: boolean;
}

/** An endpoint before the attempts. */
interface Before {
  status: 'ENABLED' | 'DISABLED';
  failingFor: string | null;
}

let database: TestDatabase;
let orm: MikroORM;
let store: NotificationStore;

beforeAll(async () => {
  database = await createTestDatabase();
  orm = await MikroORM.init(ormOptions(database.url, []));
  store = new NotificationStore(new Database(orm));
});

afterAll(async () => {
  await orm?.close(true);
  await database?.drop();
});

let organizations = 0;

/** What was before, in an organization of its own, so that it can be done twice; and what became of it. */
async function story(before: readonly Before[], attempts: readonly Attempt[]) {
  const organizationId = uuidv7();
  await database.query(
    `insert into organizations (id, name, code, notification_secret) values ($1, 'Test', lpad($2::text, 7, '0'), 'whsec_')`,
    [organizationId, (organizations += 1)],
  );
  const endpoints = before.map((one) => ({ ...one, id: uuidv7() }));
  const notifications = attempts.map((attempt) => ({ ...attempt, id: uuidv7() }));
  for (const { id, status, failingFor } of endpoints)
    await database.query(
      `insert into webhook_endpoints (organization_id, id, url, secret, status, disabled_reason, failing_since)
       values ($1, $2, 'http://localhost', '', $3::text, case $3::text when 'DISABLED' then 'REQUESTED' end, now() - $4::interval)`,
      [organizationId, id, status, failingFor],
    );
  for (const { id, endpoint, isLate } of notifications)
    await database.query(
      `insert into notifications (organization_id, id, sequence, type, endpoint_id, partition, body, due_at, fencing_token)
       values ($1, $2, 0, 'payin.created', $3::uuid, $3::uuid::text, '{}', now(), $4)`,
      [organizationId, id, endpoints[endpoint]!.id, isLate ? 2 : 1],
    );
  const record = ({ id, answer }: (typeof notifications)[number]) => {
    const httpStatus = { delivered: 204, failed: 500, gone: 410 }[answer];
    const outcome = { delivered: answer === 'delivered', httpStatus, durationMs: 1, result: `HTTP ${httpStatus}` };
    const claim = { organizationId, id, fencingToken: 1, claimedAt: new Date() };
    const delaySeconds = answer === 'failed' ? 60 : null;
    return store.recordAttempt(claim, { ...outcome, firstBytes: answer }, delaySeconds, answer === 'gone');
  };
  const outcome = async (disabled: unknown[]) => ({
    disabled,
    endpoints: await database.query(
      `select status, disabled_reason, disabled_at is not null as disabled_now,
              case when failing_since < now() - interval '5 minutes' then 'before' when failing_since is not null then 'now' end as failing_since
       from webhook_endpoints where organization_id = $1 order by id`,
      [organizationId],
    ),
    notifications: await database.query(
      `select attempts, failures, last_result, delivered_at is not null as delivered, due_at > now() + interval '50 seconds' as again
       from notifications where organization_id = $1 order by id`,
      [organizationId],
    ),
    attempts: await database.query(
      `select number, result, http_status, duration_ms, first_bytes from delivery_attempts where organization_id = $1 order by notification_id`,
      [organizationId],
    ),
  });
  return {
    together: async () => outcome(await Promise.all(notifications.map(record))),
    inTurn: async () => {
      const disabled: unknown[] = [];
      for (const one of notifications) disabled.push(await record(one));
      return outcome(disabled);
    },
    commits: () =>
      database.query('select distinct at from delivery_attempts where organization_id = $1', [organizationId]),
  };
}

const ENABLED: Before = { status: 'ENABLED', failingFor: null };
const FAILING: Before = { status: 'ENABLED', failingFor: '6 days' };
const ofOne = (...answers: Answer[]): Attempt[] => answers.map((answer) => ({ endpoint: 0, answer, isLate: false }));

describe('attempts at one endpoint that are recorded in one commit', () => {
  it.each<[string, Before, Answer[], object, (string | null)[]]>([
    ['a failure', ENABLED, ['failed', 'failed'], { status: 'ENABLED', failing_since: 'now' }, [null, null]],
    ['a delivery last', FAILING, ['delivered', 'delivered'], { status: 'ENABLED', failing_since: null }, [null, null]],
    ['a failure after', FAILING, ['delivered', 'failed'], { status: 'ENABLED', failing_since: 'now' }, [null, null]],
    [
      'days of failures',
      FAILING,
      ['failed', 'failed'],
      { status: 'DISABLED', disabled_reason: 'FAILING', disabled_now: true, failing_since: 'before' },
      ['FAILING', null],
    ],
    [
      'that it is gone, once',
      ENABLED,
      ['delivered', 'gone', 'gone', 'delivered'],
      { status: 'DISABLED', disabled_reason: 'GONE', disabled_now: true, failing_since: null },
      [null, 'GONE', null, null],
    ],
  ])('say %s', async (_what, before, answers, endpoint, disabled) => {
    const { together, commits } = await story([before], ofOne(...answers));
    const outcome = await together();
    expect(outcome.endpoints).toMatchObject([endpoint]);
    expect(outcome.disabled).toEqual(disabled);
    expect(await commits()).toHaveLength(1);
  });

  it('leave what they leave when one is recorded after the other', async () => {
    const anyBefore = fc.record<Before>({
      status: fc.constantFrom('ENABLED', 'ENABLED', 'ENABLED', 'DISABLED'),
      failingFor: fc.constantFrom(null, '1 hour', '6 days', '6 days'),
    });
    const anyAttempt = fc.record<Attempt>({
      endpoint: fc.nat(1),
      answer: fc.constantFrom('delivered', 'delivered', 'failed', 'failed', 'gone'),
      isLate: fc.nat(9).map((chance) => chance === 0),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyBefore, { minLength: 2, maxLength: 2 }),
        fc.array(anyAttempt, { minLength: 1, maxLength: 8 }),
        async (before, attempts) => {
          const [batch, one] = [await story(before, attempts), await story(before, attempts)];
          expect(await batch.together()).toEqual(await one.inTurn());
          expect((await batch.commits()).length).toBeLessThanOrEqual(1);
        },
      ),
      { numRuns: thoroughly(300, 60) },
    );
  });
});
