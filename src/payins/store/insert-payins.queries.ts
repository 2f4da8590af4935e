import { batchColumns, batchQuery } from '../../database/query.js';
import type { OutgoingNotification } from '../../outbox/fan-out.js';
import { hasEndpoints, insertNotifications } from '../../outbox/fan-out.queries.js';
import { STATUSES } from '../domain/status.js';
import type { PayinRecord } from './payin-record.js';
import { type Written, isRecent } from './written.queries.js';

type NewPayinRow = Pick<
  PayinRecord,
  | 'organizationId'
  | 'id'
  | 'reference'
  | 'fingerprint'
  | 'request'
  | 'currency'
  | 'rail'
  | 'status'
  | 'expiresAt'
  | 'createdAt'
> & {
  provider: string | null;
  amountInCents: string;
  /** Null: the payer chooses the rail, and nothing is opened before. */
  attemptId: string | null;
  providerReference: string | null;
  dueAt: Date;
  leavesOutMessages: boolean;
};

interface NewPayin {
  payin: NewPayinRow;
  notifications: readonly OutgoingNotification[];
}

const NEW_PAYIN_COLUMNS = batchColumns<NewPayinRow>({
  organizationId: 'uuid',
  id: 'uuid',
  reference: 'text',
  fingerprint: 'text',
  request: 'jsonb',
  amountInCents: 'bigint',
  currency: 'text',
  rail: 'text',
  provider: 'text',
  status: 'text',
  expiresAt: 'timestamptz',
  createdAt: 'timestamptz',
  dueAt: 'timestamptz',
  attemptId: 'uuid',
  providerReference: 'text',
  leavesOutMessages: 'boolean',
});

/** One use of a payment link, as it was read before: once another one is counted, it does not count any more. */
export interface LinkUse {
  paymentLinkId: string;
  /** Whoever presses twice sends the same. */
  paymentLinkUse: string;
  /** Of the link's payin before this one. */
  lastNumber: number;
  /** Of this one. */
  number: number;
}

const LINK_USE_COLUMNS = batchColumns<LinkUse>({
  paymentLinkId: 'uuid',
  paymentLinkUse: 'uuid',
  lastNumber: 'int',
  number: 'int',
});

/** Payins as they are asked for. In the order in which every replica goes on: those that wait for each other's references do not do so in a ring. */
const ASKED = `
  select * from jsonb_to_recordset($payin::jsonb) as n (${NEW_PAYIN_COLUMNS})
  where not ("leavesOutMessages" and ${hasEndpoints('"organizationId"')}) and ${isRecent('"createdAt"')}
  order by "organizationId", reference`;

/** SQL that writes payins. */
interface PayinInsert {
  /** Of whom they are, as the part `new`, with what comes before it. */
  parts: string;
  /** More columns of theirs, and what `new` has for each. */
  columns?: Readonly<Record<string, string>>;
  conflict: string;
  /** What is written of those that were `inserted`. */
  counts?: string;
}

/** The payin, the intent to open it unless its payer chooses the rail, the first line of its history and its event, in one commit. */
function insertPayins({ parts, columns = {}, conflict, counts = '' }: PayinInsert): string {
  const more = (names: readonly string[]) => names.map((name) => `, ${name}`).join('');
  return `
    with ${parts}, inserted as (
      insert into payins (organization_id, id, reference, fingerprint, request, amount_in_cents, currency, rail, provider, status,
                          expires_at, sequence, created_at, updated_at, due_at${more(Object.keys(columns))})
      select "organizationId", id, reference, fingerprint, request, "amountInCents", currency, rail, provider, status,
             "expiresAt", 1, "createdAt", "createdAt", "dueAt"${more(Object.values(columns))}
      from new
      ${conflict}
      returning id
    ), payin as materialized (
      select new.*, new."organizationId" as organization_id, new.id as payin_id from inserted join new using (id)
    )${counts}, attempt as (
      insert into attempts (organization_id, id, payin_id, provider, provider_reference, state, started_at)
      select organization_id, "attemptId", payin_id, provider, "providerReference", 'opening', "createdAt" from payin
      where "attemptId" is not null
    ), event as (
      insert into payin_events (organization_id, payin_id, sequence, type, source, from_status, to_status, data, at)
      select organization_id, payin_id, 1, '${STATUSES.CREATED.event}', 'create', null, status, '{}', "createdAt" from payin
    ), unindexed as (
      insert into unindexed_payins (organization_id, payin_id) select organization_id, payin_id from payin
    ), notification as (${insertNotifications('payin')}
    )
    select row, exists (select from notification n where n.payin_id = payin.payin_id and n.due_at is not null) as "hasDueNotifications",
           ${hasEndpoints('payin.organization_id')} as "hasEndpoints"
    from payin`;
}

/** Those whose reference is not taken. */
export const INSERT_PAYINS = batchQuery<NewPayin, Written>(
  'insert payins',
  insertPayins({
    parts: `new as materialized (${ASKED})`,
    conflict: 'on conflict (organization_id, reference) do nothing',
  }),
);

/**
 * Those of payment links that may be used, whose last number is still the one that was read, and whose use and reference are not taken. The use is
 * counted with the payin or not at all: the link is locked until both are committed.
 */
export const INSERT_PAYINS_OF_LINKS = batchQuery<NewPayin & { link: LinkUse }, Written>(
  'insert payins of payment links',
  insertPayins({
    parts: `
      asked as materialized (${ASKED}), link as materialized (
        select u.* from jsonb_to_recordset($link::jsonb) as u (${LINK_USE_COLUMNS})
        join asked on asked.row = u.row
        join payment_links l on l.organization_id = asked."organizationId" and l.id = u."paymentLinkId"
        where l.last_number = u."lastNumber" and l.status = 'ACTIVE' and (l.uses is null or l.used < l.uses)
          and (l.expires_at is null or l.expires_at > now())
        order by l.organization_id, l.id
        for no key update of l
      ), new as materialized (
        select asked.*, link."paymentLinkId", link."paymentLinkUse", link.number from asked join link using (row)
      )`,
    columns: { payment_link_id: '"paymentLinkId"', payment_link_use: '"paymentLinkUse"' },
    conflict: 'on conflict do nothing',
    counts: `, counted as (
      update payment_links l set used = l.used + 1, last_number = payin.number
      from payin where l.organization_id = payin.organization_id and l.id = payin."paymentLinkId"
    )`,
  }),
);
