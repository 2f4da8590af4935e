import { settledInCents, type Order } from '../kit/order.js';
import type { Setup, WebhookContent, WebhookPayload } from '../kit/order-rules.js';
import { factsOf } from './facts.js';
import type { HelloPay } from './types.js';
import { webhookBody } from './wire.js';

/** The static header is all that proves a webhook: nothing signs its body. */
export function webhookContent(
  order: Order<HelloPay>,
  payload: WebhookPayload<HelloPay>,
  setup: Setup<HelloPay>,
): WebhookContent {
  const { webhookHeader, webhookSecret } = setup.credentials;
  const values = {
    valid: webhookSecret,
    wrong: `${webhookSecret}-wrong`,
    missing: undefined,
    malformed: `Bearer ${webhookSecret}`,
  };
  const value = values[payload.signature];
  const facts = { ...factsOf(order, setup), status: payload.status };
  // An amount that is neither requested nor paid is forged, and sent as it is.
  const isHeld = [order.requestedInCents, settledInCents(order)].includes(payload.amountInCents);
  const reported = isHeld ? facts : { ...facts, requestedInCents: payload.amountInCents, confirmedInCents: null };
  const body = payload.body ?? webhookBody(reported, setup.switches);
  return {
    headers: { 'content-type': 'application/json', ...(value === undefined ? {} : { [webhookHeader]: value }) },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  };
}
