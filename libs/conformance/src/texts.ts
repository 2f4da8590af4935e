import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Customer, ID_TYPES, ProviderError } from '@recaudo/payment-provider';
import { type ConformanceHarness, queryOf } from './harness.js';
import { textsIn } from './places.js';
import type { ConformanceSubject } from './subject.js';
import { isThorough } from './thorough.js';

const RUNS = isThorough() ? 150 : 50;
const SEED = 20_260_101;
const FIELDS: (keyof Customer)[] = ['name', 'idType', 'idNumber', 'phone', 'email'];
const NAMES = [
  'José Ñáñez Gutiérrez',
  'Zoë Łukasz Çelik',
  'José',
  '李小龍',
  'Ana 👩‍👩‍👧 Pérez',
  "D'Angelo & Hijos, S.A.S.",
  '"; DROP TABLE <b>\\u0041',
  'ab',
  'N'.repeat(64),
  'ñ'.repeat(255),
];

export function describeTexts({ examples }: ConformanceSubject, harness: () => ConformanceHarness): void {
  /** Opens the order where the provider's own check passes it; and then it must be opened, with the text as it is. */
  async function open(order: ReturnType<ConformanceHarness['newOrder']>): Promise<string | undefined> {
    const { provider, wire } = harness();
    const violations = provider.check(order);
    if (violations.length > 0) {
      for (const { field, message } of violations) {
        expect(field).toMatch(/^(inlineCustomer|pse|breb|description|amountInCents|expiresInMinutes|redirectUrl)\b/);
        expect(message.length).toBeGreaterThan(5);
        for (const value of Object.values(order.customer ?? {}))
          if (typeof value === 'string' && value.length > 6) expect(message).not.toContain(value);
      }
      return undefined;
    }
    await provider.createPayin(order);
    return wire.recorded().at(-1)!.body;
  }

  describe('texts', () => {
    it.each(['A', 'z9', 'AbCdEfGhIjKlMnOpQrStUvWxYz012345'])(
      'carry the reference %s there and back',
      async (providerReference) => {
        const order = harness().newOrder({ providerReference });
        expect(textsIn(JSON.parse((await open(order))!))).toContain(providerReference);
        expect(await harness().provider.fetchPayin(queryOf(order))).toMatchObject({ found: true });
      },
    );

    it.each(NAMES)('carry the name %s as it is, or it is refused before any call', async (name) => {
      const order = harness().newOrder();
      const body = await open({ ...order, customer: { ...order.customer, name } });
      if (body !== undefined) expect(textsIn(JSON.parse(body))).toContain(name);
      else expect(harness().wire.recorded()).toEqual([]);
    });

    it('never let pass a payer whom the sandbox then refuses', async () => {
      const { customer: whole = {} } = harness().newOrder();
      // Mostly a payer who passes, with one or two data changed or away.
      const changes: fc.Arbitrary<Customer> = fc.record(
        {
          name: fc.oneof(fc.constantFrom(...NAMES), fc.string({ minLength: 1, maxLength: 80, unit: 'grapheme' })),
          idType: fc.constantFrom(...ID_TYPES),
          idNumber: fc.oneof(
            fc.stringMatching(/^[0-9]{4,12}$/),
            fc.stringMatching(/^[A-Z]{2}[0-9]{6,8}$/),
            fc.constantFrom('1032456789', '900123456', '8001972684', '123456'),
          ),
          phone: fc.constantFrom('+573104447777', '+576013334444', '+14155552671', '+5731', 'x'),
          email: fc.constantFrom(
            'a@b.co',
            'A.Payer+tag@sub.example.com.co',
            'canario.secreto@example.com',
            `${'a'.repeat(60)}@example.com`,
            'x',
          ),
        },
        { requiredKeys: [] },
      );
      const rails = fc.constantFrom(...examples.filter(({ settings, switches }) => !settings && !switches));
      let opened = 0;
      await fc.assert(
        fc.asyncProperty(changes, fc.subarray(FIELDS, { maxLength: 2 }), rails, async (changed, fields, example) => {
          const customer = { ...whole, ...Object.fromEntries(fields.map((field) => [field, changed[field]])) };
          const order = harness().newOrder({ customer }, example);
          const sent = await open(order).catch((error: unknown) => {
            if (error instanceof ProviderError) throw new Error(`refused by the sandbox: ${error.message}`);
            throw error;
          });
          if (sent !== undefined) opened += 1;
        }),
        { numRuns: RUNS, seed: SEED },
      );
      expect(opened).toBeGreaterThan(0);
    });
  });
}
