import { Random } from './random.js';

/** What happens to a payin's order, as far as the payer and the merchant have it in hand. */
export const ENDINGS = [
  'paid',
  'paid_under',
  'paid_over',
  'paid_twice',
  'paid_at_the_last_moment',
  'paid_late',
  'accepted_under',
  'reversed',
  'rejected',
  'canceled',
  'canceled_and_paid',
  'left_alone',
] as const;
export type Ending = (typeof ENDINGS)[number];

type WebhookPlan = { mode: 'send' | 'none' | 'twice' | 'late'; delayMs?: number };

/** Everything that is going to be done about one payin. */
export interface PayinPlan {
  reference: string;
  request: Record<string, unknown>;
  ending: Ending;
  webhook: WebhookPlan;
  /** What arrives at once where it is not what was asked. */
  paysInCents: number;
  /** Which replica is asked for the first time, and then in turn. */
  replica: number;
  /** Creates at the same moment. */
  twins: number;
  /** Creates when everything has been said already. */
  repeats: number;
  /** A webhook that repeats, out of order, the order's status. */
  echo: boolean;
  pauseMs: number;
}

const PSE = { bank: '1007', personType: 'NATURAL' };
/** Every rail of every provider. */
const OFFERS = [
  { provider: 'tumipay', rail: 'PSE' },
  { provider: 'tumipay', rail: 'BRE_B' },
  { provider: 'tumipay', rail: 'EFECTY' },
  { provider: 'tumipay', rail: 'CARD' },
  { provider: 'tumipay', rail: 'ANY' },
  { provider: 'hellopay', rail: 'PSE', pse: PSE },
  { provider: 'hellopay', rail: 'BRE_B' },
  { provider: 'hellopay', rail: 'NEQUI' },
  { provider: 'teemopay', rail: 'PSE', pse: PSE },
  { provider: 'teemopay', rail: 'BRE_B' },
  { provider: 'teemopay', rail: 'NEQUI' },
  { provider: 'teemopay', rail: 'EFECTY' },
  { provider: 'teemopay', rail: 'ANY' },
] as const;

/** Endings in which another amount than the one asked arrives: only Bre-B lets the payer write it. */
const OTHER_AMOUNT: readonly Ending[] = ['paid_under', 'paid_over', 'paid_twice', 'accepted_under'];
const FIRST_PART = 0.6;
const OVERPAID = 1.5;

/** The plan of the payin of that number: the same for the same seed, whatever happened before. */
export function planPayin(seed: number, number: number, callbackUrl: string): PayinPlan {
  const random = new Random(seed * 1_000_003 + number);
  const ending = random.pick(ENDINGS);
  const offers = OFFERS.filter(
    ({ provider, rail }) =>
      (!OTHER_AMOUNT.includes(ending) || rail === 'BRE_B') &&
      // Only TeemoPay takes a second payment on an order, and TumiPay documents no reversal.
      (ending !== 'paid_twice' || provider === 'teemopay') &&
      (ending !== 'reversed' || provider !== 'tumipay'),
  );
  const offer = random.pick(offers);
  const amountInCents = random.integer(100, 50_000) * 1_000;
  const { provider, ...rail } = offer;
  // A payin without a provider is routed, and must say no more than all of them need.
  const pinned = OTHER_AMOUNT.includes(ending) || ending === 'reversed' || random.chance(0.7);
  const reference = `C${seed}-${number}`;
  return {
    reference,
    request: {
      ...rail,
      ...(pinned ? { provider } : {}),
      reference,
      amountInCents,
      currency: 'COP',
      expiresInMinutes: 1,
      callbackUrl,
      inlineCustomer: {
        name: 'John Doe',
        idType: 'CC',
        idNumber: '1234567890',
        phone: '+573121234567',
        email: 'johndoe@example.com',
      },
    },
    ending,
    webhook: webhookOf(ending, random),
    paysInCents: roundToPesos(amountInCents * (ending === 'paid_over' ? OVERPAID : FIRST_PART)),
    replica: random.integer(0, 99),
    twins: random.chance(0.2) ? 2 : 1,
    repeats: random.chance(0.2) ? 1 : 0,
    echo: random.chance(0.3),
    pauseMs: random.integer(0, 300),
  };
}

/** Where the webhook alone has the amount there must be one; where polling alone is to find the money there is none. */
function webhookOf(ending: Ending, random: Random): WebhookPlan {
  if (ending === 'paid_at_the_last_moment') return { mode: 'none' };
  const mode = random.pick(OTHER_AMOUNT.includes(ending) ? SENT : ([...SENT, 'none'] as const));
  return mode === 'late' ? { mode, delayMs: random.integer(200, 3_000) } : { mode };
}
const SENT = ['send', 'twice', 'late'] as const;

function roundToPesos(cents: number): number {
  return Math.round(cents / 100) * 100;
}
