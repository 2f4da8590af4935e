import { beforeAll, describe, expect, it } from '@jest/globals';
import {
  type AnyPaymentProvider,
  type PaymentProvider,
  ProviderError,
  type RefundOrder,
  supports,
  unitInCents,
} from '@recaudo/payment-provider';
import type { ConformanceHarness } from './harness.js';
import { objectIn, placesOf, valuesAt, without, withValueAt, wrongTypes } from './places.js';
import type { ConformanceSubject } from './subject.js';
import {
  answering,
  answeringTooLate,
  breakingOff,
  hanging,
  jsonReply,
  losingTheReply,
  textReply,
} from './treatments.js';

/** After each of these the refund may have been taken. */
const LOSSES = { losingTheReply, breakingOff, hanging, answeringTooLate };
/** None of these says how a refund stands. */
const NO_ANSWERS = [
  ...['', '<html>', '[]', '{}', 'null'].map((text) => answering(textReply(text))),
  ...[500, 502, 503, 504].map((status) => answering(jsonReply({ message: 'no' }, status))),
];

export function describeRefunds(subject: ConformanceSubject, harness: () => ConformanceHarness): void {
  const { refunds, descriptor } = subject;

  describe('refunds', () => {
    it('are declared where the suite tests them, and nowhere else', async () => {
      const modes = [{}, ...(descriptor.otherModes ?? [])];
      const declaring: object[] = [];
      for (const mode of modes) {
        const { capabilities } = await harness().build({ settings: mode });
        if (capabilities.includes('refunds')) declaring.push(mode);
      }
      expect(declaring).toEqual(refunds ? [refunds.settings ?? {}] : []);
    });

    if (!refunds) return;
    type Refunding = AnyPaymentProvider & PaymentProvider<'refunds'>;
    let provider: Refunding;
    let hasty: Refunding;

    beforeAll(async () => {
      provider = refunding(await harness().build({ settings: refunds.settings }));
      hasty = refunding(await harness().build({ settings: refunds.settings, hasty: true }));
    });

    function refunding(built: AnyPaymentProvider): Refunding {
      if (!supports(built, 'refunds')) throw new Error(`${built.name} does not declare refunds`);
      return built;
    }

    let count = 0;
    /** Of an order that was paid. */
    async function newRefund(): Promise<RefundOrder> {
      const order = harness().newOrder();
      const { externalId } = await provider.createPayin(order);
      await harness().control.pay(order.providerReference, { webhook: 'none' });
      count += 1;
      return {
        refundReference: count.toString(16).padStart(32, '0'),
        providerReference: order.providerReference,
        externalId,
        amountInCents: unitInCents(order.currency),
        currency: order.currency,
      };
    }

    async function made({ providerReference }: RefundOrder): Promise<readonly string[]> {
      return refunds!.made((await harness().control.findOrder(providerReference))!);
    }

    it('are paid once by one reference, however often they are asked for', async () => {
      const refund = await newRefund();
      const report = await provider.refundPayin(refund);
      expect(report).toEqual({ status: 'PAID', evidence: expect.stringMatching(/\S/) });
      expect(await Promise.all([provider.refundPayin(refund), provider.refundPayin(refund)])).toEqual([report, report]);
      expect(await provider.fetchRefund(refund)).toEqual({ found: true, report });
      expect(await made(refund)).toEqual([refund.refundReference]);
      const another = { ...refund, refundReference: 'f'.repeat(32) };
      await provider.refundPayin(another);
      expect(await made(refund)).toEqual([refund.refundReference, another.refundReference]);
    });

    it('that wait are asked about until they are paid', async () => {
      await harness().control.setSwitches(refunds.switches.PENDING);
      const refund = await newRefund();
      for (const report of [
        await provider.refundPayin(refund),
        await provider.refundPayin(refund),
        await provider.fetchRefund(refund),
      ])
        expect(report).toMatchObject('found' in report ? { report: { status: 'PENDING' } } : { status: 'PENDING' });
      await harness().control.setSwitches(refunds.switches.PAID);
      expect(await provider.fetchRefund(refund)).toMatchObject({ found: true, report: { status: 'PAID' } });
      expect(await made(refund)).toEqual([refund.refundReference]);
    });

    it('are refused with the provider’s reason, and stay so', async () => {
      await harness().control.setSwitches(refunds.switches.REFUSED);
      const refund = await newRefund();
      const report = await provider.refundPayin(refund);
      expect(report).toEqual({ status: 'REFUSED', reason: expect.stringMatching(/^\S{1,64}$/) });
      await harness().control.setSwitches(refunds.switches.PAID);
      expect(await provider.refundPayin(refund)).toEqual(report);
      expect(await provider.fetchRefund(refund)).toEqual({ found: true, report });
    });

    it('of more than arrived are certainly not executed', async () => {
      const refund = await newRefund();
      const tooMuch = { ...refund, amountInCents: refund.amountInCents * 1_000_000_000n };
      const error = await harness().errorOf(provider.refundPayin(tooMuch));
      expect(error).toMatchObject({ kind: 'rejected_request', outcome: 'not_executed' });
      expect(await made(refund)).toEqual([]);
    });

    it('that are not there are not found', async () => {
      const refund = await newRefund();
      expect(await provider.fetchRefund(refund)).toEqual({ found: false });
    });

    it.each(Object.entries(LOSSES))(
      'may have been taken after %s, and are one afterwards',
      async (_what, treatment) => {
        const refund = await newRefund();
        const lost = harness().wire.during(treatment, () => harness().errorOf(hasty.refundPayin(refund)));
        expect(await lost).toMatchObject({ outcome: 'unknown' });
        expect(await provider.refundPayin(refund)).toMatchObject({ status: 'PAID' });
        expect(await made(refund)).toEqual([refund.refundReference]);
      },
    );

    it('may have been taken, and may be there, after what is no answer', async () => {
      const refund = await newRefund();
      for (const treatment of NO_ANSWERS)
        for (const call of [
          (): Promise<unknown> => provider.refundPayin(refund),
          (): Promise<unknown> => provider.fetchRefund(refund),
        ]) {
          const error = await harness().wire.during(treatment, () => harness().errorOf(call()));
          expect(error).toMatchObject({ outcome: 'unknown' });
        }
    });

    it('certainly were not taken where nobody listens', async () => {
      const away = refunding(
        await harness().build({ settings: refunds.settings, origin: await harness().deadOrigin() }),
      );
      const refund = await newRefund();
      expect(await harness().errorOf(away.refundPayin(refund))).toMatchObject({ outcome: 'not_executed' });
    });

    it('are never read from an answer about another one, nor from what was damaged', async () => {
      const [refund, other] = [await newRefund(), await newRefund()];
      const report = await provider.refundPayin(refund);
      harness().wire.recorded();
      await provider.refundPayin(other);
      await provider.fetchRefund(refund);
      const [ofOther, ours] = harness()
        .wire.recorded()
        .map(({ reply }) => objectIn(reply!.body.toString())!);
      const damaged = placesOf(ours!).flatMap((place) => [
        without(ours!, place),
        ...wrongTypes(ours!, place),
        ...valuesAt(ours!, place).map((value) =>
          withValueAt(ours!, place, typeof value === 'number' ? value + 1 : `${String(value)}X`),
        ),
      ]);
      for (const body of [ofOther!, ...damaged])
        for (const call of [
          (): Promise<unknown> => provider.refundPayin(refund),
          (): Promise<unknown> => provider.fetchRefund(refund),
        ]) {
          const result = await harness()
            .wire.during(answering(jsonReply(body)), call)
            .catch((error: unknown) => error);
          if (result instanceof ProviderError) {
            harness().expectNothingSecret(result);
            expect(result.outcome).toBe('unknown');
          } else {
            expect((result as { report?: object }).report ?? result).toMatchObject({ status: report.status });
            // What the provider calls it may have been changed, and nothing else that matters.
            for (const [nth, place] of refunds.essential.entries()) {
              if (nth === 0) expect(valuesAt(body, place)).toEqual([expect.any(String)]);
              else expect([place, valuesAt(body, place)]).toEqual([place, valuesAt(ours!, place)]);
            }
          }
        }
    });
  });
}
