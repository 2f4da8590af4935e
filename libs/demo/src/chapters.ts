import type { SandboxClient } from '@recaudo/sandbox';

/** One payin of the story: what is asked, what the payer does, how it must end. */
export interface Chapter {
  title: string;
  reference: string;
  request: { amountInCents: number; rail: string; expiresInMinutes?: number };
  payerDoes(sandbox: SandboxClient, ticket: string): Promise<unknown>;
  ends: {
    status: string;
    amountStatus: string;
    amountReceivedInCents: number;
    discrepancies: string[];
    /** The notification that the merchant must hear. */
    told: string;
  };
}

/** Amounts and references of seeds 001 to 003. */
export const CHAPTERS: readonly Chapter[] = [
  {
    title: 'Paid exactly: 50 pesos over PSE (seed 001)',
    reference: '3cNPNGbX7meiMppXzVz7g781ysektqq5X',
    request: { amountInCents: 5_000, rail: 'PSE' },
    payerDoes: (sandbox, ticket) => sandbox.tumipay.pay(ticket),
    ends: {
      status: 'APPROVED',
      amountStatus: 'EXACT',
      amountReceivedInCents: 5_000,
      discrepancies: [],
      told: 'payin.approved',
    },
  },
  {
    title: 'Paid short: the payer of a Bre-B key changes the amount in the bank (seed 002)',
    reference: 'BREB-PAYIN-001',
    request: { amountInCents: 5_000, rail: 'BRE_B', expiresInMinutes: 30 },
    payerDoes: (sandbox, ticket) => sandbox.tumipay.pay(ticket, { amountInCents: 3_000, webhook: 'twice' }),
    ends: {
      status: 'UNDERPAID',
      amountStatus: 'UNDERPAID',
      amountReceivedInCents: 3_000,
      discrepancies: ['AMOUNT_CONFLICT', 'UNDERPAID'],
      told: 'payin.underpaid',
    },
  },
  {
    title: 'Paid over: more than was asked for arrives (seed 003)',
    reference: 'INV-2024-001',
    request: { amountInCents: 100_000, rail: 'BRE_B' },
    payerDoes: (sandbox, ticket) => sandbox.tumipay.pay(ticket, { amountInCents: 120_000 }),
    ends: {
      status: 'APPROVED',
      amountStatus: 'OVERPAID',
      amountReceivedInCents: 120_000,
      discrepancies: ['AMOUNT_CONFLICT', 'OVERPAID'],
      told: 'payin.approved',
    },
  },
  {
    title: 'Rejected: the payer refuses in the bank',
    reference: '3cNPNGbX1meM',
    request: { amountInCents: 50_000, rail: 'PSE' },
    payerDoes: (sandbox, ticket) => sandbox.tumipay.reject(ticket),
    ends: {
      status: 'REJECTED',
      amountStatus: 'NONE',
      amountReceivedInCents: 0,
      discrepancies: [],
      told: 'payin.rejected',
    },
  },
  {
    title: 'Never paid: the link runs out after a minute, and the provider is asked before it expires',
    reference: 'NEVER-PAID',
    request: { amountInCents: 1_000_000, rail: 'EFECTY', expiresInMinutes: 1 },
    payerDoes: () => Promise.resolve(),
    ends: {
      status: 'EXPIRED',
      amountStatus: 'NONE',
      amountReceivedInCents: 0,
      discrepancies: [],
      told: 'payin.expired',
    },
  },
];
