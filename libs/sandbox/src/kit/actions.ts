import type { JsonObject } from './control-input.js';
import type { OrderBook } from './order-book.js';
import type { Order } from './order.js';
import { CENTS_PER_PESO, formatPesos } from './pesos.js';
import type { ProviderTypes } from './provider-types.js';
import type { Simulation } from './simulation.js';

/** A call of the control API: `POST /orders/{id}/{path}`. */
export interface ActionCall {
  readonly path: string;
  readonly body: JsonObject;
}

/** What can be done to an order with one press. */
export interface Action {
  readonly name: string;
  readonly label: string;
  /** In a sentence, for whoever does not know it. */
  readonly does: string;
  readonly group: 'money' | 'end' | 'webhook';
  /** One after the other. */
  readonly calls: readonly ActionCall[];
}

/** What the moves of providers are, in words; a provider may have others. */
const MOVES: Readonly<Record<string, readonly [label: string, does: string]>> = {
  process: ['Start processing', 'The provider works on it: the payer has done their part.'],
  reject: ['Reject', 'The payer or the bank rejects it.'],
  decline: ['Decline', 'The provider declines it.'],
  cancel: ['Cancel', 'The order is canceled.'],
  expire: ['Expire', 'Its time is over, now.'],
  reverse: ['Charge back', 'The money that arrived is reversed.'],
};

interface Rules<P extends ProviderTypes> {
  readonly simulation: Simulation<P>;
  readonly orderBook: OrderBook<P>;
  /** There is an address to send them to. */
  readonly hasWebhooks: boolean;
}

/** All that the provider lets happen to the order as it is now. */
export function actionsOf<P extends ProviderTypes>(order: Order<P>, rules: Rules<P>): Action[] {
  return [...payments(order, rules), ...moves(order, rules), ...(rules.hasWebhooks ? webhooks(order) : [])];
}

function payments<P extends ProviderTypes>(
  order: Order<P>,
  { simulation, orderBook, hasWebhooks }: Rules<P>,
): Action[] {
  if (!orderBook.isPayable(order)) return [];
  const { requestedInCents } = order;
  const [short, over] = [shortOf(requestedInCents), overOf(requestedInCents)];
  const pay = (name: string, label: string, does: string, ...bodies: JsonObject[]): Action => {
    const calls = bodies.map((body) => ({ path: 'pay', body }));
    return { name, label, does, group: 'money', calls };
  };
  const isLate = !orderBook.isOpen(order) && order.payments.length === 0;
  const what = order.payments.length > 0 ? 'Pay again' : isLate ? 'Pay late' : 'Pay';
  const acceptsMore = orderBook.isPayable({
    ...order,
    payments: [...order.payments, { paymentId: '', amountInCents: requestedInCents, feeInCents: 0n, paidAt: 0 }],
  });
  return [
    pay('pay', `${what} ${formatPesos(requestedInCents)}`, 'All that was requested arrives.', {}),
    ...(short > 0n
      ? [
          pay('pay_short', `${what} ${formatPesos(short)}`, 'Less arrives than was requested.', {
            amountInCents: Number(short),
          }),
        ]
      : []),
    pay('pay_over', `${what} ${formatPesos(over)}`, 'More arrives than was requested.', {
      amountInCents: Number(over),
    }),
    ...(acceptsMore && order.payments.length === 0
      ? [pay('pay_twice', 'Pay twice', 'All that was requested arrives two times.', {}, {})]
      : []),
    ...(hasWebhooks
      ? [
          pay('pay_lost', 'Pay, lose the webhook', 'The money arrives, and no webhook says so.', { webhook: 'none' }),
          pay('pay_late_webhook', 'Pay, webhook late', 'The money arrives, and the webhook comes ten seconds later.', {
            webhook: 'late',
          }),
          pay('pay_two_webhooks', 'Pay, webhook twice', 'The money arrives, and its webhook comes two times.', {
            webhook: 'twice',
          }),
        ]
      : []),
    ...(simulation.submit !== undefined && orderBook.isOpen(order)
      ? [
          {
            name: 'submit',
            label: 'Submit the form',
            does: 'The provider’s own sandbox rule decides by the payer’s data.',
            group: 'money' as const,
            calls: [{ path: 'submit', body: {} }],
          },
        ]
      : []),
  ];
}

function moves<P extends ProviderTypes>(order: Order<P>, { simulation, orderBook, hasWebhooks }: Rules<P>): Action[] {
  const names = Object.keys(simulation.statusAfter).filter((name) =>
    name === 'reverse'
      ? order.payments.length > 0 && order.reversedAt === null
      : name !== 'pay' && orderBook.isOpen(order),
  );
  return names.flatMap((name): Action[] => {
    const [label, does] = MOVES[name] ?? [name, `What the provider calls ${name}.`];
    const action: Action = { name, label, does, group: 'end', calls: [{ path: name, body: {} }] };
    if (!hasWebhooks || name === 'process') return [action];
    const lost = { name: `${name}_lost`, label: `${label}, lose the webhook`, does: `${does} No webhook says so.` };
    return [action, { ...action, ...lost, calls: [{ path: name, body: { webhook: 'none' } }] }];
  });
}

function webhooks<P extends ProviderTypes>(order: Order<P>): Action[] {
  const send = (name: string, label: string, does: string, body: JsonObject): Action => {
    return { name, label, does, group: 'webhook', calls: [{ path: 'webhook', body }] };
  };
  return [
    send('webhook', 'Send webhook', `A webhook that says ${order.status}, as the order is now.`, {}),
    send('webhook_copies', 'Send 5 webhooks', 'Five of them at the same time.', { copies: 5 }),
    send('webhook_forged', 'Send forged webhook', 'One with a wrong signature.', { signature: 'wrong' }),
    send('webhook_unsigned', 'Send unsigned webhook', 'One without a signature.', { signature: 'missing' }),
  ];
}

/** Half of it, in whole pesos. */
function shortOf(cents: bigint): bigint {
  return (cents / 2n / CENTS_PER_PESO) * CENTS_PER_PESO;
}

/** A tenth more, in whole pesos, and at least one. */
function overOf(cents: bigint): bigint {
  const tenth = (cents / 10n / CENTS_PER_PESO) * CENTS_PER_PESO;
  return cents + (tenth > 0n ? tenth : CENTS_PER_PESO);
}
