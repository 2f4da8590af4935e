import { describe, expect, it } from '@jest/globals';
import { type OpenedOrder, ProviderError, type ProviderErrorKind } from '@recaudo/payment-provider';
import { type ConformanceHarness, HASTE_MS, queryOf } from './harness.js';
import { Oracle } from './oracle.js';
import { type Json, objectIn, placesOf, valuesAt, without, withReference, withValueAt, wrongTypes } from './places.js';
import type { ConformanceSubject } from './subject.js';
import { isThorough } from './thorough.js';
import {
  answering,
  answeringTooLate,
  breakingOff,
  changing,
  dripping,
  hanging,
  jsonReply,
  losingTheReply,
  reset,
  textReply,
} from './treatments.js';
import type { Reply, Treatment } from './wire.js';

/** A machine that is busy may be late, but never this late. */
const PATIENCE_MS = HASTE_MS + 10_000;
const HTML = '<!doctype html><html><body><h1>502 Bad Gateway</h1></body></html>';
const TOO_LARGE = 8 * 1024 * 1024;

interface Failure {
  what: string;
  treatment: Treatment;
  /** Absent where providers may have a more exact one. */
  kind?: ProviderErrorKind;
  /** It is only noticed because time is up. */
  slow?: boolean;
}

/** After each of these the order may exist. */
const FAILURES: Failure[] = [
  { what: 'the connection is reset', treatment: reset, kind: 'connection' },
  { what: 'the reply is lost', treatment: losingTheReply, kind: 'connection' },
  { what: 'the reply breaks off', treatment: breakingOff, kind: 'connection' },
  { what: 'nothing ever comes', treatment: hanging, kind: 'timeout', slow: true },
  { what: 'the reply comes after the deadline', treatment: answeringTooLate, kind: 'timeout', slow: true },
  { what: 'the reply comes byte by byte', treatment: dripping, kind: 'timeout', slow: true },
  ...[500, 502, 503, 504].flatMap((status): Failure[] => [
    { what: `HTTP ${status} in HTML`, treatment: answering(textReply(HTML, status)), kind: 'unavailable' },
    {
      what: `HTTP ${status} in JSON, after the order was taken`,
      treatment: changing((reply) => jsonReply({ error: 'x' }, status, reply.headers)),
      kind: 'unavailable',
    },
  ]),
  ...[400, 404].map((status): Failure => ({
    what: `HTTP ${status} that is not the provider’s`,
    treatment: answering(textReply(status === 404 ? '' : HTML, status)),
    kind: 'unavailable',
  })),
  { what: 'HTTP 422 with a list', treatment: answering(textReply('[]', 422)), kind: 'unavailable' },
  ...[301, 304].map((status): Failure => ({
    what: `HTTP ${status}`,
    treatment: answering(textReply('', status)),
    kind: 'unavailable',
  })),
  ...[418, 599].map((status): Failure => ({
    what: `HTTP ${status}`,
    treatment: answering(jsonReply({ error: 'x' }, status)),
    kind: 'unavailable',
  })),
  ...[302, 500].map((status): Failure => ({
    what: `HTTP ${status} with the body of a success`,
    treatment: changing((reply) => ({ ...reply, status })),
  })),
  { what: 'HTTP 408', treatment: answering(jsonReply({ error: 'Request Timeout' }, 408)), kind: 'unavailable' },
  { what: 'HTTP 409', treatment: answering(jsonReply({ error: 'Conflict' }, 409)), kind: 'unavailable' },
  { what: 'a redirect', treatment: answering(textReply('', 307, { location: '/elsewhere' })), kind: 'unavailable' },
  { what: 'a success in HTML', treatment: answering(textReply(HTML)), kind: 'unreadable_reply' },
  { what: 'an empty success', treatment: answering(textReply('')), kind: 'unreadable_reply' },
  {
    what: 'a success cut in half',
    treatment: changing((reply) => ({ ...reply, body: reply.body.subarray(0, reply.body.length / 2) })),
    kind: 'unreadable_reply',
  },
  ...['[]', '""', '0', 'null', 'true', '{}'].map((body): Failure => ({
    what: `a success that is ${body}`,
    treatment: changing((reply) => ({ ...reply, body: Buffer.from(body) })),
    kind: 'unreadable_reply',
  })),
  ...Object.entries({
    'in a list': (text: string) => `[${text}]`,
    'that comes twice': (text: string) => text.repeat(2),
    'with more behind it': (text: string) => `${text}<html>`,
  }).map(([what, change]): Failure => ({
    what: `a success ${what}`,
    treatment: changing((reply) => ({ ...reply, body: Buffer.from(change(reply.body.toString())) })),
    kind: 'unreadable_reply',
  })),
  {
    what: 'a success without end',
    treatment: changing((reply) => ({ ...reply, body: Buffer.concat([reply.body, Buffer.alloc(TOO_LARGE, ' ')]) })),
    kind: 'connection',
  },
];

/** Of a query these say no more than the failures do: a wrong credential or address is no word on the order. */
const NO_ANSWERS: Pick<Failure, 'what' | 'treatment' | 'slow'>[] = [
  { what: 'HTTP 401', treatment: answering(jsonReply({ message: 'no' }, 401)) },
  { what: 'HTTP 403', treatment: answering(jsonReply({ message: 'no' }, 403)) },
  { what: 'HTTP 429', treatment: answering(jsonReply({ message: 'no' }, 429)) },
  { what: 'a 404 in HTML', treatment: answering(textReply('<h1>Not Found</h1>', 404)) },
  { what: 'an empty 404', treatment: answering(textReply('', 404)) },
  {
    what: 'a framework’s 404',
    treatment: answering(jsonReply({ statusCode: 404, message: 'Cannot GET /v1/x', error: 'Not Found' }, 404)),
  },
  { what: 'a proxy’s 404', treatment: answering(jsonReply({ message: 'no Route matched with those values' }, 404)) },
];

/** HTTP statuses that mean the same at every server, whatever stands in the body. */
const REFUSALS: [status: number, kind: ProviderErrorKind][] = [
  [401, 'authentication'],
  [403, 'authentication'],
  [429, 'rate_limited'],
];

/** HTTP statuses with which a server may refuse in its own words, and those that leave open what became of the order. */
const REFUSING = [400, 404, 405, 413, 415, 422];
const OPEN = [301, 302, 500, 502, 503, 599];

export function describeFailing(subject: ConformanceSubject, harness: () => ConformanceHarness): void {
  const { errors, create } = subject;
  const oracle = new Oracle(subject);

  async function timed<T>(call: () => Promise<T>): Promise<T> {
    const startedAt = performance.now();
    const result = await call();
    expect(performance.now() - startedAt).toBeLessThan(PATIENCE_MS);
    return result;
  }

  /** The error of a create call that is answered so. */
  function createAnswered(reply: Reply): Promise<ProviderError> {
    const { wire, provider } = harness();
    return wire.during(answering(reply), () => harness().errorOf(provider.createPayin(harness().newOrder())));
  }

  describe('a create call', () => {
    it.each(FAILURES)('may have opened the order: $what', async ({ treatment, kind, slow }) => {
      const { wire, control, provider, hasty } = harness();
      const order = harness().newOrder();
      const caller = slow ? hasty : provider;
      const error = await timed(() => wire.during(treatment, () => harness().errorOf(caller.createPayin(order))));
      expect(error.outcome).toBe('unknown');
      if (kind) expect(error.kind).toBe(kind);
      // Sent once; and asking by our reference alone settles what became of it.
      expect(wire.recorded()).toHaveLength(1);
      const taken = (await control.findOrder(order.providerReference)) !== undefined;
      expect(await provider.fetchPayin(queryOf(order))).toMatchObject({ found: taken });
    });

    it.each([500, 502, 503, 504])(
      'distinguishes a refusal to serve from every other answer: HTTP %i',
      async (status) => {
        const { wire, provider } = harness();
        const treatment = answering(textReply(HTML, status));
        const error = await wire.during(treatment, () => harness().errorOf(provider.createPayin(harness().newOrder())));
        expect(error.detail.refusedToServe ?? false).toBe(status === 503);
      },
    );

    it('did open the order where only the reply was lost', async () => {
      const { wire, control, provider } = harness();
      const order = harness().newOrder();
      await wire.during(losingTheReply, () => harness().errorOf(provider.createPayin(order)));
      expect(await control.findOrder(order.providerReference)).toBeDefined();
      await control.pay(order.providerReference, { webhook: 'none' });
      expect(await provider.fetchPayin(queryOf(order))).toMatchObject({ found: true, report: { status: 'APPROVED' } });
    });

    it('certainly opened none where nobody listens', async () => {
      const alone = await harness().build({ origin: await harness().deadOrigin() });
      const order = harness().newOrder();
      const error = await harness().errorOf(alone.createPayin(order));
      expect(error).toMatchObject({ kind: 'connection', outcome: 'not_executed' });
    });

    it.each(REFUSALS)('certainly opened none: HTTP %i', async (status, kind) => {
      for (const reply of [jsonReply({ message: 'no' }, status), textReply(HTML, status)]) {
        const { wire, provider } = harness();
        const error = await wire.during(answering(reply), () =>
          harness().errorOf(provider.createPayin(harness().newOrder())),
        );
        expect(error).toMatchObject({ kind, outcome: 'not_executed' });
      }
    });

    it.each([429, 503])('says how long to wait before the next one, an hour at most: HTTP %i', async (status) => {
      const waits: [retryAfter: string | undefined, waitMs: number | undefined][] = [
        ['7', 7_000],
        ['0.5', 500],
        ['999999', 3_600_000],
        ...['0', '-5', '', 'soon', 'Infinity', '1e999', 'Wed, 21 Oct 2015 07:28:00 GMT', undefined].map(
          (nonsense): [string | undefined, undefined] => [nonsense, undefined],
        ),
      ];
      for (const [retryAfter, waitMs] of waits) {
        const headers: Record<string, string> = retryAfter === undefined ? {} : { 'retry-after': retryAfter };
        const error = await createAnswered(jsonReply({ message: 'slowly' }, status, headers));
        expect([retryAfter, error.detail.retryAfterMs]).toEqual([retryAfter, waitMs]);
      }
    });

    it('may have opened the order wherever the reply breaks off', async () => {
      const { wire, provider } = harness();
      await provider.createPayin(harness().newOrder());
      const { body, ...reply } = wire.recorded()[0]!.reply!;
      const text = body.toString().trimEnd();
      for (let length = 1; length < text.length; length += isThorough() ? 1 : 9)
        expect(await createAnswered({ ...reply, body: Buffer.from(text.slice(0, length)) })).toMatchObject({
          kind: 'unreadable_reply',
          outcome: 'unknown',
        });
    });

    it('opens nothing that a reply does not say, whatever one field of it is', async () => {
      const { wire, provider } = harness();
      const order = harness().newOrder();
      await provider.createPayin(order);
      const { body, status } = wire.recorded()[0]!.reply!;
      const document = objectIn(body.toString())!;
      for (const place of placesOf(document))
        for (const changed of [without(document, place), ...wrongTypes(document, place)]) {
          const reply = jsonReply(changed, status);
          const result = await wire.during(answering(reply), () =>
            provider.createPayin(order).catch((error: unknown) => error),
          );
          if (!(result instanceof Error)) oracle.opened(result as OpenedOrder, reply, order.providerReference);
          else if (result instanceof ProviderError) oracle.refused(result, reply);
          else throw result;
        }
    });

    const refusal = errors.find(({ kind, outcome }) => kind === 'rejected_request' && outcome === 'not_executed');
    if (refusal) {
      it.each(REFUSING)('certainly opened none: a documented refusal with HTTP %i', async (status) => {
        const error = await createAnswered(jsonReply(refusal.reply.body, status));
        expect(error).toMatchObject({ kind: 'rejected_request', outcome: 'not_executed' });
      });

      it.each(OPEN)('may have opened the order: a documented refusal with HTTP %i', async (status) => {
        const error = await createAnswered(jsonReply(refusal.reply.body, status));
        expect(error).toMatchObject({ kind: 'unavailable', outcome: 'unknown' });
      });
    }

    it.each(errors)(
      'is reported as documented: HTTP $reply.status $reply.body',
      async ({ reply, kind, outcome, providerCode }) => {
        const { wire, provider } = harness();
        const order = harness().newOrder();
        const body = withReference(reply.body, create.reference, order.providerReference);
        const treatment = answering(jsonReply(body, reply.status));
        const error = await wire.during(treatment, () => harness().errorOf(provider.createPayin(order)));
        expect(error).toMatchObject({ kind, outcome });
        if (providerCode) expect(error.detail.providerCode).toBe(providerCode);
      },
    );

    it('never repeats the payer’s data or a credential that a refusal holds', async () => {
      const { wire, provider } = harness();
      const order = harness().newOrder();
      await provider.createPayin(order);
      const [sent] = wire.recorded();
      const leak = `no es válido: ${JSON.stringify([sent, order.customer])}`;
      for (const { reply } of errors) {
        const treatment = answering(jsonReply(withSentences(reply.body, leak), reply.status));
        await wire.during(treatment, () => harness().errorOf(provider.createPayin(harness().newOrder())));
        await wire.during(treatment, () => harness().errorOf(provider.fetchPayin(queryOf(order))));
      }
    });
  });

  describe('a query', () => {
    it.each([...FAILURES, ...NO_ANSWERS])(
      'says nothing about the order: $what',
      async ({ treatment, slow = false }) => {
        const { wire, provider, hasty } = harness();
        const order = harness().newOrder();
        const opened = await provider.createPayin(order);
        const caller = slow ? hasty : provider;
        const queries = [queryOf(order, opened), queryOf(order)];
        await timed(() =>
          wire.during(treatment, () =>
            Promise.all(queries.map((query) => harness().errorOf(caller.fetchPayin(query)))),
          ),
        );
        expect(await provider.fetchPayin(queryOf(order, opened))).toMatchObject({ found: true });
      },
    );

    it('says nothing about the order where nobody listens', async () => {
      const alone = await harness().build({ origin: await harness().deadOrigin() });
      expect(await harness().errorOf(alone.fetchPayin(queryOf(harness().newOrder())))).toMatchObject({
        kind: 'connection',
      });
    });
  });
}

/** The same document with another text in place of every sentence: codes without blanks stay, because they decide what is read. */
function withSentences(document: Json, text: string): Json {
  const sentences = placesOf(document).filter((place) =>
    valuesAt(document, place).some((value) => typeof value === 'string' && /\s/.test(value)),
  );
  return sentences.reduce<Json>((changed, place) => withValueAt(changed, place, text), document);
}
