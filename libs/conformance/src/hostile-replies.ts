import { describe, expect, it } from '@jest/globals';
import {
  type AnyPaymentProvider,
  type InboundWebhook,
  type PayinOrder,
  ProviderError,
  supports,
} from '@recaudo/payment-provider';
import fc from 'fast-check';
import { type ConformanceHarness, queryOf } from './harness.js';
import { attempt, damage, damaged } from './damage.js';
import { Oracle } from './oracle.js';
import { type Json, objectIn, placesOf, textsIn, withReference } from './places.js';
import type { ConformanceSubject } from './subject.js';
import { isThorough } from './thorough.js';
import { answering, jsonReply } from './treatments.js';
import type { Reply } from './wire.js';

/** Half of them to create calls, half to queries. */
const RUNS = isThorough() ? 10_000 : 500;
/** The same replies on every machine; another number tries others. */
const SEED = 20_260_101;
/** A single call takes about a millisecond; a busy machine may pause. */
const CALL_MAX_MS = 10_000;
const TIMEOUT_MS = 600_000;

export function describeHostileReplies(subject: ConformanceSubject, harness: () => ConformanceHarness): void {
  const oracle = new Oracle(subject);

  /** One call that is answered so; its result, if it has one, is judged against the reply's bytes. */
  async function call<T>(
    reply: Reply,
    make: () => Promise<T>,
    judge: (result: T) => void,
  ): Promise<ProviderError | undefined> {
    const startedAt = performance.now();
    const result = await harness()
      .wire.during(answering(reply), make)
      .then(
        (value) => ({ value }),
        (error: unknown) => ({ error }),
      );
    expect(performance.now() - startedAt).toBeLessThan(CALL_MAX_MS);
    harness().wire.recorded();
    if ('value' in result) {
      judge(result.value);
      return undefined;
    }
    if (!(result.error instanceof ProviderError)) throw result.error;
    harness().expectNothingSecret(result.error);
    return result.error;
  }

  describe('in hostile replies', () => {
    it(
      'a create call never opens what was not taken, and never calls refused what may have been',
      async () => {
        const { wire, control } = harness();
        const cases: { order: PayinOrder; caller: AnyPaymentProvider; original: Reply }[] = [];
        for (const example of subject.examples) {
          await control.reset();
          if (example.switches) await control.setSwitches(example.switches);
          const order = harness().newOrder({}, example);
          const caller = await harness().build({ settings: example.settings });
          await caller.createPayin(order);
          const [sent] = wire.recorded();
          cases.push({ order, caller, original: sent!.reply! });
        }
        const { order, caller } = cases[0]!;
        for (const { reply } of subject.errors) {
          const body = withReference(reply.body, subject.create.reference, order.providerReference);
          cases.push({ order, caller, original: jsonReply(body, reply.status) });
        }
        const references = cases.map(({ order }) => order.providerReference);
        const keys = cases.flatMap(({ original }) => keysOf(original));
        let opened = 0;
        await fc.assert(
          fc.asyncProperty(fc.constantFrom(...cases.keys()), damage(references, keys), async (at, plan) => {
            const { order, caller, original } = cases[at]!;
            const reply = damaged(original, plan);
            const error = await call(
              reply,
              () => caller.createPayin(order),
              (result) => oracle.opened(result, reply, order.providerReference),
            );
            if (error) oracle.refused(error, reply);
            else opened += 1;
          }),
          { numRuns: RUNS / 2, seed: SEED },
        );
        // The damage is not so bad that nothing was ever read.
        expect(opened).toBeGreaterThan(RUNS / 50);
      },
      TIMEOUT_MS,
    );

    if (subject.webhook)
      it(
        'a webhook is read as what it says or not at all',
        async () => {
          const { provider, control, sink } = harness();
          if (!supports(provider, 'webhooks')) throw new Error(`${provider.name} declares no webhooks`);
          const order = harness().newOrder();
          await provider.createPayin(order);
          await control.pay(order.providerReference, { webhook: 'send' });
          const [{ rawBody }] = (await sink.receivedEvent(({ rawBody: body }) =>
            textsIn(objectIn(body.toString())).includes(order.providerReference),
          )) as [InboundWebhook];
          const original: Reply = { status: 200, headers: {}, body: rawBody };
          const words = subject.webhook!.money.flatMap(Object.values) as Json[];
          let read = 0;
          fc.assert(
            fc.property(damage([order.providerReference, ...words], keysOf(original)), (plan) => {
              const { body } = damaged(original, plan);
              const { result, error } = attempt(() => provider.webhooks.read(body));
              if (result) oracle.webhook(result, body.toString());
              else expect(error).toMatchObject({ kind: 'unreadable_reply', outcome: 'unknown' });
              if (result) read += 1;
            }),
            { numRuns: RUNS, seed: SEED },
          );
          expect(read).toBeGreaterThan(RUNS / 50);
        },
        TIMEOUT_MS,
      );

    it(
      'a query never sees money that did not come, and never loses an order that may be there',
      async () => {
        const { wire, provider, control } = harness();
        // Our order while unpaid and when paid, by their id and by our reference; another's; and one that is not there.
        const [ours, theirs, nobodys] = [harness().newOrder(), harness().newOrder(), harness().newOrder()];
        await provider.fetchPayin(queryOf(nobodys));
        const replies = wire.recorded().map(({ reply }) => reply!);
        const opened = await provider.createPayin(ours);
        const openedToo = await provider.createPayin(theirs);
        wire.recorded();
        await provider.fetchPayin(queryOf(ours, opened));
        for (const order of [ours, theirs]) await control.pay(order.providerReference, { webhook: 'none' });
        await provider.fetchPayin(queryOf(ours, opened));
        await provider.fetchPayin(queryOf(theirs, openedToo));
        await provider.fetchPayin(queryOf(ours));
        replies.push(...wire.recorded().map(({ reply }) => reply!));
        const words = subject.statuses.flatMap(({ reply }) => Object.values(reply));
        let reports = 0;
        const arbitraryDamage = damage(
          [ours.providerReference, theirs.providerReference, ...words],
          replies.flatMap(keysOf),
        );
        await fc.assert(
          fc.asyncProperty(
            fc.constantFrom(...replies.keys()),
            arbitraryDamage,
            fc.boolean(),
            async (at, plan, byId) => {
              const reply = damaged(replies[at]!, plan);
              await call(
                reply,
                () => provider.fetchPayin(byId ? queryOf(ours, opened) : queryOf(ours)),
                (result) => {
                  oracle.fetched(result, reply, ours.providerReference);
                  if (result.found) reports += 1;
                },
              );
            },
          ),
          { numRuns: RUNS / 2, seed: SEED },
        );
        expect(reports).toBeGreaterThan(RUNS / 50);
      },
      TIMEOUT_MS,
    );
  });
}

/** The names of a document's fields. */
function keysOf({ body }: Reply): string[] {
  const names = placesOf(objectIn(body.toString()) ?? null).map((place) => place.slice(place.lastIndexOf('/') + 1));
  return [...new Set(names.filter((name) => !/^\d+$/.test(name)))];
}
