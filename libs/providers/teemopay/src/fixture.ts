import { readFileSync } from 'node:fs';
import type { OutboundReply } from '@recaudo/outbound-http';
import { type PayinOrder, ProviderError } from '@recaudo/payment-provider';

// What the specs of this folder stand on: the documents' own examples, word for word, and the order of seed 004.

export type FixtureName =
  | 'seed004-create-request-pse'
  | 'seed004-create-request-nequi'
  | 'seed004-create-reply'
  | 'create-reply-breb'
  | 'create-reply-refused'
  | 'create-reply-duplicate'
  | 'query-reply'
  | 'query-reply-without-envelope'
  | 'query-reply-error'
  | 'callback'
  | 'list-request'
  | 'list-reply'
  | 'vectors';

export function fixtureText(name: FixtureName): string {
  return readFileSync(new URL(`../fixtures/${name}.json`, import.meta.url), 'utf8');
}

/** A fresh copy each time, so that a test may change it. */
export function fixture(name: FixtureName): Record<string, unknown> & { data: Record<string, unknown> } {
  return JSON.parse(fixtureText(name));
}

/** The order that the documents' replies speak of. */
export const EXAMPLE_REFERENCE = 'OrderNoExample';

/** The order whose request is seed 004's. */
export const SEED_004_ORDER: PayinOrder = {
  providerReference: '2C2741241kCApltr2IATMy0c992278',
  amountInCents: 1_000_000n,
  currency: 'COP',
  rail: 'PSE',
  customer: {
    name: 'TeemoPay',
    idType: 'CC',
    idNumber: '1234567890',
    phone: '+571234567890',
    email: 'TeemoPay@example.com',
  },
  pse: { bank: '1040', personType: 'NATURAL' },
  expiresInMinutes: 30,
  webhookUrl: 'https://www.callbackexample.com',
  redirectUrl: 'https://your-domain.com/payment/ok',
};

/** The same on Nequi, where the payer's phone is the wallet: the seed's own is no mobile. */
export const SEED_004_NEQUI_ORDER: PayinOrder = {
  ...SEED_004_ORDER,
  rail: 'NEQUI',
  customer: { ...SEED_004_ORDER.customer, phone: '+573001234567' },
};

/** The order that the seed's reply is about. */
export const EXAMPLE_ORDER: PayinOrder = { ...SEED_004_ORDER, providerReference: EXAMPLE_REFERENCE };

/** A reply as the client hands it over; anything but a text is sent as JSON. */
export function replyOf(body: unknown, status = 200, headers: Record<string, string> = {}): OutboundReply {
  return { status, headers, bodyText: typeof body === 'string' ? body : JSON.stringify(body) };
}

/** The ProviderError that reading throws; fails when it throws another thing or nothing. */
export function errorOf(read: () => unknown): ProviderError {
  let answer: unknown;
  try {
    answer = read();
  } catch (error) {
    if (error instanceof ProviderError) return error;
    throw error;
  }
  throw new Error(`no error, but ${JSON.stringify(answer)}`);
}
