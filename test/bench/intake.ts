import { createHash, randomBytes } from 'node:crypto';
import { TUMIPAY_SANDBOX_CREDENTIALS } from '@recaudo/sandbox';
import type { Benchmark, BenchOptions, BenchResult } from './benchmark.js';
import { postRequest } from './http-connection.js';
import { compare, type Workload } from './http-contest.js';
import { type Side, startProvider, startSides } from './sides.js';

/** Until the webhook is durable and acknowledged. It is applied afterwards, here by another replica, which would share the machine. */
const INTAKE: Workload = {
  unit: 'webhook',
  success: 200,
  requests: (side) => {
    const run = randomBytes(6).toString('hex');
    let number = 0;
    return () => {
      number += 1;
      const ticket = `${run}${number}`;
      return webhookRequest(side, ticket, `${side.organizationCode}${ticket.padStart(25, '0')}`);
    };
  },
  count: async ({ database, schema }) => {
    const [rows] = await database.query<{ webhooks: number; deliveries: number }>(
      `select count(*)::int as webhooks, coalesce(sum(deliveries), 0)::int as deliveries from ${schema}.inbound_webhooks`,
    );
    return { webhooks: rows!.webhooks, deliveries: rows!.deliveries };
  },
};

/** TumiPay says that an order was paid, with its signature. */
export function webhookRequest({ url }: Pick<Side, 'url'>, ticket: string, reference: string): string {
  const signed = JSON.stringify({ token: TUMIPAY_SANDBOX_CREDENTIALS.token, ticket, reference });
  const signature = createHash('sha256').update(signed).digest('hex');
  const body = JSON.stringify(webhook(ticket, reference));
  return postRequest(new URL('/webhooks/tumipay', url), { 'x-trx-signature': signature }, body);
}

/** As TumiPay documents it. */
function webhook(ticket: string, reference: string): object {
  return {
    top_status: 'APPROVED',
    top_ticket: ticket,
    top_reference: reference,
    top_amount: 5_000_000,
    top_currency: 'COP',
    top_payment_method: 'RECAUDO',
    top_bank_name: 'BANCOLOMBIA',
    top_response_message: 'Transacción exitosa',
    top_user: {
      legal_doc_type: 'CC',
      legal_doc: '1234567890',
      phone_code: '57',
      phone_number: '3121234567',
      email: 'johndoe@example.com',
      full_name: 'John Doe',
    },
    top_card: {},
    top_user_email: 'johndoe@example.com',
    top_user_phone: '3121234567',
    top_extra_params1: '',
  };
}

async function run(options: BenchOptions): Promise<BenchResult> {
  const provider = await startProvider(options);
  const sides = await startSides(options, provider, ['Recaudo', 'floor'], { callsProvider: false });
  return compare(
    {
      ...{ workload: INTAKE, provider, sides },
      ratios: [['Recaudo', 'floor']],
      targets: [{ ratio: ['Recaudo', 'floor'], column: 'webhooks a second', atLeast: 1 }],
      arrivals: [{ perSecond: 300 }],
    },
    options,
  );
}

export const intake: Benchmark = { name: 'intake', title: "a provider's webhook against the floor", run };
