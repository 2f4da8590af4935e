import type { OrderView } from '@recaudo/sandbox';
import type { FoundPayin } from '../../src/ledger/integrity-check.queries.js';
import type { PresentedPayin } from '../../src/payins/presenters/payin.presenter.js';
import type { PayinStatus } from '../../src/payins/domain/status.js';
import { INTEGRITY_CHECK } from '../support/integrity.js';
import type { Received } from '../support/merchant-sink.js';
import { API_KEY, type Replicas } from './replicas.js';
import type { ClientEntry } from './merchant-client.js';
import type { AnyControl } from './carry-out-plan.js';

export const PROVIDER_NAMES = ['tumipay', 'hellopay', 'teemopay'] as const;
type ProviderName = (typeof PROVIDER_NAMES)[number];

/** An order as its provider has it. */
export type ProviderOrder = Omit<OrderView<never>, 'status' | 'details'> & { provider: ProviderName; isOpen: boolean };

export interface PayinRow {
  id: string;
  reference: string;
  status: PayinStatus;
  amountInCents: number;
  receivedInCents: number;
  rail: string;
  sequence: number;
  expiresAt: Date;
  /** Its provider says that it is paid, and the amount has no witness. */
  isUnconfirmed: boolean;
  overdueSeconds: number | null;
}

interface Belonging {
  payinId: string;
}

/** Everything that four independent witnesses know, and the audit of fencing tokens. Amounts are cents; small enough to be numbers. */
export interface Evidence {
  client: readonly ClientEntry[];
  providerOrders: readonly ProviderOrder[];
  received: readonly Received[];
  unverified: readonly string[];
  shown: readonly PresentedPayin[];
  payins: readonly PayinRow[];
  attempts: readonly (Belonging & { id: string; provider: string; reference: string; state: string })[];
  events: readonly (Belonging & {
    sequence: number;
    type: string;
    source: string;
    from: PayinStatus | null;
    to: PayinStatus | null;
  })[];
  receipts: readonly (Belonging & { attemptId: string; paymentId: string; amountInCents: number; createdAt: Date })[];
  notifications: readonly (Belonging & {
    id: string;
    sequence: number;
    type: string;
    body: string;
    isDelivered: boolean;
    isDue: boolean;
    overdueSeconds: number | null;
  })[];
  webhooks: readonly {
    reference: string | null;
    deliveries: number;
    receivedAt: Date;
    overdueSeconds: number | null;
  }[];
  /** As they were when the providers had been asked what was acknowledged: they may send a webhook once more meanwhile. */
  webhooksAfterwards: readonly { reference: string | null; deliveries: number }[];
  discrepancies: readonly { payinId: string | null; kind: string }[];
  /** What the service's own nightly check says. */
  integrityCheck: readonly { found: readonly FoundPayin[] }[];
  lateWrites: readonly { source: string; id: string; holder: string; writer: string }[];
  /** The database's clock. */
  now: Date;
  /** A real time as the database would have it noted now. */
  inDatabaseTime: (realMs: number) => number;
}

const OVERDUE = 'extract(epoch from now() - due_at)::float as "overdueSeconds"';
const TABLES = {
  payins: `select id, reference, status, amount_in_cents::float as "amountInCents", amount_received_in_cents::float as "receivedInCents", rail,
                  sequence, expires_at as "expiresAt", unconfirmed_paid_since is not null as "isUnconfirmed", ${OVERDUE} from payins`,
  attempts: 'select id, payin_id as "payinId", provider, provider_reference as reference, state from attempts',
  events: `select payin_id as "payinId", sequence, type, source, from_status as "from", to_status as "to" from payin_events
           order by payin_id, sequence`,
  receipts: `select payin_id as "payinId", attempt_id as "attemptId", payment_id as "paymentId", amount_in_cents::float as "amountInCents",
                    created_at as "createdAt" from receipts`,
  notifications: `select id, payin_id as "payinId", sequence, type, body, delivered_at is not null as "isDelivered",
                         due_at is not null as "isDue", ${OVERDUE} from notifications`,
  webhooks: `select provider_reference as reference, deliveries, received_at as "receivedAt", ${OVERDUE} from inbound_webhooks`,
  discrepancies: 'select payin_id as "payinId", kind from discrepancies',
  integrityCheck: INTEGRITY_CHECK,
  lateWrites: 'select source, id, holder, writer from chaos_late_writes',
} as const;

export async function gatherEvidence(
  replicas: Replicas,
  client: readonly ClientEntry[],
  seen: ReadonlyMap<ProviderName, ReadonlySet<string>>,
): Promise<Evidence> {
  const { merchant } = replicas;
  const stored = await replicas.readAtOnce(async (query) => {
    const rows = <Name extends keyof typeof TABLES>(name: Name) => query<Evidence[Name][number]>(TABLES[name]);
    const [clock] = await query<{ now: Date }>('select now() as now');
    return {
      payins: await rows('payins'),
      attempts: await rows('attempts'),
      events: await rows('events'),
      receipts: await rows('receipts'),
      notifications: await rows('notifications'),
      webhooks: await rows('webhooks'),
      discrepancies: await rows('discrepancies'),
      integrityCheck: await rows('integrityCheck'),
      lateWrites: await rows('lateWrites'),
      now: clock?.now ?? new Date(),
    };
  });
  const orders = await Promise.all(PROVIDER_NAMES.map((name) => ordersOf(replicas, name, seen.get(name))));
  return {
    ...stored,
    webhooksAfterwards: await replicas.database.query(TABLES.webhooks),
    client: [...client],
    providerOrders: orders.flat(),
    received: [...merchant.received],
    unverified: [...merchant.unverified],
    shown: await everyPayin(replicas),
    inDatabaseTime: (realMs) => replicas.inDatabaseTime(realMs),
  };
}

/** A provider lists its newest orders only; those seen earlier are asked for one by one. */
async function ordersOf(replicas: Replicas, provider: ProviderName, seen: ReadonlySet<string> = new Set()) {
  const control = replicas.sandbox.provider(provider) as unknown as AnyControl;
  const newest = await control.orders();
  const listed = new Set(newest.map(({ id }) => id));
  const older = [];
  for (const id of seen) if (!listed.has(id)) older.push(await control.order(id));
  return [...newest, ...older].map(({ status, details, ...order }): ProviderOrder => {
    void details;
    return { ...order, provider, isOpen: OPEN_STATUSES[provider].includes(status) };
  });
}

const OPEN_STATUSES: Readonly<Record<ProviderName, readonly string[]>> = {
  tumipay: ['PENDING'],
  hellopay: ['PENDING', 'PROCESSING'],
  teemopay: ['1'],
};

/** All payins as the API shows them. */
async function everyPayin(replicas: Replicas): Promise<PresentedPayin[]> {
  interface Page {
    data: PresentedPayin[];
    pageInfo: { hasNext: boolean; nextCursor: string | null };
  }
  const shown: PresentedPayin[] = [];
  let cursor = '';
  do {
    const response = await fetch(`${replicas.all[0]?.url}/payins?limit=100${cursor}`, {
      headers: { authorization: `Bearer ${API_KEY}` },
    });
    const { data, pageInfo } = (await response.json()) as Page;
    shown.push(...data);
    cursor = pageInfo.hasNext ? `&cursor=${encodeURIComponent(pageInfo.nextCursor ?? '')}` : '';
  } while (cursor);
  return shown;
}
