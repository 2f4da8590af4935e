import type { OutboundReply } from '@recaudo/outbound-http';
import { describe, expect, it } from '@jest/globals';
import { ProviderError, type ProviderReport } from '@recaudo/payment-provider';
import fc from 'fast-check';
import { fixture, replyOf } from './fixture.js';

import { readBanksReply, readCreateReply, readTransactionReply, readWebhook } from './tumipay.mapper.js';

// Real replies, damaged in every way we could think of. What is expected of them is worked out here from the damaged text alone.

const RUNS = 10_000;
/** A second or two when the machine is idle. */
const TIMEOUT_MS = 60_000;
const OURS = '1T11SKv97GRQ3GnqetKXaG4sY';
const THEIRS = '3cNPNGbX7meiMppXzVz7g781ysektqq5X';
const PAYER = 'janejohnson@email.com';
const STATUSES = [
  'CREATED',
  'PENDING',
  'APPROVED',
  'REJECTED',
  'DECLINED',
  'EXPIRED',
  'COMPLETED',
  'FAILED',
  'REFUNDED',
];

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

const hostileValue: fc.Arbitrary<Json> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom<Json>(OURS, THEIRS, ...STATUSES, '01', '00', 'SUCCESS', 'ERROR', 'COP', 'USD'),
  },
  fc.constantFrom<Json>(
    null,
    true,
    false,
    0,
    -1,
    0.5,
    1e21,
    5000,
    '5000',
    '50.00',
    '',
    ' ',
    [],
    {},
    [OURS],
    { reference: OURS },
    PAYER,
    'javascript:alert(1)',
  ),
  fc.integer(),
  fc.string({ maxLength: 300 }),
  fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json>,
);

const mutation = fc.record({
  at: fc.nat(1000),
  kind: fc.constantFrom('delete', 'replace', 'retype', 'rename', 'wrap', 'swap', 'add'),
  key: fc.constantFrom(
    'reference',
    'status',
    'amount',
    'ticket',
    'code',
    'data',
    'error',
    'message',
    'top_status',
    'top_reference',
    '__proto__',
    'x',
  ),
  value: hostileValue,
});
type Mutation = typeof mutation extends fc.Arbitrary<infer M> ? M : never;

const damage = fc.record({
  mutations: fc.array(mutation, { maxLength: 4 }),
  // Most replies stay whole; the others are cut off, or run into something else.
  keep: fc.oneof({ weight: 8, arbitrary: fc.constant(1) }, fc.double({ min: 0, max: 1, noNaN: true })),
  tail: fc.oneof({ weight: 12, arbitrary: fc.constant('') }, fc.constantFrom('}', '<html>', '\u0000', ' \n')),
  status: fc.oneof(
    { weight: 4, arbitrary: fc.constant(200) },
    fc.constantFrom(201, 204, 302, 400, 401, 403, 404, 409, 422, 429, 500, 502, 503),
  ),
  retryAfter: fc.constantFrom(undefined, '1', '-1', 'x', '1e999'),
}) as fc.Arbitrary<{ mutations: Mutation[]; keep: number; tail: string; status: number; retryAfter?: string }>;
type Damage = typeof damage extends fc.Arbitrary<infer D> ? D : never;

/** Every place of a value: the object that holds it and its key there. */
function placesOf(value: Json): [{ [key: string]: Json }, string][] {
  if (typeof value !== 'object' || value === null) return [];
  const holder = value as { [key: string]: Json };
  return Object.keys(holder).flatMap((key) => [[holder, key] as [typeof holder, string], ...placesOf(holder[key]!)]);
}

function retyped(value: Json): Json {
  if (typeof value === 'string') return /^\d+$/.test(value) ? Number(value) : [value];
  if (typeof value === 'number') return String(value);
  return JSON.stringify(value);
}

function mutate(root: Json, { at, kind, key, value: constant }: Mutation): void {
  // A copy: the constants are the same objects in every run, and later steps change what they are put into.
  const value = structuredClone(constant);
  const places = placesOf(root);
  if (places.length === 0) return;
  const [holder, name] = places[at % places.length]!;
  const current = holder[name]!;
  const [other, otherName] = places[(at * 7 + 3) % places.length]!;
  if (kind === 'delete') delete holder[name];
  if (kind === 'replace') holder[name] = value;
  if (kind === 'retype') holder[name] = retyped(current);
  if (kind === 'wrap') holder[name] = [current];
  if (kind === 'add')
    Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true });
  if (kind === 'rename') {
    delete holder[name];
    Object.defineProperty(holder, key, { value: current, enumerable: true, configurable: true, writable: true });
  }
  // By text: swapping an object with its own parent would make a ring.
  if (kind === 'swap')
    [holder[name], other[otherName]] = [structuredClone(other[otherName]!), structuredClone(current)];
}

function damaged(original: object, { mutations, keep, tail, status, retryAfter }: Damage): OutboundReply {
  const root = structuredClone(original) as Json;
  for (const step of mutations) mutate(root, step);
  const text = JSON.stringify(root);
  const headers: Record<string, string> = retryAfter === undefined ? {} : { 'retry-after': retryAfter };
  return replyOf(text.slice(0, Math.ceil(text.length * keep)) + tail, status, headers);
}

/** What a careful reader finds in a text: nothing unless it is one JSON object. */
function objectIn(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

function saysSuccess(reply: OutboundReply): boolean {
  const envelope = objectIn(reply.bodyText);
  return reply.status >= 200 && reply.status < 300 && envelope?.['code'] === '01' && envelope['status'] === 'SUCCESS';
}

/** The result, or the ProviderError; anything else that is thrown fails the property. */
function attempt<T>(read: () => T): { result?: T; error?: ProviderError } {
  try {
    return { result: read() };
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    return { error };
  }
}

function expectHarmless(error: ProviderError, reply: OutboundReply): void {
  expect(error.message).not.toContain(PAYER);
  expect(error.message.length).toBeLessThan(200);
  if (error.outcome === 'unknown') return;
  // "Certainly not taken" lets another provider open the order: never after a success, an outage, a conflict or a redirect.
  const envelope = objectIn(reply.bodyText);
  if (reply.status < 300) {
    expect(envelope?.['code']).not.toBe('01');
    expect(envelope?.['status']).not.toBe('SUCCESS');
  } else {
    expect([400, 401, 403, 404, 422, 429]).toContain(reply.status);
  }
}

function expectFromTheText(report: ProviderReport, said: { status: unknown; amount: unknown }, factor: bigint): void {
  expect(report.rawStatus).toBe(said.status);
  if (report.status === 'APPROVED') expect(['APPROVED', 'COMPLETED']).toContain(said.status);
  if (report.amountInCents === undefined) return;
  expect(['number', 'string']).toContain(typeof said.amount);
  expect(report.amountInCents).toBe(BigInt(said.amount as string | number) * factor);
}

describe(`in ${RUNS.toLocaleString('en')} hostile replies`, () => {
  it(
    'a query never approves another order, and never has an amount that the reply does not have',
    () => {
      const original = fixture('query-reply');
      const approved = { ...original, data: { ...original.data, status: 'APPROVED', email: PAYER } };
      let reports = 0;
      fc.assert(
        fc.property(damage, fc.constantFrom('cents' as const, 'pesos' as const), (plan, unit) => {
          const reply = damaged(approved, plan);
          const { result, error } = attempt(() => readTransactionReply(reply, OURS, unit));
          if (error) return expectHarmless(error, reply);
          const envelope = objectIn(reply.bodyText);
          if (!result?.found) {
            expect([200, 404]).toContain(reply.status);
            expect(envelope).toBeDefined();
            expect(envelope?.['code']).not.toBe('01');
            return;
          }
          reports += 1;
          expect(saysSuccess(reply)).toBe(true);
          const { reference, status, amount } = envelope!['data'] as Record<string, unknown>;
          expect(reference).toBe(OURS);
          expectFromTheText(result.report, { status, amount }, unit === 'cents' ? 1n : 100n);
        }),
        { numRuns: RUNS },
      );
      // The damage is not so bad that nothing was ever read.
      expect(reports).toBeGreaterThan(RUNS / 20);
    },
    TIMEOUT_MS,
  );

  it(
    'a create call never opens what the reply does not offer',
    () => {
      const originals = [
        fixture('seed000-pse-reply'),
        fixture('seed000-breb-reply'),
        fixture('seed000-transfiya-reply'),
        fixture('seed001-create-reply'),
        fixture('seed002-create-reply'),
      ];
      let opened = 0;
      fc.assert(
        fc.property(damage, fc.constantFrom(...originals), (plan, original) => {
          const reply = damaged(original, plan);
          const { result, error } = attempt(() => readCreateReply(reply));
          if (error) return expectHarmless(error, reply);
          opened += 1;
          expect(saysSuccess(reply)).toBe(true);
          const data = objectIn(reply.bodyText)?.['data'] as Record<string, unknown>;
          const { instructions = { type: 'none' as const }, externalId } = result!;
          expect(['redirect', 'breb_key', 'message']).toContain(instructions.type);
          if (externalId !== undefined) expect(externalId).toBe(data['ticket']);
          if ('url' in instructions) {
            expect(instructions.url).toBe(data['payment_url']);
            expect(instructions.url).toMatch(/^\s*https?:/i);
          }
          if (instructions.type === 'breb_key')
            expect([data['account_number'], data['key_value']]).toContain(instructions.key);
          if (instructions.type === 'message') expect(instructions.text).toBe(data['confirmation']);
        }),
        { numRuns: RUNS },
      );
      expect(opened).toBeGreaterThan(RUNS / 20);
    },
    TIMEOUT_MS,
  );

  it(
    'a list of banks has only banks that are in the reply, and is never empty',
    () => {
      let read = 0;
      fc.assert(
        fc.property(damage, (plan) => {
          const reply = damaged(fixture('seed000-banks-reply'), plan);
          const { result: banks, error } = attempt(() => readBanksReply(reply));
          if (error) return expectHarmless(error, reply);
          read += 1;
          expect(saysSuccess(reply)).toBe(true);
          expect(banks).not.toHaveLength(0);
          for (const { code, name } of banks!) {
            expect(code).toMatch(/^\d{1,8}$/);
            expect(objectIn(reply.bodyText)!['data']).toContainEqual(expect.objectContaining({ code, name }));
          }
        }),
        { numRuns: RUNS },
      );
      expect(read).toBeGreaterThan(RUNS / 20);
    },
    TIMEOUT_MS,
  );

  it(
    'a webhook is read as what it says or not at all',
    () => {
      let read = 0;
      fc.assert(
        fc.property(damage, fc.constantFrom('cents' as const, 'pesos' as const), (plan, unit) => {
          const { bodyText } = damaged(fixture('webhook'), plan);
          const { result, error } = attempt(() => readWebhook(Buffer.from(bodyText), unit));
          if (error) return expect(error).toMatchObject({ kind: 'unreadable_reply', outcome: 'unknown' });
          read += 1;
          const body = objectIn(bodyText);
          expect(result?.providerReference).toBe(body?.['top_reference']);
          const said = { status: body?.['top_status'], amount: body?.['top_amount'] };
          expectFromTheText(result!.report, said, unit === 'cents' ? 1n : 100n);
        }),
        { numRuns: RUNS },
      );
      expect(read).toBeGreaterThan(RUNS / 20);
    },
    TIMEOUT_MS,
  );
});
