import { insertAuditEntries, type NewAuditEntry } from '../audit/audit.queries.js';
import { jsonColumns, query, selected } from '../database/query.js';
import type { Stored } from '../database/stored-json.js';
import type { PaymentLink, PaymentLinkRequest } from './payment-link.js';

type Amounts = 'amountInCents' | 'minInCents' | 'maxInCents';
/** What the driver gives: amounts are texts. */
export interface PaymentLinkRow extends Omit<PaymentLink, Amounts>, Stored<Pick<PaymentLink, Amounts>> {}

const COLUMNS = selected<PaymentLinkRow>({
  id: 'l.id',
  reference: 'l.reference',
  title: 'l.title',
  description: 'l.description',
  currency: 'l.currency',
  amountInCents: 'l.amount_in_cents::text',
  minInCents: 'l.min_in_cents::text',
  maxInCents: 'l.max_in_cents::text',
  uses: 'l.uses',
  used: 'l.used',
  lastNumber: 'l.last_number',
  rails: 'l.rails',
  expiresAt: 'l.expires_at',
  redirectUrl: 'l.redirect_url',
  callbackUrl: 'l.callback_url',
  metadata: 'l.metadata',
  status: 'l.status',
  createdBy: 'l.created_by',
  createdAt: 'l.created_at',
  updatedAt: 'l.updated_at',
});

export interface NewPaymentLink extends PaymentLinkRequest {
  organizationId: string;
  id: string;
  createdBy: string;
  createdAt: Date;
}

/** Unless the reference is taken. */
export const INSERT_PAYMENT_LINK = query<
  { link: NewPaymentLink; auditEntries: readonly NewAuditEntry[] },
  { id: string }
>(
  'insert a payment link',
  `
    with inserted as (
      insert into payment_links (organization_id, id, reference, title, description, currency, amount_in_cents, min_in_cents, max_in_cents, uses, rails,
                                 expires_at, redirect_url, callback_url, metadata, created_by, created_at, updated_at)
      select "organizationId", id, reference, title, description, currency, "amountInCents", "minInCents", "maxInCents", uses, nullif(rails, 'null'),
             "expiresAt", "redirectUrl", "callbackUrl", metadata, "createdBy", "createdAt", "createdAt"
      from jsonb_to_record($link::jsonb) as n (${jsonColumns<NewPaymentLink>({
        organizationId: 'uuid',
        id: 'uuid',
        reference: 'text',
        title: 'text',
        description: 'text',
        currency: 'text',
        amountInCents: 'bigint',
        minInCents: 'bigint',
        maxInCents: 'bigint',
        uses: 'int',
        rails: 'jsonb',
        expiresAt: 'timestamptz',
        redirectUrl: 'text',
        callbackUrl: 'text',
        metadata: 'jsonb',
        createdBy: 'uuid',
        createdAt: 'timestamptz',
      })})
      on conflict (organization_id, reference) do nothing
      returning id
    ), recorded as (${insertAuditEntries('$auditEntries::jsonb', 'exists (select from inserted)')})
    select id from inserted`,
);

export interface PaymentLinkFilters {
  status: string | null;
  reference: string | null;
}

/** Newest first; `before` is not included. */
export const LIST_PAYMENT_LINKS = query<
  PaymentLinkFilters & { organizationId: string; before: string | null; limit: number },
  PaymentLinkRow
>(
  'list payment links',
  `select ${COLUMNS} from payment_links l
   where l.organization_id = $organizationId and ($status::text is null or l.status = $status)
     and ($reference::text is null or l.reference = $reference) and ($before::uuid is null or l.id < $before::uuid)
   order by l.id desc limit $limit::int`,
);

export const READ_PAYMENT_LINK = query<{ organizationId: string; id: string }, PaymentLinkRow>(
  'one payment link',
  `select ${COLUMNS} from payment_links l where l.organization_id = $organizationId and l.id = $id`,
);

export const PAYMENT_LINK_BY_REFERENCE = query<{ organizationId: string; reference: string }, PaymentLinkRow>(
  'payment link by reference',
  `select ${COLUMNS} from payment_links l where l.organization_id = $organizationId and l.reference = $reference`,
);

/** Nothing where it has that status already. */
export const SET_LINK_STATUS = query<
  { organizationId: string; id: string; status: string; at: Date; auditEntries: readonly NewAuditEntry[] },
  { id: string }
>(
  'set the status of a payment link',
  `
    with changed as (
      update payment_links set status = $status::text, updated_at = $at::timestamptz
      where organization_id = $organizationId and id = $id and status <> $status::text
      returning id
    ), recorded as (${insertAuditEntries('$auditEntries::jsonb', 'exists (select from changed)')})
    select id from changed`,
);

/** A link as it is used, at one moment. */
export interface UsedPaymentLinkRow extends PaymentLinkRow {
  /** The database's time. */
  now: Date;
  /** That the same press has made before. */
  payinId: string | null;
}

export const READ_PAYMENT_LINK_TO_USE = query<
  { organizationId: string; id: string; use: string | null },
  UsedPaymentLinkRow
>(
  'a payment link to use',
  `select ${COLUMNS}, clock_timestamp() as now,
          (select p.id from payins p
           where p.organization_id = l.organization_id and p.payment_link_id = l.id and p.payment_link_use = $use::uuid) as "payinId"
   from payment_links l where l.organization_id = $organizationId and l.id = $id`,
);

/** The link's only payin, and the only one that it may make. */
export const READ_ONLY_PAYIN_OF_LINK = query<{ organizationId: string; id: string }, { payinId: string }>(
  'the only payin of a payment link',
  `select p.id as "payinId" from payins p
   where p.organization_id = $organizationId and p.payment_link_id = $id order by p.id limit 1`,
);

/** Numbers that are tried at once. */
const NUMBERS = 500;

/** The next number behind which no payin of the organization stands yet: a merchant may have used such references, too. */
export const FIND_FREE_NUMBER = query<
  { organizationId: string; reference: string; after: number },
  { number: number | null }
>(
  'a free number of a payment link',
  `select (
     select n.number from generate_series($after::int + 1, $after::int + ${NUMBERS}) as n (number)
     where not exists (select from payins p where p.organization_id = $organizationId and p.reference = $reference::text || '-' || n.number)
     order by n.number limit 1) as number`,
);
