/** A body has no payer; what else the merchant may have written about them goes, too. It can still be sent again, as what is known today. */
const FORGOTTEN = {
  inlineCustomer: null,
  description: null,
  metadata: {},
  instructions: null,
  sourceData: null,
  redirectUrl: null,
};

/** SQL: one of a payin `p` waits to be delivered, with the payer where the endpoint asks for it. */
export const HAS_DUE_NOTIFICATION = `exists (
  select from notifications n where n.organization_id = p.organization_id and n.payin_id = p.id and n.due_at is not null)`;

/** Of the payins of the part `forgotten`. */
export const FORGET_NOTIFICATIONS = `
  update notifications n
  set body = jsonb_set(n.body::jsonb, '{data}', (n.body::jsonb -> 'data') || '${JSON.stringify(FORGOTTEN)}')::text
  from forgotten f where n.organization_id = f.organization_id and n.payin_id = f.id
  returning n.organization_id, n.id`;

/** What a merchant's server answered may repeat what it was sent. */
export const FORGET_ANSWERS = `
  update delivery_attempts d set first_bytes = null
  from forgotten_notifications n
  where d.organization_id = n.organization_id and d.notification_id = n.id and d.first_bytes is not null`;
