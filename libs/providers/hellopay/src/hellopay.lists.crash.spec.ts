import { describe, expect, it } from '@jest/globals';
import { attempt, damage, damagedReply, objectIn } from '@recaudo/conformance';
import type { ProviderReport } from '@recaudo/payment-provider';
import fc from 'fast-check';
import { BREB_ORDER, fixture } from './fixture.js';
import { readListReply, toReport } from './hellopay.mapper.js';

const RUNS = 10_000;
/** The same replies on every machine; another number tries others. */
const SEED = 20_260_101;
const PAYER = 'john.doe@doe.com';
const CHARGED_BACK = '2026-05-01T10:00:00.000Z';

const hostile = damage(
  [
    BREB_ORDER.providerReference,
    'OTHER',
    'PENDING',
    'CONFIRMED',
    'DECLINED',
    'CHARGED_BACK',
    10_000,
    1_000_000,
    '10000',
    '100.00',
    PAYER,
    CHARGED_BACK,
    'Payin not found',
  ],
  [
    'id',
    'reference',
    'status',
    'amount',
    'amountInCents',
    'confirmedAmount',
    'confirmedAmountInCents',
    'chargebackAt',
    'sourceData',
    'data',
    'message',
    'statusCode',
  ],
);

/** All that one number in the text can mean, in cents. */
function meanings(value: unknown): bigint[] {
  const [, whole, cents = ''] = /^(\d+)(?:\.(\d{1,2}))?$/.exec(String(value)) ?? [];
  return whole ? [BigInt(whole), BigInt(whole + cents.padEnd(2, '0'))] : [];
}

function expectFromTheText(report: ProviderReport, said: Record<string, unknown>): void {
  if (report.rawStatus !== `${String(said['status'])}, chargebackAt unreadable`)
    expect(report.rawStatus).toBe(said['status']);
  else expect(report.status).toBe('UNRECOGNISED');
  expect(report.externalId).toBe(said['id']);
  if (report.status === 'APPROVED') expect(said['status']).toBe('CONFIRMED');
  if (report.status === 'REVERSED') {
    expect(report.reversedAt).toEqual(new Date(said['chargebackAt'] as string));
    expect(['PENDING', 'PROCESSING']).not.toContain(said['status']);
    // What is booked before it is reversed must have arrived.
    if (report.amountInCents !== undefined) expect(said['status']).toBe('CONFIRMED');
  }
  if (report.amountInCents === undefined) return;
  const surest = ['confirmedAmountInCents', 'confirmedAmount', 'amountInCents', 'amount'].find(
    (key) => said[key] != null,
  );
  expect(meanings(said[surest!])).toContain(report.amountInCents);
}

const paid = {
  ...fixture('breb-single-use-reply'),
  status: 'CONFIRMED',
  amountInCents: 10_000,
  confirmedAmount: 100,
  confirmedAmountInCents: 10_000,
};

describe('in 10,000 hostile replies', () => {
  it('a page of the list has every payin of the text, as the text says, or is not read', () => {
    const original = {
      data: [paid, fixture('seed003-create-reply')],
      pageInfo: { hasNext: true, nextCursor: 'abc' },
    };
    let read = 0;
    const property = fc.property(hostile, (plan) => {
      const reply = damagedReply(original, plan);
      const { result, error } = attempt(() => readListReply(reply));
      if (error) return expect(error.message).not.toContain(PAYER);
      read += 1;
      const { data, pageInfo } = objectIn(reply.bodyText) as { data: Record<string, unknown>[]; pageInfo: object };
      expect(result!.payins).toHaveLength(data.length);
      if (result!.nextCursor === undefined) expect(pageInfo).toMatchObject({ hasNext: false });
      for (const [at, payin] of result!.payins.entries()) {
        expect(payin.reference).toBe(data[at]!['reference'] ?? null);
        const { result: report } = attempt(() => toReport(payin, undefined));
        if (report) expectFromTheText(report, data[at]!);
      }
    });
    fc.assert(property, { numRuns: RUNS, seed: SEED });
    // The damage is not so bad that nothing was ever read.
    expect(read).toBeGreaterThan(RUNS / 20);
  });
});
