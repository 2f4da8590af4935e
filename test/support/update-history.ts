import fc from 'fast-check';
import { NOT_FOUND_AT_PROVIDER } from '../../src/payins/domain/known-payin.js';
import type { PayinUpdate } from '../../src/payins/domain/update.js';
import type { ProviderReport } from '@recaudo/payment-provider';

/** Asked of the payer, in cents. */
export const REQUESTED = 5_000_000n;
/** What a payer sends: short, almost, exact, too much; no sums of up to three are off by a factor of 100. */
const AMOUNTS = [1_000_000n, 4_999_900n, REQUESTED, 7_000_000n] as const;

/** The payin's only attempt, and the one that follows if a denial of it is believed. */
export interface Attempts {
  first: string;
  second: string;
  secondReference: string;
  provider: string;
}

/** Something that somebody tells about a payin, at the moment at which it is applied. */
export interface Fact {
  name: string;
  update(attempts: Attempts, now: Date): PayinUpdate[];
}

/** What truly happened to one order at its provider. */
export interface World {
  rail: 'PSE' | 'BRE_B';
  /** What we learnt from the create call itself. `not found`: lost, and then its provider answered, wrongly, that it has no such order. */
  create: 'answered' | 'lost' | 'never answered' | 'not found';
  hasRunOut: boolean;
  /** Told before any money came, and in the end where none came. */
  refusal: 'REJECTED' | 'EXPIRED' | 'CANCELED' | null;
  /** As one sum, that answers tell (`sum`) or only webhooks (`echo`); or payment by payment, each with its number. */
  money: { notified: 'sum' | 'echo' | 'numbered'; amounts: readonly bigint[] } | null;
  reversed: boolean;
  /** Somebody who knows a weak signature says that it was paid. */
  forged: boolean;
  requests: readonly ('cancel' | 'accept' | 'refresh')[];
}

const amount = fc.constantFrom(...AMOUNTS);
const money = fc.oneof(
  fc.record({ notified: fc.constantFrom('sum' as const, 'echo' as const), amounts: fc.tuple(amount) }),
  fc.record({ notified: fc.constant('numbered' as const), amounts: fc.array(amount, { minLength: 1, maxLength: 3 }) }),
);

export const world: fc.Arbitrary<World> = fc
  .record({
    rail: fc.constantFrom('PSE' as const, 'BRE_B' as const),
    create: fc.constantFrom('answered' as const, 'lost' as const, 'never answered' as const, 'not found' as const),
    hasRunOut: fc.boolean(),
    refusal: fc.constantFrom('REJECTED' as const, 'EXPIRED' as const, 'CANCELED' as const, null, null),
    money: fc.option(money, { freq: 3, nil: null }),
    reversed: fc.boolean(),
    forged: fc.boolean(),
    requests: fc.subarray(['cancel' as const, 'accept' as const, 'refresh' as const]),
  })
  .map((drawn) => ({
    ...drawn,
    // Only Bre-B lets the payer write the amount, and who echoes what was asked documents no reversal.
    rail: drawn.money?.notified === 'echo' ? ('BRE_B' as const) : drawn.rail,
    reversed: drawn.reversed && drawn.money !== null && drawn.money.notified !== 'echo',
    // A word that it was paid holds expiry back for a while; forged ones are told of orders that have not run out.
    forged: drawn.forged && drawn.money === null && !drawn.hasRunOut,
  }));

export function received({ money }: World): bigint {
  return (money?.amounts ?? []).reduce((sum, amount) => sum + amount, 0n);
}

const KEY = '01900000-0000-7000-8000-000000000001';

/** Everything that is told of it, each once. */
export function factsOf(world: World): Fact[] {
  const { create, refusal, forged, reversed, requests } = world;
  return [
    ...(CREATE_FACTS[create] ?? []),
    answer({ status: 'PENDING' }),
    webhook({ status: 'PENDING' }, { status: 'PENDING' }),
    ...(refusal ? [answer({ status: refusal }), webhook({ status: refusal }, { status: refusal })] : []),
    ...(forged ? [webhook({ status: 'APPROVED', amountInCents: REQUESTED }, { status: 'PENDING' })] : []),
    ...moneyFacts(world),
    ...(reversed ? [lastWordOf(world), webhook({ status: 'REVERSED' }, reportAtTheEnd(world))] : []),
    ...requests.map((kind): Fact => ({
      name: kind,
      update: () => [
        kind === 'accept'
          ? { source: 'operator', kind, by: KEY, personId: null, approvalAboveInCents: 10n ** 12n }
          : { source: 'request', kind, by: KEY },
      ],
    })),
  ];
}

/** What the provider answers for ever when all has happened. */
export function lastWordOf(world: World): Fact {
  return answer(reportAtTheEnd(world), world);
}

/** What the provider of the second attempt answers: nobody pays there. */
export const SECOND_WAITS: Fact = {
  name: 'the second order waits',
  update: ({ second }, now) => [toUpdate(second, 'answer', { status: 'PENDING' }, now)],
};

const INSTRUCTIONS = { type: 'redirect', url: 'https://bank.example/pay' } as const;

export function opened(attemptId: string): PayinUpdate {
  return { attemptId, source: 'create', kind: 'opened', externalId: `T-${attemptId}`, instructions: INSTRUCTIONS };
}

const LOST: Fact = {
  name: 'the reply to the create is lost',
  update: ({ first }) => [{ attemptId: first, source: 'create', kind: 'unknown', reason: 'timeout' }],
};
const CREATE_FACTS: Readonly<Record<World['create'], Fact[]>> = {
  answered: [{ name: 'the create is answered', update: ({ first }) => [opened(first)] }],
  lost: [LOST],
  'never answered': [],
  'not found': [
    LOST,
    {
      name: 'the provider denies the order',
      update: ({ first, second, secondReference, provider }) => [
        {
          attemptId: first,
          source: 'recovery',
          kind: 'not_executed',
          reason: NOT_FOUND_AT_PROVIDER,
          errorCode: 'ORDER_NOT_TAKEN',
          next: { id: second, provider, providerReference: secondReference },
        },
      ],
    },
  ],
};

function moneyFacts(world: World): Fact[] {
  const { money } = world;
  if (!money) return [];
  const total = received(world);
  if (money.notified !== 'numbered') {
    const hint = { status: 'APPROVED' as const, amountInCents: total };
    const notified = { status: 'APPROVED' as const, amountInCents: money.notified === 'echo' ? REQUESTED : total };
    return [webhook(hint, notified, world), webhook(hint), answer(notified, world)];
  }
  const payments = paymentsOf(world);
  return payments.flatMap((payment, index) => [
    // A signed callback about one payment, and what the order says when it is asked by then.
    answer({ status: 'APPROVED', payments: [payment] }, world, 'webhook'),
    answer({ status: 'APPROVED', payments: payments.slice(0, index + 1) }, world),
  ]);
}

function reportAtTheEnd(world: World): Partial<ProviderReport> & Pick<ProviderReport, 'status'> {
  const { money, refusal, reversed } = world;
  if (!money) return { status: refusal ?? 'PENDING' };
  const status = reversed ? 'REVERSED' : 'APPROVED';
  if (money.notified === 'numbered') return { status, payments: paymentsOf(world) };
  return { status, amountInCents: money.notified === 'echo' ? REQUESTED : received(world) };
}

export function paymentsOf({ money }: World): { paymentId: string; amountInCents: bigint }[] {
  return (money?.amounts ?? []).map((amountInCents, index) => ({ paymentId: `P${index + 1}`, amountInCents }));
}

function answer(
  report: Partial<ProviderReport> & { status: ProviderReport['status'] },
  world?: World,
  source: 'poll' | 'webhook' = 'poll',
): Fact {
  return {
    name: `${source === 'poll' ? 'an answer' : 'a signed webhook'} ${nameOf(report)}`,
    update: ({ first }, now) => [toUpdate(first, 'answer', report, now, world, source)],
  };
}

/** A weakly signed webhook, with what the provider answers to the question that it causes, or with none. */
function webhook(
  hint: Partial<ProviderReport> & { status: ProviderReport['status'] },
  notified?: Partial<ProviderReport> & { status: ProviderReport['status'] },
  world?: World,
): Fact {
  return {
    name: `a webhook ${nameOf(hint)}${notified ? `, confirmed as ${nameOf(notified)}` : ''}`,
    update: ({ first }, now) => [
      toUpdate(first, 'hint', hint, now, world, 'webhook'),
      ...(notified ? [toUpdate(first, 'answer', notified, now, world, 'webhook')] : []),
    ],
  };
}

function nameOf({ status, amountInCents, payments }: Partial<ProviderReport>): string {
  return [status, amountInCents, payments?.map(({ paymentId }) => paymentId).join('+')].filter(Boolean).join(' ');
}

function toUpdate(
  attemptId: string,
  trust: 'hint' | 'answer',
  report: Partial<ProviderReport> & { status: ProviderReport['status'] },
  askedAt: Date,
  world?: World,
  source: 'poll' | 'webhook' = 'poll',
): PayinUpdate {
  return {
    attemptId,
    source,
    kind: trust,
    acceptsSeveralPayments: world?.money?.notified === 'numbered',
    askedAt,
    report: {
      rawStatus: report.status,
      currency: 'COP',
      externalId: `T-${attemptId}`,
      ...report,
      ...(world?.money?.notified === 'echo' ? { amountMayBeEchoed: true } : {}),
    },
  };
}
