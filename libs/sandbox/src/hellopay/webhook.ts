import { settledInCents, type Order } from '../kit/order.js';
import type { Setup, Telling, WebhookContent } from '../kit/simulation.js';
import { factsOf } from './facts.js';
import type { HelloPay } from './hellopay.js';
import { webhookBody } from './wire.js';

/** The static header is all that proves a webhook: nothing signs its body. */
export function webhookContent(
  order: Order<HelloPay>,
  telling: Telling<HelloPay>,
  setup: Setup<HelloPay>,
): WebhookContent {
  const { webhookHeader, webhookSecret } = setup.credentials;
  const values = {
    valid: webhookSecret,
    wrong: `${webhookSecret}-wrong`,
    missing: undefined,
    malformed: `Bearer ${webhookSecret}`,
  };
  const value = values[telling.signature];
  const facts = { ...factsOf(order, setup), status: telling.status };
  // An amount that the ledger does not hold is forged, and told as it is.
  const isHeld = [order.requestedInCents, settledInCents(order)].includes(telling.amountInCents);
  const told = isHeld ? facts : { ...facts, requestedInCents: telling.amountInCents, confirmedInCents: null };
  const body = telling.body ?? webhookBody(told, setup.switches);
  return {
    headers: { 'content-type': 'application/json', ...(value === undefined ? {} : { [webhookHeader]: value }) },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  };
}
