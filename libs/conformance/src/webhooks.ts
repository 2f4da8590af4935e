import { describe, expect, it } from '@jest/globals';
import {
  type InboundWebhook,
  type Payment,
  ProviderError,
  supports,
  type WebhookEvent,
  type WebhookReceiver,
} from '@recaudo/payment-provider';
import { type ConformanceHarness, queryOf } from './harness.js';
import { type JsonObject, objectIn, withValueAt, without } from './places.js';
import type { ConformanceSubject } from './subject.js';

const FLIPS = [0x01, 0x20, 0x80];
const UNREADABLE = ['', '{', 'null', '[]', '"x"', '0', '{}', '<html>', '\u0000', '{"a":'.repeat(50_000), '\uFEFF{}'];
const MALFORMED = [
  '',
  ' ',
  'x',
  'not-a-signature',
  'ñ',
  '\u0000',
  '='.repeat(344),
  'a'.repeat(100_000),
  '../..',
  'null',
];

export function describeWebhooks(
  { webhook: facts, query, examples }: ConformanceSubject,
  harness: () => ConformanceHarness,
): void {
  if (!facts) return;
  const { signature, covered } = facts;

  function receiver(): WebhookReceiver {
    const { provider } = harness();
    if (!supports(provider, 'webhooks')) throw new Error(`${provider.name} declares no webhooks`);
    return provider.webhooks;
  }

  function webhookEventOf({ rawBody }: InboundWebhook): WebhookEvent | ProviderError {
    try {
      return receiver().read(rawBody);
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      harness().expectNothingSecret(error);
      expect(error.kind).toBe('unreadable_reply');
      return error;
    }
  }

  /** Opens an order, pays it in the sandbox, and waits for the webhooks that report the payment. */
  async function receive(count = 1): Promise<{ reference: string; webhook: InboundWebhook; all: InboundWebhook[] }> {
    const { sink, control, provider } = harness();
    sink.acknowledgement = receiver().acknowledgement;
    const order = harness().newOrder();
    await provider.createPayin(order);
    const reference = order.providerReference;
    await control.pay(reference, { webhook: count > 1 ? 'twice' : 'send' });
    const speaks = (receivedEvent: InboundWebhook): boolean => {
      const webhookEvent = webhookEventOf(receivedEvent);
      return (
        !(webhookEvent instanceof ProviderError) &&
        webhookEvent.providerReference === reference &&
        webhookEvent.report.status !== 'PENDING'
      );
    };
    const all = await sink.receivedEvent(speaks, count);
    return { reference, webhook: all[0]!, all };
  }

  /** The same webhook with other signatures in it: none, one or several. */
  function signed(webhook: InboundWebhook, signatures: string | string[] | undefined): InboundWebhook {
    if ('header' in signature) {
      const headers = { ...webhook.headers };
      delete headers[signature.header];
      return {
        ...webhook,
        headers: signatures === undefined ? headers : { ...headers, [signature.header]: signatures },
      };
    }
    const place = `/${signature.field}` as const;
    const body = bodyOf(webhook);
    const changed = signatures === undefined ? without(body, place) : withValueAt(body, place, signatures);
    return { ...webhook, rawBody: Buffer.from(JSON.stringify(changed)) };
  }

  function signatureOf(webhook: InboundWebhook): string {
    const own = 'header' in signature ? webhook.headers[signature.header] : bodyOf(webhook)[signature.field];
    if (typeof own !== 'string') throw new Error('the webhook has no signature where the subject says');
    return own;
  }

  const verify = (webhook: InboundWebhook): boolean => receiver().verifier.verify(webhook);

  describe('a webhook', () => {
    it('of the sandbox verifies, and says what happened to which order', async () => {
      const { reference, webhook } = await receive();
      expect(verify(webhook)).toBe(true);
      expect(webhookEventOf(webhook)).toMatchObject({
        providerReference: reference,
        eventKey: expect.stringMatching(/^.{1,255}$/s),
        report: { status: 'APPROVED' },
      });
    });

    it('does not depend on those before it: read again, later or in another order, it says the same', async () => {
      const [one, other] = [await receive(), await receive()];
      const first = [webhookEventOf(one.webhook), webhookEventOf(other.webhook)];
      const second = [webhookEventOf(other.webhook), webhookEventOf(one.webhook)];
      expect(second.toReversed()).toEqual(first);
    });

    it('that comes twice has one event key, and another event has another', async () => {
      const { all } = await receive(2);
      const other = await receive();
      const keys = [...all, other.webhook].map((webhook) => (webhookEventOf(webhook) as WebhookEvent).eventKey);
      expect(new Set(keys.slice(0, 2)).size).toBe(1);
      expect(new Set(keys).size).toBe(2);
    });

    if (query.paidAgainOn)
      it(`reports one of several payments on one ${query.paidAgainOn} order, and a query all of them`, async () => {
        const { sink, control, provider } = harness();
        sink.acknowledgement = receiver().acknowledgement;
        const example = examples.find(({ rail }) => rail === query.paidAgainOn)!;
        const order = harness().newOrder({}, example);
        const opened = await provider.createPayin(order);
        for (const amountInCents of [300_000, 200_000, 300_000])
          await control.pay(order.providerReference, { amountInCents, webhook: 'twice' });
        const receivedEvent = await sink.receivedEvent((webhook) => verify(webhook), 6);
        const webhookEvent = receivedEvent.map((webhook) => webhookEventOf(webhook) as WebhookEvent);
        const reported = new Map(webhookEvent.map(({ eventKey, report }) => [eventKey, report.payments]));
        const fetched = await provider.fetchPayin(queryOf(order, opened));
        const payments = fetched.found ? (fetched.report.payments ?? []) : [];
        expect([...reported.values()].flat().map(essence).toSorted()).toEqual(payments.map(essence).toSorted());
        expect(payments.reduce((sum, { amountInCents }) => sum + amountInCents, 0n)).toBe(800_000n);
        expect(new Set(payments.map(({ paymentId }) => paymentId)).size).toBe(3);
      });

    it.each(['wrong', 'missing', 'malformed'] as const)(
      'of the sandbox with a %s signature does not verify',
      async (kind) => {
        const { reference } = await receive();
        harness().sink.forget();
        await harness().control.webhook(reference, { signature: kind });
        const forged = (await harness().sink.receivedEvent(() => true)).filter(
          (receivedEvent) => !verify(receivedEvent),
        );
        expect(forged).toHaveLength(1);
      },
    );

    it('does not verify without its signature, with several, or with any other', async () => {
      const { webhook } = await receive();
      const own = signatureOf(webhook);
      expect(verify(signed(webhook, own))).toBe(true);
      const others = [own.slice(0, -1), `${own}0`, `${own} `, ` ${own}`, reversed(own), `${own}, ${own}`];
      for (const other of [...others, ...MALFORMED]) {
        expect([other, verify(signed(webhook, other))]).toEqual([other, false]);
      }
      expect(verify(signed(webhook, undefined))).toBe(false);
      expect(verify(signed(webhook, [own, own]))).toBe(false);
      expect(verify(signed(webhook, []))).toBe(false);
      for (let at = 0; at < own.length; at += 1) {
        const changed = own.slice(0, at) + (own[at] === 'a' ? 'b' : 'a') + own.slice(at + 1);
        expect([changed, verify(signed(webhook, changed))]).toEqual([changed, false]);
      }
    });

    it('that was tampered with in any byte does not verify, or is a hint, or says the same', async () => {
      const { webhook } = await receive();
      const { trust } = receiver();
      const original = webhookEventOf(webhook);
      let refused = 0;
      for (let at = 0; at < webhook.rawBody.length; at += 1) {
        for (const flip of FLIPS) {
          const rawBody = Buffer.from(webhook.rawBody);
          rawBody[at]! ^= flip;
          const tampered = { ...webhook, rawBody };
          if (!verify(tampered)) refused += 1;
          else if (trust === 'hint') webhookEventOf(tampered);
          else expect([rawBody.toString(), webhookEventOf(tampered)]).toEqual([rawBody.toString(), original]);
        }
      }
      if (trust === 'authoritative') expect(refused).toBeGreaterThan(webhook.rawBody.length);
    });

    if (covered.length > 0)
      it.each(covered)('does not verify when %s is another', async (place) => {
        const { webhook } = await receive();
        for (const value of ['x', '', null, 1, {}, []]) {
          const rawBody = Buffer.from(JSON.stringify(withValueAt(bodyOf(webhook), place, value)));
          expect([value, verify({ ...webhook, rawBody })]).toEqual([value, false]);
        }
        expect(verify({ ...webhook, rawBody: Buffer.from(JSON.stringify(without(bodyOf(webhook), place))) })).toBe(
          false,
        );
      });

    it('that cannot be read is unreadable, and never breaks the verifier', async () => {
      const { webhook } = await receive();
      for (const text of UNREADABLE) {
        const rawBody = Buffer.from(text);
        expect(typeof verify({ ...webhook, rawBody })).toBe('boolean');
        expect([text.slice(0, 20), webhookEventOf({ ...webhook, rawBody })]).toEqual([
          text.slice(0, 20),
          expect.any(ProviderError),
        ]);
      }
      expect(typeof verify({ rawBody: webhook.rawBody, headers: {} })).toBe('boolean');
    });

    it('says which order it is about, also to whom cannot read the rest', async () => {
      const { reference, webhook } = await receive();
      const own = receiver();
      if (!own.referenceOf) return;
      expect(own.referenceOf(webhook.rawBody)).toBe(reference);
      for (const text of UNREADABLE)
        expect([text.slice(0, 20), own.referenceOf(Buffer.from(text))]).toEqual([text.slice(0, 20), undefined]);
    });

    it('is over for the provider with the declared acknowledgement, and not with an error', async () => {
      const { reference } = await receive();
      const reported = await harness().control.webhook(reference, {});
      harness().sink.acknowledgement = { status: 500, contentType: 'text/plain', body: 'x' };
      const refused = await harness().control.webhook(reference, {});
      expect([reported, refused]).toMatchObject([[{ acknowledged: true }], [{ acknowledged: false }]]);
    });

    it('that is authoritative has a signature over its whole body', () => {
      if (receiver().trust === 'authoritative') expect(covered).toEqual([]);
    });
  });
}

function essence(payment: Payment | undefined): string {
  return `${payment?.paymentId} ${payment?.amountInCents} ${payment?.feeInCents}`;
}

function bodyOf({ rawBody }: InboundWebhook): JsonObject {
  const body = objectIn(rawBody.toString());
  if (!body) throw new Error('the webhook is no JSON object');
  return body;
}

function reversed(text: string): string {
  return text.split('').toReversed().join('');
}
