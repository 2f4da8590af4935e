import { setTimeout as wait } from 'node:timers/promises';
import { ControlRefused, type ControlClient } from '@recaudo/sandbox';
import type { Replicas } from './replicas.js';
import type { MerchantClient } from './merchant-client.js';
import type { PayinPlan } from './payin-plan.js';

/** The moments in a payin's life that a plan waits for. */
export const MOMENTS = ['last_moment', 'run_out'] as const;
export type Moment = (typeof MOMENTS)[number];

/** Waits for a moment in the life of a payin that runs out at that time. */
export type Clock = (moment: Moment, expiresAt: Date) => Promise<void>;

export type AnyControl = ControlClient<never>;

interface Found {
  control: AnyControl;
  id: string;
}

/** Carries out a plan: the merchant creates a payin, the payer pays it or does not. Every step can be done again, so nothing that dies in between hurts. */
export async function carryOutPlan(
  plan: PayinPlan,
  replicas: Replicas,
  merchant: MerchantClient,
  clock: Clock,
): Promise<void> {
  const { reference, request, ending, webhook, replica, paysInCents } = plan;
  const create = (first: number) => merchant.insist('create', reference, first, '/payins', request);
  const [payin] = await Promise.all(Array.from({ length: plan.twins }, (_, twin) => create(replica + twin)));
  if (!payin) return;
  const act = (what: 'cancel' | 'accept' | 'refresh') =>
    merchant.insist(what, reference, replica, `/payins/${payin.id}/${what}`);
  const expiresAt = new Date(payin.expiresAt);
  const pay = async (amountInCents?: number) => {
    const order = await findOrder(replicas, payin.id);
    if (order) await refusable(order.control.pay(order.id, { webhook, ...(amountInCents ? { amountInCents } : {}) }));
    return order;
  };
  await wait(plan.pauseMs);
  switch (ending) {
    case 'paid':
      await pay();
      break;
    case 'paid_under':
    case 'paid_over':
      await pay(paysInCents);
      break;
    case 'paid_twice':
      await pay(paysInCents);
      await wait(plan.pauseMs);
      await pay(paysInCents);
      break;
    case 'accepted_under':
      await pay(paysInCents);
      await clock('last_moment', expiresAt);
      // What is short is known only once a webhook has come through: nobody accepts in full what nobody has seen.
      if (await isUnderpaid(replicas, payin.id)) await act('accept');
      break;
    case 'reversed': {
      const order = await pay();
      await clock('last_moment', expiresAt);
      if (order) await refusable(order.control.reverse(order.id, { webhook }));
      await act('refresh');
      break;
    }
    case 'rejected': {
      const order = await findOrder(replicas, payin.id);
      if (order) await refusable(order.control.reject(order.id, { webhook }));
      break;
    }
    case 'canceled':
      await act('cancel');
      break;
    case 'canceled_and_paid':
      await act('cancel');
      await pay();
      break;
    case 'paid_at_the_last_moment':
      await clock('last_moment', expiresAt);
      await pay();
      break;
    case 'paid_late':
      await clock('run_out', expiresAt);
      await pay();
      break;
    case 'left_alone':
      await clock('run_out', expiresAt);
  }
  const order = plan.echo ? await findOrder(replicas, payin.id) : undefined;
  await order?.control.webhook(order.id, { copies: 2 });
  for (let repeat = 0; repeat < plan.repeats; repeat += 1) await create(replica + repeat + 1);
}

async function isUnderpaid(replicas: Replicas, payinId: string): Promise<boolean> {
  const rows = await replicas.database.query(`select from payins where id = $1 and status = 'UNDERPAID'`, [payinId]);
  return rows.length > 0;
}

/** The order that a provider has for a payin; none while a create is not recovered yet. */
async function findOrder(replicas: Replicas, payinId: string): Promise<Found | undefined> {
  const attempts = await replicas.database.query<{ provider: 'tumipay' | 'hellopay' | 'teemopay'; reference: string }>(
    'select provider, provider_reference as reference from attempts where payin_id = $1 order by started_at desc, id desc',
    [payinId],
  );
  for (const { provider, reference } of attempts) {
    const control = replicas.sandbox.provider(provider) as unknown as AnyControl;
    const [order] = await control.orders(reference);
    if (order) return { control, id: order.id };
  }
  return undefined;
}

/** What the provider's own rules forbid by now does not happen: an order that is over is not rejected, nor paid twice. */
async function refusable(change: Promise<unknown>): Promise<void> {
  try {
    await change;
  } catch (error) {
    if (!(error instanceof ControlRefused)) throw error;
  }
}
