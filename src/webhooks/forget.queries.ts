import { NO_BODY } from './inbound-webhook.entity.js';

/** Of the orders of the payins of the part `forgotten`. */
export const FORGET_WEBHOOKS = `
  update inbound_webhooks i set raw_body = ${NO_BODY}
  from forgotten f join attempts a on a.organization_id = f.organization_id and a.payin_id = f.id
  where i.organization_id = a.organization_id and i.provider_reference = a.provider_reference and i.raw_body <> ${NO_BODY}`;

/**
 * Of the part `range` (with their `place`): those that belong to no payin that is still remembered. They came late, name no order, or one that is not known here.
 * One that waits to be applied keeps its body.
 */
export const FORGET_OLD_WEBHOOKS = `
  update inbound_webhooks i set raw_body = ${NO_BODY}
  where i.ctid = any(array(select place from range)) and i.raw_body <> ${NO_BODY} and i.due_at is null
    and not exists (
      select from attempts a join payins p on p.organization_id = a.organization_id and p.id = a.payin_id
      where a.organization_id = i.organization_id and a.provider_reference = i.provider_reference and not p.request ? 'forgottenAt')
  returning i.id`;
