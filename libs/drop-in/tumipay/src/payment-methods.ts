import type { Rail } from '@recaudo/payment-provider';

/** Seed 001 and, for TRANSFIYA and CASH, seed 000 and the public payin page. */
export const PAYMENT_METHODS = ['PSE', 'EFECTY', 'CARD', 'BREB', 'ALL_METHODS', 'TRANSFIYA', 'CASH'] as const;
export type PaymentMethod = (typeof PAYMENT_METHODS)[number];

/** Those that an account with the back-to-back setting is answered without a hosted page (seed 000), with their rails. */
export const DIRECT_RAILS = { PSE: 'PSE', TRANSFIYA: 'TRANSFIYA', BREB: 'BRE_B' } as const satisfies Partial<
  Record<PaymentMethod, Rail>
>;
export type DirectMethod = keyof typeof DIRECT_RAILS;

/** What a payer may pay with on the hosted page; null: with everything. */
export const HOSTED_RAILS: Readonly<Record<PaymentMethod, readonly Rail[] | null>> = {
  PSE: ['PSE'],
  EFECTY: ['EFECTY'],
  CASH: ['EFECTY'],
  CARD: ['CARD'],
  BREB: ['BRE_B'],
  TRANSFIYA: ['TRANSFIYA'],
  ALL_METHODS: null,
};

export function isDirect(method: PaymentMethod): method is DirectMethod {
  return method in DIRECT_RAILS;
}
