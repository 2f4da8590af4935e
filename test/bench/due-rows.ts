import { execFileSync } from 'node:child_process';
import type { TestDatabase } from '../support/test-database.js';

export const PROVIDER = 'tumipay';
/** Endpoints that the notifications go to. */
export const PARTITIONS = 100;

/** Tables of due work. */
export const WORK = ['payins', 'inbound_webhooks', 'notifications'] as const;
export type WorkName = (typeof WORK)[number];

/** As many at once as the workers claim. */
export const BATCH: Readonly<Record<WorkName, number>> = { payins: 16, inbound_webhooks: 16, notifications: 256 };

const REQUEST = JSON.stringify({
  amountInCents: 5_000_000,
  currency: 'COP',
  rail: 'BRE_B',
  reference: 'bench',
  inlineCustomer: { name: 'John Doe', idType: 'CC', idNumber: '1234567890', email: 'johndoe@example.com' },
});

/** Inserts $1 rows numbered from $2, with the due time that an expression over the number `n` gives. */
export const INSERT: Readonly<Record<WorkName, (dueAt: string) => string>> = {
  payins: (dueAt) => `
    insert into payins (organization_id, id, reference, fingerprint, request, amount_in_cents, currency, rail, provider, status,
                        expires_at, sequence, due_at)
    select o.id, uuidv7(), 'bench-' || n, '', '${REQUEST}', 5000000, 'COP', 'BRE_B', '${PROVIDER}', 'PENDING', now() + interval '1 day', 1, ${dueAt}
    from organizations o, generate_series($2::int, $2::int + $1::int - 1) n`,
  inbound_webhooks: (dueAt) => `
    insert into inbound_webhooks (organization_id, id, provider, event_key, provider_reference, raw_body, due_at)
    select o.id, uuidv7(), '${PROVIDER}', n::text, 'bench' || n, '{"top_status":"APPROVED"}', ${dueAt}
    from organizations o, generate_series($2::int, $2::int + $1::int - 1) n`,
  notifications: (dueAt) => `
    insert into notifications (organization_id, id, sequence, type, url, partition, body, due_at)
    select o.id, uuidv7(), 0, 'payin.approved', 'https://merchant.example/hook', 'partition-' || n / 2 % ${PARTITIONS}, '{"type":"payin.approved"}', ${dueAt}
    from organizations o, generate_series($2::int, $2::int + $1::int - 1) n`,
};

/** Rows of one table of due work. */
export class DueRows {
  #rows = 0;

  constructor(
    private readonly database: TestDatabase,
    readonly work: WorkName,
  ) {}

  /** One organization, made by the command line as an operator makes one. */
  static makeOrganization(databaseUrl: string): void {
    execFileSync(process.execPath, ['dist/src/app/cli.js', 'organizations', 'create', '--name', 'Bench'], {
      env: { PATH: process.env['PATH'], DATABASE_URL: databaseUrl },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  }

  /** So many rows in all that are not due: half of them have ended, half are due some time later. */
  async notDue(count: number): Promise<void> {
    await this.#forgetClaimed();
    await this.#insert(
      count - this.#rows,
      `case when n % 2 = 0 then now() + interval '1 hour' + n * interval '1 millisecond' end`,
    );
    this.#rows = count;
    await this.database.query(`vacuum analyze ${this.work}`);
  }

  /** So many due rows, besides those that are not. */
  async due(count: number): Promise<void> {
    await this.#forgetClaimed();
    await this.#insert(count, `now() - (n % 60) * interval '1 second'`);
    await this.database.query('checkpoint');
  }

  /** How often rows were claimed: `{ 1: 500 }` when each of 500 was claimed once. */
  async claims(): Promise<Record<number, number>> {
    const rows = await this.database.query<{ fencingToken: number; count: number }>(
      `select fencing_token, count(*)::int as count from ${this.work} where fencing_token > 0 group by fencing_token`,
    );
    return Object.fromEntries(rows.map(({ fencingToken, count }) => [fencingToken, count]));
  }

  async #insert(count: number, dueAt: string): Promise<void> {
    await this.database.query(INSERT[this.work](dueAt), [count, this.#rows]);
  }

  async #forgetClaimed(): Promise<void> {
    await this.database.query(`delete from ${this.work} where fencing_token > 0`);
    await this.database.query(`vacuum ${this.work}`);
  }
}
