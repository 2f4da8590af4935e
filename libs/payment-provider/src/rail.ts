/** How the payer pays. `ANY` lets the payer choose on the provider's hosted page. */
export const RAILS = ['PSE', 'BRE_B', 'NEQUI', 'EFECTY', 'CARD', 'TRANSFIYA', 'ANY'] as const;
export type Rail = (typeof RAILS)[number];
