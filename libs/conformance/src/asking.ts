import { describe, expect, it } from '@jest/globals';
import {
  type FetchedOrder,
  type OpenedOrder,
  type OrderQuery,
  type PayinOrder,
  ProviderError,
  type ProviderReport,
  unitInCents,
} from '@recaudo/payment-provider';
import { type ConformanceHarness, queryOf } from './harness.js';
import { amountsOf, Oracle, reportsMoney } from './oracle.js';
import {
  type Json,
  leavesOf,
  objectIn,
  type Place,
  placesOf,
  valuesAt,
  without,
  withValueAt,
  wrongTypes,
} from './places.js';
import type { ConformanceSubject } from './subject.js';
import { isThorough } from './thorough.js';
import { answering, changing, jsonReply } from './treatments.js';
import type { Treatment } from './wire.js';

const NO_AMOUNTS: Json[] = [
  null,
  true,
  -1,
  1.005,
  1e300,
  '',
  'free',
  '1e3',
  '0x10',
  '1,000',
  ' 1',
  [5000],
  { value: 5000 },
];
const LONG = 'x'.repeat(256);

export function describeAsking(subject: ConformanceSubject, harness: () => ConformanceHarness): void {
  const { query, statuses, settlements } = subject;
  const oracle = new Oracle(subject);

  async function openOrder(): Promise<{ order: PayinOrder; opened: OpenedOrder }> {
    const order = harness().newOrder();
    return { order, opened: await harness().provider.createPayin(order) };
  }

  async function ask(asked: OrderQuery, treatment: Treatment): Promise<FetchedOrder | ProviderError> {
    return harness()
      .wire.during(treatment, () => harness().provider.fetchPayin(asked))
      .catch((error: unknown) => {
        if (error instanceof ProviderError) return error;
        throw error;
      });
  }

  /** What the provider reports when the sandbox's answer is changed on its way, or why it reports nothing. */
  function askChanged(order: PayinOrder, opened: OpenedOrder, change: (body: Json) => Json) {
    const treatment = changing((reply) => jsonReply(change(objectIn(reply.body.toString()) ?? null), reply.status));
    return ask(queryOf(order, opened), treatment);
  }

  async function reportOf(
    order: PayinOrder,
    opened: OpenedOrder,
    change: (body: Json) => Json,
  ): Promise<ProviderReport> {
    const result = await askChanged(order, opened, change);
    if (result instanceof ProviderError || !result.found) throw new Error(`no report, but ${JSON.stringify(result)}`);
    return result.report;
  }

  /** Every amount that stands there changed. */
  function withAmounts(body: Json, change: (value: Json) => Json): Json {
    const places = (Object.keys(query.amounts) as Place[]).filter((place) => valuesAt(body, place).length > 0);
    return places.reduce((changed, place) => withValueAt(changed, place, change), body);
  }

  describe('asking about an order', () => {
    it.each(Object.entries(settlements))('after “%s” in the sandbox is reported as %s', async (verb, status) => {
      const { order, opened } = await openOrder();
      // Money that goes back had come before.
      if (status === 'REVERSED') await harness().control.pay(order.providerReference, { webhook: 'none' });
      await harness().control.move(order.providerReference, verb, { webhook: 'none' });
      for (const asked of [queryOf(order, opened), queryOf(order)]) {
        const fetched = await harness().provider.fetchPayin(asked);
        expect(fetched).toMatchObject({ found: true, report: { status } });
        if (!fetched.found || !reportsMoney(fetched.report)) continue;
        for (const amount of amountsOf(fetched.report)) expect(amount).toBe(order.amountInCents);
        expect(amountsOf(fetched.report)).not.toEqual([]);
      }
    });

    it('reports the amount that arrived where it is not the requested one, unless it is declared to echo', async () => {
      const { order, opened } = await openOrder();
      const less = order.amountInCents - unitInCents(order.currency);
      await harness().control.pay(order.providerReference, { amountInCents: Number(less), webhook: 'none' });
      const fetched = await harness().provider.fetchPayin(queryOf(order, opened));
      const amounts = fetched.found ? amountsOf(fetched.report) : [];
      const mayEcho = harness().provider.answersEchoRequestedAmount === 'always';
      expect(new Set(amounts)).toEqual(new Set([harness().answersEcho ? order.amountInCents : less]));
      expect(fetched.found && (fetched.report.amountMayBeEchoed ?? false)).toBe(mayEcho);
    });

    it.each(statuses)('reads $reply as $means', async ({ reply, means }) => {
      const { order, opened } = await openOrder();
      const places = Object.entries(reply) as [Place, Json][];
      const change = (body: Json): Json =>
        places.reduce((text, [place, value]) => withValueAt(text, place, value), body);
      expect(await reportOf(order, opened, change)).toMatchObject({ status: means });
    });

    it('takes a status that is not documented for no status that we know', async () => {
      const { order, opened } = await openOrder();
      for (const rawStatus of [
        'SOMETHING_NEW',
        'approved ',
        'EN REVISIÓN',
        '99',
        '__proto__',
        'constructor',
        'toString',
      ]) {
        const result = await askChanged(order, opened, (body) => withValueAt(body, query.status, rawStatus));
        expect(result).toMatchObject({ report: { status: 'UNRECOGNISED', rawStatus } });
      }
    });

    it('reads no status from what is none', async () => {
      const { order, opened } = await openOrder();
      for (const status of [null, true, [], ['APPROVED'], { status: 'APPROVED' }, '', ' ', 'A\nB', 'a\u0000b', LONG]) {
        const result = await askChanged(order, opened, (body) => withValueAt(body, query.status, status));
        expect([status, result]).toMatchObject([status, { kind: 'unreadable_reply', outcome: 'unknown' }]);
      }
    });

    it('never takes an answer about another reference', async () => {
      const { order, opened } = await openOrder();
      await harness().control.pay(order.providerReference, { webhook: 'none' });
      const own = order.providerReference;
      for (const other of [harness().newOrder().providerReference, own.toUpperCase(), `${own} `, ` ${own}`, '', null]) {
        const result = await askChanged(order, opened, (body) => withValueAt(body, query.reference, other));
        expect([other, result]).toMatchObject([other, { kind: 'contradictory_reply', outcome: 'unknown' }]);
      }
      for (const other of [42, true, [own], { reference: own }]) {
        const result = await askChanged(order, opened, (body) => withValueAt(body, query.reference, other));
        expect([other, result]).toMatchObject([other, { outcome: 'unknown' }]);
        expect(result).toBeInstanceOf(ProviderError);
      }
    });

    it('never takes the answer about another order', async () => {
      const [ours, theirs] = [await openOrder(), await openOrder()];
      await harness().control.pay(theirs.order.providerReference, { webhook: 'none' });
      const fetched = await harness()
        .provider.fetchPayin(queryOf(ours.order, theirs.opened))
        .catch((error: unknown) => error);
      // A provider that is asked by our reference alone never sees their id.
      if (!(fetched instanceof ProviderError)) expect(fetched).toMatchObject({ report: { status: 'PENDING' } });
    });

    it('never reports the amount that was requested where another stands', async () => {
      const { order, opened } = await openOrder();
      await harness().control.pay(order.providerReference, { webhook: 'none' });
      const result = await askChanged(order, opened, (body) => withAmounts(body, doubled));
      if (result instanceof ProviderError || !result.found) return;
      expect(new Set(amountsOf(result.report))).toEqual(new Set([order.amountInCents * 2n]));
    });

    it('reads no amount from what is none', async () => {
      const { order, opened } = await openOrder();
      await harness().control.pay(order.providerReference, { webhook: 'none' });
      for (const value of NO_AMOUNTS) {
        const result = await askChanged(order, opened, (body) => withAmounts(body, () => value));
        if (result instanceof ProviderError || !result.found) continue;
        expect([value, amountsOf(result.report)]).toEqual([value, []]);
      }
    });

    const { currency } = query;
    if (currency)
      it('never hides another currency', async () => {
        const { order, opened } = await openOrder();
        await harness().control.pay(order.providerReference, { webhook: 'none' });
        for (const other of ['USD', 'usd', 'pesos', '']) {
          const result = await askChanged(order, opened, (body) => withValueAt(body, currency, other));
          if (result instanceof ProviderError || !result.found) continue;
          expect(result.report.currency).toEqual(expect.any(String));
          expect(result.report.currency).not.toBe(order.currency);
        }
      });

    it('survives every field of a real answer being away, of another type or as in another answer', async () => {
      const nobodys = harness().newOrder();
      await harness().provider.fetchPayin(queryOf(nobodys));
      const { order, opened } = await openOrder();
      await harness().control.pay(order.providerReference, { webhook: 'none' });
      await harness().provider.fetchPayin(queryOf(order, opened));
      const [no, , yes] = harness().wire.recorded();
      const documents = [no, yes].map((exchange) => objectIn(exchange!.reply!.body.toString())!);
      const others = documents.flatMap(leavesOf);
      // In the quick tier each place gets every fifth of them, beginning with another one.
      const step = isThorough() ? 1 : 5;
      for (const [at, asked] of [queryOf(nobodys), queryOf(order, opened)].entries()) {
        const document = documents[at]!;
        for (const [nth, place] of placesOf(document).entries()) {
          const values = others.filter((_, index) => index % step === nth % step);
          const changes = [
            without(document, place),
            ...wrongTypes(document, place),
            ...values.map((value) => withValueAt(document, place, value)),
          ];
          for (const changed of changes) {
            const reply = jsonReply(changed, [no, yes][at]!.reply!.status);
            const result = await ask(asked, answering(reply));
            if (result instanceof ProviderError) harness().expectNothingSecret(result);
            else oracle.fetched(result, reply, asked.providerReference);
          }
        }
      }
    });

    it('knows for certain that there is no such order', async () => {
      expect(await harness().provider.fetchPayin(queryOf(harness().newOrder()))).toEqual({ found: false });
    });
  });
}

function doubled(value: Json): Json {
  if (typeof value === 'number') return value * 2;
  return typeof value === 'string' && value !== ''
    ? (Number(value) * 2).toFixed(value.split('.')[1]?.length ?? 0)
    : value;
}
