import type { Scenario } from './scenario.js';

/** The settings with which the service runs all of them. */
export const DEMO_SETTINGS = {
  TUMIPAY_DIRECT: 'true',
  // Quicker than by default, so that the payin that is never paid ends soon after its minute.
  EXPIRY_SWEEP_SECONDS: '2',
} as const;

const PSE = { bank: '1007', personType: 'NATURAL' };

const approved = (...receiptsInCents: number[]) => ({
  status: 'APPROVED',
  amountStatus: 'EXACT',
  receiptsInCents,
  discrepancies: [],
  notification: 'payin.approved',
});

const rejected = {
  status: 'REJECTED',
  amountStatus: 'NONE',
  receiptsInCents: [],
  discrepancies: [],
  notification: 'payin.rejected',
};

/** One for each rail of each provider, and some more. Amounts and references of seeds 001 to 003 where those have them. */
export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'paid-exactly',
    title: 'Paid exactly: 50 pesos (seed 001)',
    provider: 'tumipay',
    rail: 'PSE',
    reference: '3cNPNGbX7meiMppXzVz7g781ysektqq5X',
    request: { amountInCents: 5_000, pse: PSE },
    instructions: 'redirect',
    happens: (actions) => actions.payerPays(),
    ends: approved(5_000),
  },
  {
    name: 'paid-short',
    title: 'Paid short: the payer of a Bre-B key changes the amount in the bank (seed 002)',
    provider: 'tumipay',
    rail: 'BRE_B',
    reference: 'BREB-PAYIN-001',
    request: { amountInCents: 5_000, expiresInMinutes: 30 },
    instructions: 'breb_key',
    happens: (actions) => actions.payerPays(3_000, 'twice'),
    ends: {
      status: 'UNDERPAID',
      amountStatus: 'UNDERPAID',
      receiptsInCents: [3_000],
      discrepancies: ['AMOUNT_CONFLICT', 'UNDERPAID'],
      notification: 'payin.underpaid',
    },
  },
  {
    name: 'paid-over',
    title: 'Paid over: more than was asked for arrives (seed 003)',
    provider: 'tumipay',
    rail: 'BRE_B',
    reference: 'INV-2024-001',
    request: { amountInCents: 100_000 },
    instructions: 'breb_key',
    happens: (actions) => actions.payerPays(120_000),
    ends: {
      status: 'APPROVED',
      amountStatus: 'OVERPAID',
      receiptsInCents: [120_000],
      discrepancies: ['AMOUNT_CONFLICT', 'OVERPAID'],
      notification: 'payin.approved',
    },
  },
  {
    name: 'rejected-in-the-bank',
    title: 'Rejected: the payer refuses in the bank',
    provider: 'tumipay',
    rail: 'PSE',
    reference: '3cNPNGbX1meM',
    request: { amountInCents: 50_000, pse: PSE },
    instructions: 'redirect',
    happens: (actions) => actions.payerRefuses(),
    ends: rejected,
  },
  {
    name: 'lying-webhook',
    title: 'A webhook that lies: nothing is booked until the provider itself says so',
    provider: 'tumipay',
    rail: 'CARD',
    reference: 'TOO-GOOD',
    request: { amountInCents: 250_000 },
    instructions: 'redirect',
    happens: async (actions) => {
      await actions.webhookLies('APPROVED');
      await actions.payerPays();
    },
    ends: approved(250_000),
  },
  {
    name: 'everything-twice',
    title: 'Everything twice: the request and the webhook, but one payin and one receipt',
    provider: 'tumipay',
    rail: 'ANY',
    reference: 'TWICE',
    request: { amountInCents: 80_000 },
    instructions: 'redirect',
    happens: async (actions) => {
      await actions.merchantRepeats();
      await actions.payerPays(80_000, 'twice');
    },
    ends: approved(80_000),
  },
  {
    name: 'straight-to-the-bank',
    title: "Direct: the payer goes straight to the bank's page (seed 000)",
    provider: 'tumipay',
    rail: 'PSE',
    direct: true,
    reference: 'STRAIGHT-TO-THE-BANK',
    request: { amountInCents: 5_000, pse: PSE },
    instructions: 'redirect',
    happens: (actions) => actions.payerPays(),
    ends: approved(5_000),
  },
  {
    name: 'no-ticket',
    title: 'Direct, and no ticket: the order is found again by its reference alone (seed 000)',
    provider: 'tumipay',
    rail: 'TRANSFIYA',
    direct: true,
    reference: 'NO-TICKET',
    request: { amountInCents: 30_000 },
    instructions: 'message',
    happens: async (actions) => {
      await actions.payerPays(30_000, 'none');
      await actions.merchantAsks();
    },
    ends: approved(30_000),
  },
  {
    name: 'typed-by-hand',
    title: 'Direct: no page, only a key that the payer types in the bank (seed 000)',
    provider: 'tumipay',
    rail: 'BRE_B',
    direct: true,
    reference: 'TYPED-BY-HAND',
    request: { amountInCents: 20_000 },
    instructions: 'breb_key',
    happens: (actions) => actions.payerPays(),
    ends: approved(20_000),
  },
  {
    name: 'page-comes-later',
    title: "The bank's page comes later: the provider opens the order without it",
    provider: 'hellopay',
    rail: 'PSE',
    reference: 'PAGE-COMES-LATER',
    request: { amountInCents: 150_000, pse: PSE },
    instructions: 'redirect',
    happens: (actions) => actions.payerPays(),
    ends: approved(150_000),
  },
  {
    name: 'charged-back',
    title: 'Charged back after it was paid: noticed by asking (which happens by itself, too, but only after an hour)',
    provider: 'hellopay',
    rail: 'BRE_B',
    reference: 'CHARGED-BACK',
    request: { amountInCents: 5_000_000, breb: { keyType: 'QR_CODE' } },
    instructions: 'breb_key',
    happens: async (actions) => {
      await actions.payerPays();
      await actions.untilPayinIs('APPROVED');
      await actions.payerReverses();
      await actions.merchantAsks();
    },
    ends: {
      status: 'REVERSED',
      amountStatus: 'EXACT',
      receiptsInCents: [5_000_000],
      discrepancies: ['CHARGEBACK'],
      notification: 'payin.reversed',
    },
  },
  {
    name: 'rejected-on-the-phone',
    title: 'Rejected: the payer refuses on the phone',
    provider: 'hellopay',
    rail: 'NEQUI',
    reference: 'NO-THANKS',
    request: { amountInCents: 60_000 },
    instructions: 'push',
    happens: (actions) => actions.payerRefuses(),
    ends: rejected,
  },
  {
    name: 'signed-webhook',
    title: 'Paid exactly: this webhook is signed from end to end, so it is believed',
    provider: 'teemopay',
    rail: 'PSE',
    reference: 'SIGNED-WHOLE',
    request: { amountInCents: 300_000, pse: PSE },
    instructions: 'redirect',
    happens: (actions) => actions.payerPays(),
    ends: approved(300_000),
  },
  {
    name: 'lost-webhook',
    title: 'Paid, and the webhook is lost: the merchant asks (seconds later it is asked anyway)',
    provider: 'teemopay',
    rail: 'NEQUI',
    reference: 'WEBHOOK-LOST',
    request: { amountInCents: 45_000 },
    instructions: 'redirect',
    happens: async (actions) => {
      await actions.payerPays(45_000, 'none');
      await actions.merchantAsks();
    },
    ends: approved(45_000),
  },
  {
    name: 'late-money',
    title: 'Late money: the merchant has given up, then the payer pays at the counter',
    provider: 'teemopay',
    rail: 'EFECTY',
    reference: 'GIVEN-UP',
    request: { amountInCents: 90_000 },
    instructions: 'redirect',
    happens: async (actions) => {
      await actions.merchantCancels();
      await actions.payerPays();
    },
    ends: { ...approved(90_000), discrepancies: ['LATE_PAYMENT'], notification: 'payin.late_payment' },
  },
  {
    name: 'in-two-parts',
    title: 'Two payments on one key add up, with a receipt each (seed 004)',
    provider: 'teemopay',
    rail: 'BRE_B',
    reference: 'IN-TWO-PARTS',
    request: { amountInCents: 100_000 },
    instructions: 'breb_key',
    happens: async (actions) => {
      await actions.payerPays(60_000);
      await actions.untilPayinIs('UNDERPAID');
      await actions.payerPays(40_000);
    },
    ends: { ...approved(60_000, 40_000), discrepancies: ['UNDERPAID, resolved'] },
  },
  {
    name: 'paid-twice',
    title: 'Paid twice: the whole amount arrives again',
    provider: 'teemopay',
    rail: 'ANY',
    reference: 'PAID-TWICE',
    request: { amountInCents: 70_000 },
    instructions: 'redirect',
    happens: async (actions) => {
      await actions.payerPays();
      await actions.untilPayinIs('APPROVED');
      await actions.payerPays();
    },
    ends: {
      status: 'APPROVED',
      amountStatus: 'OVERPAID',
      receiptsInCents: [70_000, 70_000],
      discrepancies: ['PAID_TWICE'],
      notification: 'payin.overpaid',
    },
  },
  {
    name: 'refused-document',
    title: 'Refused: no provider takes this document, so none is called',
    rail: 'NEQUI',
    reference: 'MINOR',
    request: {
      amountInCents: 20_000,
      inlineCustomer: {
        name: 'Jane Doe',
        idType: 'TI',
        idNumber: '1023456789',
        phone: '+573121234567',
        email: 'janedoe@example.com',
      },
    },
    refused: 'inlineCustomer.idType',
  },
  {
    name: 'never-paid',
    title: 'Never paid: the link runs out after a minute, and the provider is asked before it expires',
    provider: 'tumipay',
    rail: 'EFECTY',
    reference: 'NEVER-PAID',
    request: { amountInCents: 1_000_000, expiresInMinutes: 1 },
    instructions: 'redirect',
    happens: () => Promise.resolve(),
    ends: {
      status: 'EXPIRED',
      amountStatus: 'NONE',
      receiptsInCents: [],
      discrepancies: [],
      notification: 'payin.expired',
    },
  },
];
