import { randomUUID } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import type { TestDatabase } from './test-database.js';

/** A payin as it could have come to be, to be written down without living through it. */
export interface LedgerPayin {
  reference: string;
  providerReference: string;
  externalId: string;
  status: string;
  requestedInCents: number;
  /** Receipts on the order. */
  booked: readonly number[];
  /** When they were paid. */
  paidAt: Date;
  /** The provider has told no time of the payment: when we heard of it. */
  receivedAt?: Date;
  bookedBy?: string;
  /** The payin was paid by another order, at another provider. */
  paidElsewhere?: boolean;
  /** The provider answers that it is paid, and its amount has no witness. */
  isUnconfirmed?: boolean;
}

/** The organization of the tests: the only one with payins. */
export async function organizationOf(database: TestDatabase): Promise<{ id: string; code: string }> {
  const [organization] = await database.query<{ id: string; code: string }>(
    'select id, code from organizations order by created_at limit 1',
  );
  return organization!;
}

/** A reference as we send them. */
export function orderReference(code: string): string {
  return (
    code +
    BigInt(`0x${randomUUID().replaceAll('-', '')}`)
      .toString(36)
      .padStart(25, '0')
  );
}

/** @returns the payins' ids, in their order */
export async function writeLedger(
  database: TestDatabase,
  organizationId: string,
  payins: readonly LedgerPayin[],
): Promise<string[]> {
  const rows = payins.map((payin) => ({ ...payin, id: uuidv7(), attemptId: uuidv7(), otherId: uuidv7() }));
  const json = JSON.stringify(rows);
  await database.query(
    `insert into payins (organization_id, id, reference, fingerprint, request, amount_in_cents, currency, rail, provider, status,
                         amount_received_in_cents, expires_at, unconfirmed_paid_since, sequence)
     select $1::uuid, r.id, r.reference, '', '{}', r."requestedInCents", 'COP', 'PSE', 'tumipay', r.status,
            (select coalesce(sum(b::bigint), 0) from jsonb_array_elements_text(r.booked) b), now() + interval '1 day', case when r."isUnconfirmed" then now() end, 1
     from jsonb_to_recordset($2::jsonb) as r (id uuid, reference text, "requestedInCents" bigint, status text, booked jsonb, "isUnconfirmed" boolean)`,
    [organizationId, json],
  );
  await database.query(
    `insert into attempts (organization_id, id, payin_id, provider, provider_reference, external_id, state, started_at)
     select $1::uuid, r."attemptId", r.id, 'tumipay', r."providerReference", r."externalId",
            case when r."paidElsewhere" then 'not_executed' else 'open' end, r."paidAt"
     from jsonb_to_recordset($2::jsonb) as r (
       id uuid, "attemptId" uuid, "providerReference" text, "externalId" text, "paidElsewhere" boolean, "paidAt" timestamptz)
     union all
     select $1::uuid, r."otherId", r.id, 'hellopay', 'other' || substr(r."providerReference", 8), null, 'open', r."paidAt"
     from jsonb_to_recordset($2::jsonb) as r (
       id uuid, "otherId" uuid, "providerReference" text, "paidElsewhere" boolean, "paidAt" timestamptz)
     where r."paidElsewhere"`,
    [organizationId, json],
  );
  await database.query(
    `insert into receipts (organization_id, id, payin_id, attempt_id, payment_id, amount_in_cents, paid_at, created_at, source)
     select $1::uuid, uuidv7(), r.id, r."attemptId", r."providerReference" || n, b::bigint, case when r."receivedAt" is null then r."paidAt" end,
            coalesce(r."receivedAt", now()), r."bookedBy"
     from jsonb_to_recordset($2::jsonb) as r (id uuid, "attemptId" uuid, "providerReference" text, booked jsonb, "paidAt" timestamptz,
                                            "receivedAt" timestamptz, "bookedBy" text),
          jsonb_array_elements_text(r.booked) with ordinality as b(b, n)`,
    [organizationId, json],
  );
  return rows.map(({ id }) => id);
}
