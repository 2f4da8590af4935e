import { describe, expect, it } from '@jest/globals';
import { ID_TYPES, PHONE_IS_WALLET, supports } from '@recaudo/payment-provider';
import { type ConformanceHarness, queryOf } from './harness.js';
import type { ConformanceSubject } from './subject.js';
import { answering, textReply } from './treatments.js';

/** No order is opened, so that the same one can be asked for again. */
const unavailable = answering(textReply('', 503));

/** What any HTTP client sends. */
const ORDINARY_HEADERS = [
  'accept',
  'accept-encoding',
  'connection',
  'content-length',
  'content-type',
  'host',
  'user-agent',
];

export function describeOpening(
  { descriptor, examples, webhook }: ConformanceSubject,
  harness: () => ConformanceHarness,
): void {
  describe('opening an order', () => {
    it('is shown by a documented request for every rail that is declared', async () => {
      expect(harness().provider.name).toBe(descriptor.name);
      const modes = examples.map(({ settings = {} }) => settings);
      const providers = await Promise.all(modes.map((settings) => harness().build({ settings })));
      const declared = new Set([harness().provider, ...providers].flatMap(({ rails }) => rails));
      expect(declared).toEqual(new Set(examples.map(({ rail }) => rail)));
    });

    it('is shown by a documented request in every currency that is declared', () => {
      expect(new Set(harness().provider.currencies)).toEqual(new Set(examples.map(({ order }) => order.currency)));
    });

    it('takes a payer’s document of the declared types alone', () => {
      const { provider } = harness();
      const { order } = examples[0]!;
      const taken = provider.documents.types.map(({ idType }) => idType);
      expect(taken.length).toBeGreaterThan(0);
      for (const idType of ID_TYPES) {
        const violations = provider.check({ ...order, customer: { ...order.customer, idType } });
        const refused = violations.some(({ field }) => field === 'inlineCustomer.idType');
        expect([idType, refused]).toEqual([idType, !taken.includes(idType)]);
      }
    });

    it('needs a Colombian mobile where the phone is the wallet, whatever the documents leave out', async () => {
      for (const { order, settings } of examples.filter(({ rail }) => PHONE_IS_WALLET[rail])) {
        const provider = await harness().build({ settings });
        for (const phone of ['+571234567890', '+12025550123', undefined]) {
          const violations = provider.check({ ...order, customer: { ...order.customer, phone } });
          expect(violations.map(({ field }) => field)).toEqual(['inlineCustomer.phone']);
        }
      }
    });

    it('comes with a webhook signature where webhooks are declared', () => {
      expect(webhook !== undefined).toBe(supports(harness().provider, 'webhooks'));
    });

    it.each(examples)('asks for $rail as documented in $source', async ({ rail, order, request, opened, ...mode }) => {
      const { wire, control } = harness();
      if (mode.switches) await control.setSwitches(mode.switches);
      const provider = await harness().build({ settings: mode.settings });
      expect(order.rail).toBe(rail);
      expect(provider.check(order)).toEqual([]);

      const result = await provider.createPayin(order);
      const [sent, ...more] = wire.recorded();
      expect(more).toEqual([]);
      expect(sent).toMatchObject({ method: request.method, path: request.path });
      expect(JSON.parse(sent!.body)).toEqual(request.body);
      expect(sent!.headers['content-type']).toMatch(/^application\/json\b/);
      const named = Object.entries(sent!.headers).filter(([name]) => !ORDINARY_HEADERS.includes(name));
      expect(Object.fromEntries(named)).toEqual(
        Object.fromEntries(
          Object.entries(request.headers).map(([name, value]) => [
            name,
            typeof value === 'string' ? value : expect.stringMatching(value),
          ]),
        ),
      );
      expect(result).toEqual(opened);
      for (const query of [queryOf(order, result), queryOf(order)])
        expect(await provider.fetchPayin(query)).toMatchObject({ found: true, report: { status: 'PENDING' } });
    });

    it('says until when it can be paid exactly where that is declared', async () => {
      const { wire, provider } = harness();
      const order = harness().newOrder();
      const sent: string[] = [];
      for (const expiresInMinutes of [30, 30, 60]) {
        await wire.during(unavailable, () => harness().errorOf(provider.createPayin({ ...order, expiresInMinutes })));
        sent.push(wire.recorded().at(-1)!.body);
      }
      // Where the time of the request is in it, every body is another one.
      const [one, again, longer] = sent;
      expect(longer !== one || longer !== again).toBe(provider.ordersExpireWhenAsked);
    });

    it('sends the same request as the same words, but for what must differ', async () => {
      // Two orders that differ in their reference only: nothing of one is left over in the other.
      const [one, other] = [harness().newOrder(), harness().newOrder()];
      await harness().provider.createPayin(one);
      await harness().provider.createPayin(other);
      const [first, second] = harness().wire.recorded();
      expect(first!.body).toContain(one.providerReference);
      expect(second!.body).not.toContain(one.providerReference);
      expect(second!.path).toBe(first!.path);
    });
  });
}
