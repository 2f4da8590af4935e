import { describe, expect, it } from '@jest/globals';
import { attempt, damage, damagedReply, objectIn } from '@recaudo/conformance';
import type { OutboundReply } from '@recaudo/outbound-http';
import { ProviderError, type ProviderReport } from '@recaudo/payment-provider';
import fc from 'fast-check';
import { EXAMPLE_ORDER, EXAMPLE_REFERENCE, fixture } from './fixture.js';
import { readCreateReply, readListReply, readQueryReply, readWebhook } from './teemopay.mapper.js';

// Real replies, damaged in every way we could think of. What is expected of them is worked out here from the damaged text alone.

const RUNS = 10_000;
/** The same replies on every machine; another number tries others. */
const SEED = 20_260_101;
/** A second or two when the machine is idle. */
const TIMEOUT_MS = 60_000;
const PAYER = 'janejohnson@email.com';
const REFUSED_CODES = [
  401, 413, 414, 415, 416, 417, 418, 423, 424, 425, 427, 431, 432, 433, 438, 440, 445, 455, 460, 462,
];
const REFUSED_CODES_TOO = [466, 473, 475, 476, 492, 600, 601, 602, 603, 604, 605, 606];

const hostile = damage(
  [
    EXAMPLE_REFERENCE,
    'SomebodyElses',
    5,
    '1',
    '3',
    '4',
    423,
    426,
    434,
    '10000',
    '1000.00',
    '0.00',
    '1000.001',
    PAYER,
    `${EXAMPLE_REFERENCE}&status=2`,
    'https://mock/x',
    'Order not found',
  ],
  [
    'merchantOrderNo',
    'status',
    'amount',
    'code',
    'data',
    'msg',
    'success',
    'statementList',
    'paymentInfo',
    'paymentAmount',
  ],
);

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSuccess(code: unknown): boolean {
  return code === 200 || code === '200';
}

/** The order of a reply that says success: in its envelope, or without one. */
function dataOf(reply: OutboundReply): Record<string, unknown> | undefined {
  const envelope = objectIn(reply.bodyText);
  if (reply.status < 200 || reply.status > 299 || !envelope) return undefined;
  if (envelope['code'] === undefined && envelope['success'] === true) return envelope;
  return isSuccess(envelope['code']) && isObject(envelope['data']) ? envelope['data'] : undefined;
}

/** "Certainly not taken" lets another provider open the order: only where the reply says so itself, of this very order. */
function expectHarmless(error: ProviderError, reply: OutboundReply): void {
  expect(error.message).not.toContain(PAYER);
  expect(error.message.length).toBeLessThan(200);
  if (error.outcome === 'unknown') return;
  const { code, msg } = objectIn(reply.bodyText) ?? {};
  const data = dataOf(reply);
  if (data) {
    expect([3, '3']).toContain(data['status']);
    expect(data['merchantOrderNo']).toBe(EXAMPLE_REFERENCE);
  } else if (reply.status < 300) {
    expect([...REFUSED_CODES, ...REFUSED_CODES_TOO]).toContain(Number(code));
    expect(typeof msg).toBe('string');
  } else {
    expect([400, 401, 403, 404, 405, 409, 422, 429]).toContain(reply.status);
    if (reply.status === 409) expect([...REFUSED_CODES, ...REFUSED_CODES_TOO]).toContain(Number(code));
    expect(isSuccess(code)).toBe(false);
  }
}

/** Pesos as they are written, in cents, worked out by hand. */
function cents(written: unknown): bigint {
  const [whole = '', fraction = ''] = String(written).split('.');
  return BigInt(`${whole}${fraction.padEnd(2, '0')}`);
}

function expectFromTheText(
  report: ProviderReport,
  said: { status: unknown; sum?: unknown; payments: { id: unknown; amount: unknown; status: unknown }[] },
): void {
  expect(report.rawStatus.replace(/, a payment 4$/, '')).toBe(String(said.status));
  if (report.status === 'APPROVED') expect(report.rawStatus).toBe('2');
  if (report.amountInCents !== undefined) expect(report.amountInCents).toBe(cents(said.sum));
  for (const { paymentId, amountInCents } of report.payments ?? []) {
    expect(amountInCents).toBeGreaterThan(0n);
    const same = said.payments.filter(({ id, amount }) => id === paymentId && cents(amount) === amountInCents);
    expect(same.some(({ status }) => String(status) === '2' || String(said.status) === '4')).toBe(true);
  }
}

describe(`in ${RUNS.toLocaleString('en')} hostile replies`, () => {
  it(
    'a query never approves another order, and never has an amount that the reply does not have',
    () => {
      const original = fixture('query-reply');
      const originals = [{ ...original, email: PAYER }, fixture('query-reply-without-envelope')];
      let reports = 0;
      fc.assert(
        fc.property(hostile, fc.constantFrom(...originals), (plan, example) => {
          const reply = damagedReply(example, plan);
          const { result, error } = attempt(() => readQueryReply(reply, EXAMPLE_REFERENCE));
          if (error) return expectHarmless(error, reply);
          if (!result?.found) {
            expect(['434', 434, '400', 400]).toContain(objectIn(reply.bodyText)?.['code']);
            return;
          }
          reports += 1;
          const data = dataOf(reply)!;
          expect(data['merchantOrderNo']).toBe(EXAMPLE_REFERENCE);
          const rows = (data['statementList'] ?? []) as Record<string, unknown>[];
          expectFromTheText(result.report, {
            status: data['status'],
            sum: data['amount'],
            payments: rows.map((row) => ({
              id: row['paymentSingleOrderNo'],
              amount: row['paymentStatementAmount'],
              status: row['paymentStatementStatus'],
            })),
          });
        }),
        { numRuns: RUNS, seed: SEED },
      );
      // The damage is not so bad that nothing was ever read.
      expect(reports).toBeGreaterThan(RUNS / 20);
    },
    TIMEOUT_MS,
  );

  it(
    'a create call never opens what the reply does not offer, and never another order',
    () => {
      const breb = fixture('create-reply-breb');
      const orders = [
        [fixture('seed004-create-reply'), EXAMPLE_ORDER],
        [breb, { ...EXAMPLE_ORDER, rail: 'BRE_B', amountInCents: 3_000_000n }],
        [fixture('create-reply-refused'), EXAMPLE_ORDER],
      ] as const;
      let opened = 0;
      fc.assert(
        fc.property(hostile, fc.constantFrom(...orders), (plan, [example, order]) => {
          const reply = damagedReply(example, plan);
          const { result, error } = attempt(() => readCreateReply(reply, order));
          if (error) return expectHarmless(error, reply);
          opened += 1;
          const data = dataOf(reply)!;
          expect(data['merchantOrderNo']).toBe(EXAMPLE_REFERENCE);
          expect(['0', '1', '2']).toContain(String(data['status']));
          const { instructions = { type: 'none' as const }, externalId } = result!;
          expect(['redirect', 'breb_key']).toContain(instructions.type);
          if (externalId !== undefined) expect(externalId).toBe(data['tradeNo']);
          if ('url' in instructions) {
            expect(instructions.url).toBe(data['paymentInfo']);
            expect(instructions.url).toMatch(/^\s*https?:/i);
          }
          if (instructions.type === 'breb_key') {
            const { paymentFactory } = (data['additionalInfo'] ?? {}) as Record<string, unknown>;
            expect([data['paymentInfo'], paymentFactory]).toContain(instructions.key);
          }
        }),
        { numRuns: RUNS, seed: SEED },
      );
      expect(opened).toBeGreaterThan(RUNS / 20);
    },
    TIMEOUT_MS,
  );

  it(
    'a callback is read as what it says or not at all',
    () => {
      let read = 0;
      fc.assert(
        fc.property(hostile, (plan) => {
          const { bodyText } = damagedReply(fixture('callback'), plan);
          const { result, error } = attempt(() => readWebhook(Buffer.from(bodyText)));
          if (error) return expect(error).toMatchObject({ kind: 'unreadable_reply', outcome: 'unknown' });
          read += 1;
          const { merchantOrderNo, status, paymentOrderNo: id, paymentAmount: amount } = objectIn(bodyText)!;
          expect(result?.providerReference).toBe(merchantOrderNo);
          expect(result?.report).not.toHaveProperty('amountInCents');
          expectFromTheText(result!.report, { status, payments: [{ id, amount, status }] });
        }),
        { numRuns: RUNS, seed: SEED },
      );
      expect(read).toBeGreaterThan(RUNS / 20);
    },
    TIMEOUT_MS,
  );

  it(
    'a list has the orders that it has or none',
    () => {
      let read = 0;
      fc.assert(
        fc.property(hostile, (plan) => {
          const reply = damagedReply(fixture('list-reply'), plan);
          const { result, error } = attempt(() => readListReply(reply));
          if (error) return expect(error.message).not.toContain(PAYER);
          read += 1;
          const rows = (dataOf(reply)!['records'] ?? []) as Record<string, unknown>[];
          const payins = rows.filter(({ type }) => type === undefined || type === 'PAYIN');
          expect(result?.orders.map(({ providerReference }) => providerReference)).toEqual(
            payins.map(({ merchantOrderNo }) => merchantOrderNo),
          );
        }),
        { numRuns: RUNS, seed: SEED },
      );
      expect(read).toBeGreaterThan(RUNS / 20);
    },
    TIMEOUT_MS,
  );
});
