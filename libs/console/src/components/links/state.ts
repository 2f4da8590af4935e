import type { Schemas } from '../../api/client.js';

export type PaymentLink = Schemas['PaymentLinkSchema'];
export type LinkState = 'OPEN' | 'DISABLED' | 'OVER' | 'USED_UP';

/** What a payer who opens it now would find. */
export function stateOf({ status, uses, used, expiresAt }: PaymentLink, now: number): LinkState {
  if (uses !== null && used >= uses) return 'USED_UP';
  if (status === 'DISABLED') return 'DISABLED';
  return expiresAt !== null && Date.parse(expiresAt) <= now ? 'OVER' : 'OPEN';
}
