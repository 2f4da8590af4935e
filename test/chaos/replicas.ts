import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EmbeddedPostgres } from '@recaudo/embedded-postgres';
import { RAILS } from '@recaudo/payment-provider';
import { type Sandbox, SandboxClient, startSandbox } from '@recaudo/sandbox';
import pg from 'pg';
import { CREATE_SETTLES_SECONDS } from '../../src/payins/domain/check-schedule.js';
import { migrate } from '../../src/database/schema.js';
import { freePort } from '../support/free-port.js';
import { type MerchantSink, startMerchantSink } from '../support/merchant-sink.js';
import { kill as killProcess, postmasterPid } from '../support/processes.js';
import { type TestDatabase } from '../support/test-database.js';
import { timePasses } from '../support/time.js';
import { until } from '../support/until.js';
import { WorkFolder } from '../support/work-folder.js';
import { FENCING_TOKEN_AUDIT } from './fencing-token-audit.js';
import type { PlantedFault } from './planted-faults.js';
import { startRelay } from './relay.js';
import { ChaosReplica } from './replica.js';

export const API_KEY = 'rk_test_chaos_0123456789abcdefghij';
const NOTIFICATION_SECRET = 'whsec_Y2hhb3MwMTIzNDU2Nzg5Y2hhb3MwMTIzNDU2Nzg5Y2g=';
/** Polls come quickly, so that minutes are enough for what takes days. */
const RAIL_POLICY = JSON.stringify({ pollSeconds: [1, 2, 3, 5], minMinutes: 1 });
/** A server that was stopped in immediate mode must still have all that it has acknowledged; the machine itself does not fail. */
const POSTGRES_SETTINGS = { fsync: 'off', synchronous_commit: 'on', max_connections: '150' };
const DATABASE_WAIT_MS = 60_000;
/** What a server says, or no longer says, while it goes down, comes up, or ends a deadlock. */
const DATABASE_AWAY = /^(57P0[1-3]|08...|40P01|ECONNREFUSED|ECONNRESET|EPIPE)$|^$/;

const AGE_LOST_CREATES = `
  with lost as (
    update attempts set started_at = started_at - interval '${CREATE_SETTLES_SECONDS} seconds'
    where state = 'opening' and started_at < now() - interval '3 seconds' returning payin_id
  )
  update payins set due_at = now() from lost where id = payin_id`;

/** Time that was made to pass in the database alone. */
interface Shift {
  /** Real time, in milliseconds. */
  at: number;
  seconds: number;
}

/** Replicas on one database behind one address for webhooks, with the providers and the merchant, which survive everything. */
export class Replicas {
  readonly #shifts: Shift[] = [];

  private constructor(
    private readonly folder: WorkFolder,
    private readonly postgres: EmbeddedPostgres,
    readonly all: readonly ChaosReplica[],
    readonly sandbox: SandboxClient,
    readonly merchant: MerchantSink,
    readonly database: Pick<TestDatabase, 'query'>,
    private readonly pool: pg.Pool,
    private readonly closeServers: () => Promise<void>,
  ) {}

  static async start(count: number, fault?: PlantedFault): Promise<Replicas> {
    const folder = await WorkFolder.create();
    const postgres = new EmbeddedPostgres({
      directory: join(folder.path, 'postgres'),
      database: 'recaudo',
      settings: POSTGRES_SETTINGS,
    });
    const url = new URL(await postgres.start());
    await migrate(url.href);
    let postgresPort = Number(url.port);
    const databaseProxy = await startRelay(() => [postgresPort]);
    url.port = String(databaseProxy.port);
    const pool = new pg.Pool({ connectionString: url.href, max: 8 });
    pool.on('error', () => undefined);
    const query = async <Row extends object>(text: string, values: unknown[] = []): Promise<Row[]> => {
      const answer = await until(
        'the database to answer',
        () => pool.query<Row>(text, values).catch(undefinedIfAway),
        DATABASE_WAIT_MS,
      );
      return answer.rows;
    };
    await query(FENCING_TOKEN_AUDIT);
    for (const statement of fault?.sql ?? []) await query(statement);

    const ports = await Promise.all(Array.from({ length: count }, freePort));
    let turn = 0;
    const balancer = await startRelay(() => {
      turn += 1;
      return ports.map((_, index) => ports[(turn + index) % count] ?? 0);
    });
    const publicUrl = `http://localhost:${balancer.port}`;
    const providers = await startSandbox({ port: 0, serviceUrl: publicUrl });
    const sandbox = new SandboxClient(providers.url);
    // Their own waits, of up to an hour, are longer than any run.
    await sandbox.hellopay.setSwitches({ webhookRetryMs: 1_000 });
    await sandbox.teemopay.setSwitches({ callbackRetryMs: 1_000 });
    const merchant = await startMerchantSink(NOTIFICATION_SECRET);
    const environment = {
      ...environmentOf(providers, publicUrl),
      CHAOS_EDITS: JSON.stringify(fault?.edits ?? []),
    };
    const all = await Promise.all(
      ports.map(async (port, index) => {
        const user = `replica${index + 1}`;
        await query(`create role ${user} login superuser password 'chaos'`);
        const own = new URL(url);
        own.username = user;
        own.password = 'chaos';
        return new ChaosReplica(folder, user, { ...environment, PORT: String(port), DATABASE_URL: own.href });
      }),
    );
    const replicas = new Replicas(folder, postgres, all, sandbox, merchant, { query }, pool, async () => {
      await pool.end();
      await Promise.all([balancer.close(), databaseProxy.close(), providers.close(), merchant.close()]);
    });
    replicas.#restartPostgres = async () => {
      postgresPort = Number(new URL(await postgres.start()).port);
    };
    return replicas;
  }

  #restartPostgres: () => Promise<void> = async () => undefined;

  /** As `pg_ctl stop -m immediate`, and afterwards a start, which recovers. */
  async stopPostgresForAMoment(whileAway: () => Promise<void>): Promise<void> {
    const pid = await postmasterPid(join(this.folder.path, 'postgres'));
    process.kill(pid, 'SIGQUIT');
    await until('the database to be gone', () => !isAlive(pid));
    await whileAway();
    await this.#restartPostgres();
  }

  /** See `timePasses`: no create may be under way. */
  async timePasses(seconds: number): Promise<void> {
    this.#shifts.push({ at: Date.now(), seconds });
    await timePasses(this.database as TestDatabase, seconds);
  }

  /** Readings that belong together: of one moment. */
  async readAtOnce<T>(read: (query: TestDatabase['query']) => Promise<T>): Promise<T> {
    const client = await this.pool.connect();
    try {
      await client.query('begin isolation level repeatable read read only');
      const result = await read(async (text, values = []) => (await client.query(text, values)).rows);
      await client.query('commit');
      return result;
    } finally {
      client.release(true);
    }
  }

  /** Makes recovery of the creates that were cut off due now. They are older than any call to a provider takes. */
  async ageLostCreates(): Promise<void> {
    await this.database.query(AGE_LOST_CREATES);
  }

  /** A real time as the database would have it noted now. */
  inDatabaseTime(realMs: number): number {
    const later = this.#shifts.filter(({ at }) => at > realMs);
    return realMs - later.reduce((sum, { seconds }) => sum + seconds, 0) * 1000;
  }

  /** Points that any replica has passed so far. */
  passedPoints(): Set<string> {
    return new Set(
      this.all.flatMap(({ crashLog }) => {
        try {
          return readFileSync(crashLog, 'utf8').split('\n').filter(Boolean);
        } catch {
          return [];
        }
      }),
    );
  }

  async close(): Promise<void> {
    await this.closeServers();
    await this.postgres.stop().catch(() => undefined);
    (await this.folder.processes()).forEach(killProcess);
    await this.folder.remove();
  }
}

function environmentOf(providers: Sandbox, publicUrl: string): Record<string, string> {
  return {
    NODE_ENV: 'test',
    LOG_LEVEL: 'error',
    PUBLIC_URL: publicUrl,
    BOOTSTRAP_API_KEY: API_KEY,
    BOOTSTRAP_NOTIFICATION_SECRET: NOTIFICATION_SECRET,
    TUMIPAY_BASE_URL: providers.tumipay.baseUrl,
    HELLOPAY_BASE_URL: providers.hellopay.baseUrl,
    TEEMOPAY_BASE_URL: providers.teemopay.baseUrl,
    // A long run has more orders than HelloPay's list is searched for by default.
    HELLOPAY_SEARCH_PAGES_MAX: '1000',
    EXPIRY_SWEEP_SECONDS: '1',
    POLL_TICK_SECONDS: '1',
    RECONCILIATION_HOUR: 'off',
    ...Object.fromEntries(RAILS.map((rail) => [`RAIL_POLICY_${rail}`, RAIL_POLICY])),
  };
}

/** Errors of the driver are read by their code; one without is a connection that broke. */
function undefinedIfAway(error: unknown): undefined {
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  if (DATABASE_AWAY.test(code)) return undefined;
  throw error;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
