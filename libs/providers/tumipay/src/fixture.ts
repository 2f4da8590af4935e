import type { OutboundReply } from '@recaudo/outbound-http';
import { readFileSync } from 'node:fs';
import { type PayinOrder, ProviderError } from '@recaudo/payment-provider';

import type { TumiPayTerms } from './tumipay.rules.js';

// What the specs of this folder stand on: the documents' own examples, word for word, and an order that asks for the same.

export type FixtureName =
  | 'seed000-banks-reply'
  | 'seed000-pse-request'
  | 'seed000-pse-reply'
  | 'seed000-transfiya-reply'
  | 'seed000-breb-reply'
  | 'seed001-create-request'
  | 'seed001-create-reply'
  | 'seed002-create-request'
  | 'seed002-create-reply'
  | 'query-reply'
  | 'webhook';

export function fixtureText(name: FixtureName): string {
  return readFileSync(new URL(`../fixtures/${name}.json`, import.meta.url), 'utf8');
}

/** A fresh copy each time, so that a test may change it. */
export function fixture(name: FixtureName): Record<string, unknown> & { data: Record<string, unknown> } {
  return JSON.parse(fixtureText(name));
}

export const HOSTED: TumiPayTerms = { direct: false, acceptsNit: false };
export const DIRECT: TumiPayTerms = { direct: true, acceptsNit: false };

export const OUR_REFERENCE = 'acme0010000000000000000000000042';

/** The order whose request is seed 001's, but for the reference. */
export const SEED_001_ORDER: PayinOrder = {
  providerReference: OUR_REFERENCE,
  amountInCents: 5000n,
  currency: 'COP',
  rail: 'BRE_B',
  customer: {
    name: 'John Doe',
    idType: 'CC',
    idNumber: '1234567890',
    phone: '+573121234567',
    email: '[email\u00a0protected]',
  },
  description: 'Test PayIn',
  expiresInMinutes: 720,
  webhookUrl: 'https://your-domain.com/webhook',
  redirectUrl: 'https://your-domain.com/payment/ok',
};

/** The order whose request is seed 000's, but for the reference. */
export const SEED_000_ORDER: PayinOrder = {
  ...SEED_001_ORDER,
  amountInCents: 50000n,
  rail: 'PSE',
  customer: { ...SEED_001_ORDER.customer, idNumber: '1045689877', email: 'approved@tumipay.co' },
  pse: { bank: '1077', personType: 'NATURAL' },
  webhookUrl: '{{webhook}}',
  redirectUrl: 'https://your-domain.com/payment/success',
};

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
