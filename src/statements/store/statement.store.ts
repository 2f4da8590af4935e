import { Inject, Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { Database } from '../../database/database.js';
import type { Busy, Claimed } from '../../database/due-work.js';
import { claimQuery, LEASE_END as LEASE, releaseQuery } from '../../database/due-work.queries.js';
import { idNow } from '../../database/id-at.js';
import type { StatementLine } from './statement-line.js';
import type { BadLine, MatchingPhase, StatementCovers, StatementSource, StatementStatus } from './statement.entity.js';

export interface NewStatement {
  organizationId: string;
  provider: string;
  source: StatementSource;
  from: Date;
  to: Date;
  covers: StatementCovers | null;
  fingerprint: string | null;
}

/** What work on a statement needs to know of it. */
export interface ClaimedStatement extends Claimed {
  provider: string;
  source: StatementSource;
  status: StatementStatus;
  from: Date;
  to: Date;
  covers: StatementCovers | null;
  phase: MatchingPhase | null;
  position: string | null;
  attempts: number;
}

/** A day's list, as `create` takes it. */
export type PlannedList = Pick<NewStatement, 'organizationId' | 'from' | 'to' | 'fingerprint'>;

/** Whoever holds a statement: its upload, or a worker. */
export type StatementHold = Pick<Claimed, 'organizationId' | 'id' | 'fencingToken'>;

/** Somebody else holds the statement: it was not heard of for too long, and what it still wants to write no longer counts. */
export class StatementLost extends Error {
  constructor() {
    super('the statement has passed to another');
    this.name = 'StatementLost';
  }
}

const CLAIM = claimQuery<ClaimedStatement>({
  label: 'statements',
  table: 'statements',
  columns: [
    'claimed.provider',
    'claimed.source',
    'claimed.status',
    'claimed.period_from as "from"',
    'claimed.period_to as "to"',
    'claimed.covers',
    'claimed.phase',
    'claimed.position',
    'claimed.attempts',
  ],
});

const RELEASE = releaseQuery('statements');

/** Whose days are the days of a statement. */
const ZONE = 'America/Bogota';
const UNIQUE_VIOLATION = '23505';
/** Lines deleted in one commit. */
const SWEEP_LINES = 20_000;

/** How statements come in, up to where all their lines are stored, and how those that come to nothing go. */
@Injectable()
export class StatementStore {
  constructor(@Inject(Database) private readonly database: Database) {}

  /**
   * A new statement, held by who makes it (`held`) or due at once.
   * @returns its id; undefined when its fingerprint is taken
   */
  async create(statement: NewStatement, held: boolean): Promise<string | undefined> {
    const [row] = await this.database.query<{ id: string }>(
      {
        name: 'create statement',
        text: `insert into statements (organization_id, id, provider, source, period_from, period_to, covers, fingerprint, due_at)
               values ($1, ${idNow('$2')}, $3, $4, $5, $6, $7, $8, case when $9 then ${LEASE} else now() end)
               on conflict (organization_id, fingerprint) do nothing
               returning id`,
      },
      [
        statement.organizationId,
        uuidv7(),
        statement.provider,
        statement.source,
        statement.from,
        statement.to,
        statement.covers,
        statement.fingerprint,
        held,
      ],
    );
    return row?.id;
  }

  async idOf(organizationId: string, fingerprint: string): Promise<string | undefined> {
    const [row] = await this.database.query<{ id: string }>(
      {
        name: 'find statement by fingerprint',
        text: 'select id from statements where organization_id = $1 and fingerprint = $2',
      },
      [organizationId, fingerprint],
    );
    return row?.id;
  }

  /** How many statements of an organization are not done yet. */
  async underWay(organizationId: string): Promise<number> {
    const [row] = await this.database.query<{ count: number }>(
      {
        name: 'count statements under way',
        text: `select count(*)::int as count from statements where organization_id = $1 and status in ('RECEIVING', 'MATCHING')`,
      },
      [organizationId],
    );
    return row?.count ?? 0;
  }

  /** The organizations that had orders at a provider in the last days and whose list of them has not been asked for today. */
  unplannedLists(provider: string, hour: number, days: number): Promise<PlannedList[]> {
    return this.database.query<PlannedList>(
      {
        name: 'lists to fetch',
        text: `
          with today as (
            select date_trunc('day', now() at time zone '${ZONE}') as day
          ), period as (
            select (day - $3 * interval '1 day') at time zone '${ZONE}' as "from", day at time zone '${ZONE}' as "to",
                   'daily ' || $1 || ' ' || to_char(day, 'YYYY-MM-DD') as fingerprint
            from today where now() >= (day + $2 * interval '1 hour') at time zone '${ZONE}'
          )
          select o.id as "organizationId", period.*
          from period, organizations o
          where not exists (
              select 1 from statements s where s.organization_id = o.id and s.fingerprint = period.fingerprint)
            and exists (
              select 1 from attempts a
              where a.organization_id = o.id and a.provider = $1 and a.started_at >= period."from" and a.started_at < period."to")
          limit 1000`,
      },
      [provider, hour, days],
    );
  }

  /** How its orders are told from others' in a provider's list. */
  async organization(organizationId: string): Promise<{ code: string; isAlone: boolean }> {
    const [row] = await this.database.query<{ code: string; isAlone: boolean }>(
      {
        name: 'organization of a statement',
        text: `select code, not exists (select 1 from organizations o where o.id <> $1) as "isAlone" from organizations where id = $1`,
      },
      [organizationId],
    );
    if (!row) throw new Error('a statement of an organization that does not exist');
    return row;
  }

  claim(free: number, busy: readonly Busy[]): Promise<ClaimedStatement[]> {
    return this.database.query(CLAIM, { free, busy });
  }

  async release(claim: Claimed): Promise<void> {
    await this.database.query(RELEASE, claim);
  }

  /** Holds the statement for another lease. @throws StatementLost */
  async keep(hold: StatementHold): Promise<void> {
    await this.#change(hold, { name: 'keep statement', text: `update statements set due_at = ${LEASE}` }, []);
  }

  /** Stores some of its lines, and holds it for another lease. @throws StatementLost */
  async append(hold: StatementHold, lines: readonly StatementLine[]): Promise<void> {
    const rows = await this.database.query(
      {
        name: 'append statement lines',
        text: `
          with statement as (
            update statements set lines = lines + cardinality($4::int[]), due_at = ${LEASE}
            where organization_id = $1 and id = $2 and fencing_token = $3 and status = 'RECEIVING'
            returning organization_id, id
          ), stored as (
            insert into statement_lines (organization_id, statement_id, line, reference, external_id, amount_in_cents, currency, status,
                                         raw_status, paid_at, fee_in_cents)
            select s.organization_id, s.id, l.*
            from statement s, unnest($4::int[], $5::text[], $6::text[], $7::bigint[], $8::text[], $9::text[], $10::text[],
                                     $11::timestamptz[], $12::bigint[]) as l
          )
          select id from statement`,
      },
      [
        hold.organizationId,
        hold.id,
        hold.fencingToken,
        lines.map(({ line }) => line),
        lines.map(({ reference }) => reference),
        lines.map(({ externalId }) => externalId),
        lines.map(({ amountInCents }) => amountInCents?.toString() ?? null),
        lines.map(({ currency }) => currency),
        lines.map(({ status }) => status),
        lines.map(({ rawStatus }) => rawStatus),
        lines.map(({ paidAt }) => paidAt?.toISOString() ?? null),
        lines.map(({ feeInCents }) => feeInCents?.toString() ?? null),
      ],
    );
    if (rows.length === 0) throw new StatementLost();
  }

  /**
   * All lines are stored: they are matched from now on.
   * @returns false when another statement has the same fingerprint
   * @throws StatementLost
   */
  async received(hold: StatementHold, fingerprint: string | null): Promise<boolean> {
    const received = {
      name: 'statement received',
      text: `update statements set status = 'MATCHING', phase = 'find', position = null, attempts = 0,
                                   fingerprint = coalesce($4, fingerprint), due_at = now()`,
    };
    try {
      await this.#change(hold, received, [fingerprint]);
      return true;
    } catch (error) {
      if ((error as { code?: unknown } | null)?.code !== UNIQUE_VIOLATION) throw error;
      return false;
    }
  }

  /** It comes to nothing; its lines are swept away. @throws StatementLost */
  async end(
    hold: StatementHold,
    status: 'REJECTED' | 'ABANDONED',
    reason: string,
    bad: { count: number; first: readonly BadLine[] } = { count: 0, first: [] },
  ): Promise<void> {
    await this.#change(
      hold,
      {
        name: 'end statement',
        text: `update statements set status = $4, reason = $5, bad_lines = $6, first_bad_lines = $7, done_at = now(), due_at = now()`,
      },
      [status, reason.slice(0, 255), bad.count, JSON.stringify(bad.first)],
    );
  }

  /** It stays as far as it came. An upload may be sent again; a daily list is not asked for again on the same day. @throws StatementLost */
  async fail(hold: StatementHold, reason: string): Promise<void> {
    await this.#change(
      hold,
      {
        name: 'fail statement',
        text: `update statements set status = 'FAILED', reason = $4, done_at = now(), due_at = null,
                                     fingerprint = case when source <> 'UPLOAD' then fingerprint end`,
      },
      [reason],
    );
  }

  /** How often work on it has failed since it last got on. @throws StatementLost */
  async attempts({ organizationId, id, fencingToken }: StatementHold): Promise<number> {
    const [row] = await this.database.query<{ attempts: number }>(
      {
        name: 'attempts of statement',
        text: 'select attempts from statements where organization_id = $1 and id = $2 and fencing_token = $3',
      },
      [organizationId, id, fencingToken],
    );
    if (!row) throw new StatementLost();
    return row.attempts;
  }

  /** Its provider could not list now, or working on it failed. @throws StatementLost */
  async retryLater(hold: StatementHold, delaySeconds: number): Promise<void> {
    await this.#change(
      hold,
      {
        name: 'try statement later',
        text: `update statements set attempts = attempts + 1, due_at = now() + $4 * interval '1 second'`,
      },
      [delaySeconds],
    );
  }

  /**
   * Deletes some of its lines: all that it has, or those that matched.
   * @returns whether any may be left
   * @throws StatementLost
   */
  async sweep(hold: StatementHold, which: 'all' | 'matched'): Promise<boolean> {
    const [swept] = await this.database.query<{ lines: number }>(
      {
        name: `sweep ${which} statement lines`,
        text: `
          with statement as (
            update statements set ${which === 'all' ? 'lines = 0, ' : ''}due_at = ${LEASE}
            where organization_id = $1 and id = $2 and fencing_token = $3
            returning organization_id, id
          ), swept as (
            delete from statement_lines l using statement s
            where l.organization_id = s.organization_id and l.statement_id = s.id and l.line in (
              select line from statement_lines
              where organization_id = $1 and statement_id = $2 ${which === 'all' ? '' : "and outcome = 'MATCHED'"}
              order by line limit ${SWEEP_LINES})
            returning l.line
          )
          select (select count(*) from swept)::int as lines from statement`,
      },
      [hold.organizationId, hold.id, hold.fencingToken],
    );
    if (!swept) throw new StatementLost();
    return swept.lines === SWEEP_LINES;
  }

  /** Nothing is left to be done on it. @throws StatementLost */
  async rest(hold: StatementHold): Promise<void> {
    await this.#change(hold, { name: 'rest statement', text: 'update statements set due_at = null' }, []);
  }

  async #change(
    { organizationId, id, fencingToken }: StatementHold,
    { name, text }: { name: string; text: string },
    values: readonly unknown[],
  ): Promise<void> {
    const rows = await this.database.query(
      { name, text: `${text} where organization_id = $1 and id = $2 and fencing_token = $3 returning id` },
      [organizationId, id, fencingToken, ...values],
    );
    if (rows.length === 0) throw new StatementLost();
  }
}
