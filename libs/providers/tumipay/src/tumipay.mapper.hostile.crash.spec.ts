import { describe, expect, it } from '@jest/globals';
import { attempt, damage, damagedReply, objectIn } from '@recaudo/conformance';
import type { OutboundReply } from '@recaudo/outbound-http';
import { ProviderError, type ProviderReport } from '@recaudo/payment-provider';
import fc from 'fast-check';
import { fixture } from './fixture.js';

import { readBanksReply, readCreateReply, readTransactionReply, readWebhook } from './tumipay.mapper.js';

// Real replies, damaged in every way we could think of. What is expected of them is worked out here from the damaged text alone.

const RUNS = 10_000;
/** The same replies on every machine; another number tries others. */
const SEED = 20_260_101;
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

const hostile = damage(
  [OURS, THEIRS, ...STATUSES, [OURS], { reference: OURS }, PAYER],
  ['reference', 'status', 'amount', 'ticket', 'code', 'data', 'error', 'message', 'top_status', 'top_reference'],
);

function saysSuccess(reply: OutboundReply): boolean {
  const envelope = objectIn(reply.bodyText);
  return reply.status >= 200 && reply.status < 300 && envelope?.['code'] === '01' && envelope['status'] === 'SUCCESS';
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
    expect([400, 401, 403, 404, 405, 422, 429]).toContain(reply.status);
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
        fc.property(hostile, fc.constantFrom('cents' as const, 'pesos' as const), (plan, unit) => {
          const reply = damagedReply(approved, plan);
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
        { numRuns: RUNS, seed: SEED },
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
        fc.property(hostile, fc.constantFrom(...originals), (plan, original) => {
          const reply = damagedReply(original, plan);
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
        { numRuns: RUNS, seed: SEED },
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
        fc.property(hostile, (plan) => {
          const reply = damagedReply(fixture('seed000-banks-reply'), plan);
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
        { numRuns: RUNS, seed: SEED },
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
        fc.property(hostile, fc.constantFrom('cents' as const, 'pesos' as const), (plan, unit) => {
          const { bodyText } = damagedReply(fixture('webhook'), plan);
          const { result, error } = attempt(() => readWebhook(Buffer.from(bodyText), unit));
          if (error) return expect(error).toMatchObject({ kind: 'unreadable_reply', outcome: 'unknown' });
          read += 1;
          const body = objectIn(bodyText);
          expect(result?.providerReference).toBe(body?.['top_reference']);
          const said = { status: body?.['top_status'], amount: body?.['top_amount'] };
          expectFromTheText(result!.report, said, unit === 'cents' ? 1n : 100n);
        }),
        { numRuns: RUNS, seed: SEED },
      );
      expect(read).toBeGreaterThan(RUNS / 20);
    },
    TIMEOUT_MS,
  );
});
