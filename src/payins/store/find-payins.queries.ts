import { type Query, query } from '../../database/query.js';
import type { PayinStatus } from '../domain/status.js';
import { OFF_ITS_ID } from './payin.entity.js';

/** Of a payin that is shown. Null: any. */
export interface PayinFilters {
  organizationId: string;
  statuses: readonly PayinStatus[] | null;
  rail: string | null;
  provider: string | null;
  amountInCents: number | null;
  createdFrom: Date | null;
  createdTo: Date | null;
  /** The beginning of its reference's term. */
  beginning: string | null;
}

/** By their ids: `desc` is the newest first. */
export type IdOrder = 'asc' | 'desc';

/** A query for each order. */
function inBothOrders<Values extends object, Row>(
  name: string,
  text: (order: IdOrder) => string,
): Readonly<Record<IdOrder, Query<Values, Row>>> {
  return { desc: query(name, text('desc')), asc: query(`${name}, oldest first`, text('asc')) };
}

/** Between which ids is read. */
export interface Range {
  /** Not included. */
  before: string;
  /** Included. */
  from: string;
  /** Ids that are enough. */
  wanted: number;
}

/** What was found in one part of a stream of ids. */
export interface Found {
  /** In the order of the stream. */
  ids: string[];
  /** As far as the stream was read, where it goes on and not enough was found. */
  end: string | null;
}

/** Ids that are read in one go, of which few may fit. */
const PART = 250;
/** Of all payins, which stand side by side. */
const PART_OF_ALL = 2_000;
/** As many as this are read whole, and then put in order. */
export const FEW_MAX = 2_000;
/** Terms that more payins have are common: any other is read instead. */
export const COMMON_MIN = 2_000;
/** Payins that are not indexed yet: as many are compared one by one. */
export const UNINDEXED_MAX = 1_000;
/** Payins that are as much older or younger than their ids say. */
const DISORDER_MAX = 200;

const FILTERS = `
  ($statuses::text[] is null or p.status = any($statuses::text[]))
  and ($rail::text is null or p.rail = $rail) and ($provider::text is null or p.provider = $provider)
  and ($amountInCents::bigint is null or p.amount_in_cents = $amountInCents)
  and ($createdFrom::timestamptz is null or p.created_at >= $createdFrom)
  and ($createdTo::timestamptz is null or p.created_at < $createdTo)
  and ($beginning::text is null or starts_with('r:' || lower(p.reference), $beginning))`;

/**
 * SQL: the first ids of a stream whose payins pass the filters. The stream is read in its order through an index, no further than is needed
 * and no further than one part.
 * @param source selects `id` in this order, without a limit
 * @param condition of an id `c.id`
 */
function partOf(order: IdOrder, source: string, size: number, condition = 'true'): string {
  return `
    lateral (
      select array(
        select c.id from (${source} limit ${size}) as c,
          lateral (select from payins p where p.organization_id = $organizationId and p.id = c.id and ${FILTERS} offset 0) as payin
        where ${condition}
        order by c.id ${order} limit $wanted) as ids offset 0
    ) as found,
    lateral (select case when cardinality(found.ids) < $wanted then (select e.id from (${source} offset ${size - 1} limit 1) as e) end as "end") as further`;
}

const IN_RANGE = (id: string) => `${id} < $before::uuid and ${id} >= $from::uuid`;
const FOUND = 'select found.ids, further."end" from';

export const SCAN_PAYINS = inBothOrders<PayinFilters & Range, Found>(
  'scan payins',
  (order) =>
    `${FOUND} ${partOf(
      order,
      `select s.id from payins s where s.organization_id = $organizationId and ${IN_RANGE('s.id')} order by s.id ${order}`,
      PART_OF_ALL,
    )}`,
);

/** A row for each status. */
export const SCAN_STATUSES = inBothOrders<PayinFilters & Range, Found>(
  'scan payins by status',
  (order) =>
    `${FOUND} unnest($statuses::text[]) as one (status), ${partOf(
      order,
      `select s.id from payins s
     where s.organization_id = $organizationId and s.status = one.status and ${IN_RANGE('s.id')} order by s.id ${order}`,
      PART,
    )}`,
);

/** SQL: of some terms those that a payin `c.id` does not have. */
function missingOf(terms: string): string {
  return `
    select from unnest(${terms}) as other (term) where not exists (
      select from payin_search_terms t
      where t.organization_id = $organizationId and t.term = other.term and t.payin_id = c.id)`;
}

/** All of these terms. The first one is read through. */
export interface Terms {
  term: string;
  others: readonly string[];
}

/** A row for each. */
export const SCAN_TERMS = inBothOrders<PayinFilters & Range & { terms: readonly Terms[] }, Found>(
  'scan payins by term',
  (order) =>
    `${FOUND} jsonb_to_recordset($terms::jsonb) as one (term text, others text[]), ${partOf(
      order,
      `select s.payin_id as id from payin_search_terms s
     where s.organization_id = $organizationId and s.term = one.term and ${IN_RANGE('s.payin_id')} order by s.payin_id ${order}`,
      PART,
      `not exists (${missingOf('one.others')})`,
    )}`,
);

/** A row for each status, of payins that have all of some terms. */
export const SCAN_STATUSES_OF_TERMS = inBothOrders<PayinFilters & Range & { terms: readonly Terms[] }, Found>(
  'scan payins by status and term',
  (order) =>
    `${FOUND} unnest($statuses::text[]) as one (status), ${partOf(
      order,
      `select s.id from payins s
     where s.organization_id = $organizationId and s.status = one.status and ${IN_RANGE('s.id')} order by s.id ${order}`,
      PART,
      `exists (
       select from jsonb_to_recordset($terms::jsonb) as meant (term text, others text[])
       where not exists (${missingOf('array_append(meant.others, meant.term)')}))`,
    )}`,
);

export const FILTER_PAYINS = inBothOrders<PayinFilters & Range & { ids: readonly string[] }, { id: string }>(
  'filter payins',
  (order) => `select p.id from payins p
   where p.organization_id = $organizationId and p.id = any($ids::uuid[]) and ${IN_RANGE('p.id')} and ${FILTERS}
   order by p.id ${order} limit $wanted`,
);

/** Newest first; `before` is not included. */
export const PAYINS_OF_LINK = query<
  { organizationId: string; paymentLinkId: string; before: string; limit: number },
  { id: string }
>(
  'payins of a payment link',
  `select p.id from payins p
   where p.organization_id = $organizationId and p.payment_link_id = $paymentLinkId and p.id < $before::uuid
   order by p.id desc limit $limit::int`,
);

/** With what they are found by. */
export const READ_UNINDEXED = inBothOrders<
  PayinFilters & Omit<Range, 'wanted'>,
  { id: string; request: unknown; passes: boolean }
>(
  'read unindexed payins',
  (order) => `select p.id, p.request, ${FILTERS} as passes
   from (
     select u.payin_id from unindexed_payins u
     where u.organization_id = $organizationId and ${IN_RANGE('u.payin_id')} order by u.payin_id ${order} limit ${UNINDEXED_MAX}
   ) as u join payins p on p.organization_id = $organizationId and p.id = u.payin_id
   order by p.id ${order}`,
);

/** What names few payins. Null: not asked for. */
export interface Names {
  reference: string | null;
  providerReference: string | null;
  externalId: string | null;
  id: string | null;
}

/** A provider's number is looked up at each provider that the organization has had, by jumps through the index. */
export const PAYINS_NAMED = query<Names & { organizationId: string }, { by: keyof Names; id: string }>(
  'payins named',
  `
    with recursive known as (
      (select a.provider from attempts a
       where $externalId::text is not null and a.organization_id = $organizationId and a.external_id is not null order by a.provider limit 1)
      union all
      select (select a.provider from attempts a
              where a.organization_id = $organizationId and a.external_id is not null and a.provider > known.provider
              order by a.provider limit 1)
      from known where known.provider is not null
    )
    select 'reference' as by, p.id from payins p where p.organization_id = $organizationId and p.reference = $reference
    union all
    select 'id', p.id from payins p where p.organization_id = $organizationId and p.id = $id::uuid
    union all
    select 'providerReference', a.payin_id from attempts a
    where a.organization_id = $organizationId and a.provider_reference = $providerReference
    union all
    (select 'externalId', a.payin_id from known, attempts a
     where a.organization_id = $organizationId and a.provider = known.provider and a.external_id = $externalId limit ${FEW_MAX})`,
);

/** Payins whose term begins so; if there are more than `FEW_MAX`, any of them. */
export const PAYINS_THAT_BEGIN = query<{ organizationId: string; beginning: string; end: string }, { id: string }>(
  'payins that begin',
  `select payin_id as id from payin_search_terms
   where organization_id = $organizationId and term >= $beginning and term < $end limit ${FEW_MAX + 1}`,
);

/** How common something is. */
export interface Frequency {
  /** Of payins that have it, up to one more than `COMMON_MIN`. */
  count: number;
  /** The id of the last of so many, the newest first: the older it is, the rarer they are. Null: there are not so many. */
  reach: string | null;
}

/** SQL: the frequency of what a source of `id`s selects, the newest first. */
const frequencyOf = (source: string): string => `
  select cardinality(few.ids) as count, few.ids[${COMMON_MIN + 1}] as reach
  from (select array(${source} limit ${COMMON_MIN + 1}) as ids) as few`;

export const COUNT_TERMS = query<
  { organizationId: string; before: string; terms: readonly string[] },
  Frequency & { term: string }
>(
  'count search terms',
  `select one.term, frequency.* from unnest($terms::text[]) as one (term), lateral (${frequencyOf(
    `select s.payin_id from payin_search_terms s
     where s.organization_id = $organizationId and s.term = one.term and s.payin_id < $before::uuid order by s.payin_id desc`,
  )}) as frequency`,
);

export const COUNT_STATUSES = query<{ organizationId: string; before: string; statuses: readonly string[] }, Frequency>(
  'count payins by status',
  `select frequency.* from unnest($statuses::text[]) as one (status), lateral (${frequencyOf(
    `select p.id from payins p
     where p.organization_id = $organizationId and p.status = one.status and p.id < $before::uuid order by p.id desc`,
  )}) as frequency`,
);

/**
 * Between which ids the payins of a period are: an id says when its payin was made, and those of old versions nearly so. No row where some of them
 * were made at another time than their ids say.
 * @see idAt
 */
export const RANGE_OF_PERIOD = query<
  { organizationId: string; from: string; before: string; createdFrom: Date | null; createdTo: Date | null },
  { from: string | null; before: string | null }
>(
  'range of a period',
  `select
     (select p.id from payins p where p.organization_id = $organizationId and p.id < $from::uuid
      order by p.id desc offset ${DISORDER_MAX - 1} limit 1) as from,
     (select p.id from payins p where p.organization_id = $organizationId and p.id >= $before::uuid
      order by p.id offset ${DISORDER_MAX - 1} limit 1) as before
   where not exists (
     select from payins where organization_id = $organizationId and ${OFF_ITS_ID}
       and created_at >= coalesce($createdFrom::timestamptz, '-infinity') and created_at < coalesce($createdTo::timestamptz, 'infinity'))`,
);

/** Of each organization that has any, the first payins that are not indexed; of `$free` organizations that are not busy. */
export const UNINDEXED_BATCH = 250;
export const CLAIM_UNINDEXED = query<
  { free: number; busy: readonly string[] },
  { organizationId: string; id: string; request: unknown }
>(
  'claim unindexed payins',
  `
    with recursive waiting as (
      (select organization_id from unindexed_payins order by organization_id limit 1)
      union all
      select (select u.organization_id from unindexed_payins u where u.organization_id > waiting.organization_id order by u.organization_id limit 1)
      from waiting where waiting.organization_id is not null
    ), chosen as (
      select organization_id from waiting
      where organization_id is not null and organization_id <> all($busy::uuid[]) order by random() limit $free
    )
    select p.organization_id as "organizationId", p.id, p.request
    from chosen cross join lateral (
      select u.payin_id from unindexed_payins u where u.organization_id = chosen.organization_id order by u.payin_id limit ${UNINDEXED_BATCH}
    ) as first join payins p on p.organization_id = chosen.organization_id and p.id = first.payin_id`,
);

/** The terms of payins that are still not indexed: another process may have been faster, or somebody have forgotten the payer. */
export const INDEX_PAYINS = query<{
  organizationId: string;
  payins: readonly { id: string; terms: readonly string[] }[];
}>(
  'index payins',
  `
    with indexed as (
      delete from unindexed_payins u using jsonb_to_recordset($payins::jsonb) as one (id uuid, terms text[])
      where u.organization_id = $organizationId and u.payin_id = one.id
      returning one.id, one.terms
    )
    insert into payin_search_terms (organization_id, term, payin_id)
    select $organizationId::uuid, term, indexed.id from indexed, unnest(indexed.terms) as term
    order by term collate "C", indexed.id
    on conflict do nothing`,
);
