import type { OutboundReply } from '@recaudo/outbound-http';
import { readFileSync } from 'node:fs';
import { type PayinOrder, ProviderError } from '@recaudo/payment-provider';

// What the specs of this folder stand on. Seed 003's reply, and the requests and replies of HelloPay's guides, are their own examples word for
// word. Seed 003's request and the list are put together from the examples of their fields, the webhooks from their documented types.

export type FixtureName =
  | 'seed003-create-request'
  | 'seed003-create-reply'
  | 'breb-single-use-request'
  | 'breb-single-use-reply'
  | 'breb-qr-request'
  | 'breb-qr-reply'
  | 'pse-request'
  | 'pse-reply'
  | 'nequi-request'
  | 'nequi-reply'
  | 'list-reply'
  | 'webhook'
  | 'webhook-paymentlink';

export function fixtureText(name: FixtureName): string {
  return readFileSync(new URL(`../fixtures/${name}.json`, import.meta.url), 'utf8');
}

/** A fresh copy each time, so that a test may change it. */
export function fixture(name: FixtureName): Record<string, unknown> {
  return JSON.parse(fixtureText(name));
}

/** The order that asks for what seed 003's example asks for. */
export const SEED_003_ORDER: PayinOrder = {
  providerReference: 'INV-2024-001',
  amountInCents: 100_000n,
  currency: 'COP',
  rail: 'BRE_B',
  expiresInMinutes: 30,
  webhookUrl: 'https://recaudo.example/webhooks/hellopay',
  redirectUrl: 'https://example.com/callback',
};

const CUSTOMER = {
  name: 'John Doe',
  idType: 'CC',
  idNumber: '1000000001',
  phone: '+573137772121',
  email: 'john.doe@doe.com',
} as const;

export const BREB_ORDER: PayinOrder = {
  ...SEED_003_ORDER,
  providerReference: '1dwDmHerYL5NBQZ',
  amountInCents: 10_000n,
  customer: CUSTOMER,
  breb: { keyType: 'SINGLE_USE' },
  redirectUrl: 'https://portal.hellopay.com.co',
};

export const PSE_ORDER: PayinOrder = {
  ...BREB_ORDER,
  providerReference: '1001122',
  rail: 'PSE',
  customer: { ...CUSTOMER, phone: '+573131111111' },
  pse: { bank: '1007', personType: 'NATURAL' },
  breb: undefined,
};

export const NEQUI_ORDER: PayinOrder = {
  ...BREB_ORDER,
  providerReference: 'INV-2026-001',
  rail: 'NEQUI',
  customer: { ...CUSTOMER, phone: '+573001234567', email: 'john.doe@example.com' },
  breb: undefined,
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
