import type { Claimed } from '../../database/due-work.js';
import { LEASE_END, STILL_CLAIMED, claimQuery, releaseQuery } from '../../database/due-work.queries.js';
import { query, sqlList } from '../../database/query.js';
import { OPEN_STATUSES } from '../domain/status.js';

const OPEN = sqlList(OPEN_STATUSES);

/** A claimed payin, with what a line about it says. */
export interface ClaimedPayin extends Claimed {
  reference: string;
}

const CLAIMED_COLUMNS = ['claimed.reference'];

interface ClaimOfProvider {
  provider: string;
}

/** A provider's payins whose status check is due, but for open ones that have expired by the clock. */
export const CLAIM_POLLS = claimQuery<ClaimedPayin, ClaimOfProvider>({
  label: 'payins to poll',
  table: 'payins',
  columns: CLAIMED_COLUMNS,
  kind: 'provider = $provider',
  condition: `(expires_at > now() or status not in (${OPEN}))`,
});

/** A provider's open payins that have expired by the clock, and whose status check is due. */
export const CLAIM_EXPIRED = claimQuery<ClaimedPayin, ClaimOfProvider>({
  label: 'payins to expire',
  table: 'payins',
  columns: CLAIMED_COLUMNS,
  kind: 'provider = $provider',
  condition: `expires_at <= now() and status in (${OPEN})`,
});

/** Payins whose payer has chosen no rail, once their time is over. */
export const CLAIM_UNCHOSEN = claimQuery<ClaimedPayin>({
  label: 'payins without a choice',
  table: 'payins',
  columns: CLAIMED_COLUMNS,
  kind: 'provider is null',
  condition: 'true',
});

/** For a line about a payin of which nothing else is at hand. */
export const READ_REFERENCE = query<{ organizationId: string; id: string }, { reference: string }>(
  'reference of a payin',
  'select reference from payins where organization_id = $organizationId and id = $id',
);

/** Claims one payin, whether it is due or not. The worker that holds it loses it. */
export const CLAIM_PAYIN = query<{ organizationId: string; id: string }, Claimed>(
  'claim one payin',
  `update payins set due_at = ${LEASE_END}, fencing_token = fencing_token + 1
   where organization_id = $organizationId and id = $id
   returning organization_id as "organizationId", id, fencing_token as "fencingToken", now() as "claimedAt"`,
);

export const RELEASE_PAYIN = releaseQuery('payins');

export const POSTPONE_CHECK = query<Claimed & { delaySeconds: number }>(
  'postpone a status check',
  `update payins set due_at = now() + $delaySeconds * interval '1 second', checks = checks + 1 where ${STILL_CLAIMED}`,
);

/** The providers of payins that have a status check to come, by jumps through the index: however many payins there are. */
export const PROVIDERS_WITH_CHECKS = query<object, { provider: string }>(
  'providers with status checks to come',
  `
    with recursive waiting as (
      (select provider from payins where due_at is not null order by provider limit 1)
      union all
      select (select p.provider from payins p where p.due_at is not null and p.provider > w.provider order by p.provider limit 1)
      from waiting w where w.provider is not null
    )
    select provider from waiting where provider is not null`,
);
