import { describe, expect, it } from '@jest/globals';
import { attempt, damage, damagedReply, objectIn } from '@recaudo/conformance';
import type { OutboundReply } from '@recaudo/outbound-http';
import { ProviderError, type ProviderReport } from '@recaudo/payment-provider';
import fc from 'fast-check';
import { BREB_ORDER, fixture, NEQUI_ORDER, PSE_ORDER, SEED_003_ORDER } from './fixture.js';
import { AmountUnits } from './hellopay.amounts.js';
import {
  readCreateReply,
  readListReply,
  readPayinReply,
  readWebhook,
  toOrderReport,
  toReport,
} from './hellopay.mapper.js';
import { saysNoSuchPayin } from './hellopay.replies.js';

// Real replies, damaged in every way we could think of. What is expected of them is worked out here from the damaged text alone.

const RUNS = 10_000;
/** The same replies on every machine; another number tries others. */
const SEED = 20_260_101;
/** A second or two when the machine is idle. */
const TIMEOUT_MS = 60_000;
const PAYER = 'john.doe@doe.com';
const OURS = BREB_ORDER.providerReference;
const CHARGED_BACK = '2026-05-01T10:00:00.000Z';

const hostile = damage(
  [
    OURS,
    'OTHER',
    'PENDING',
    'CONFIRMED',
    'DECLINED',
    'CHARGED_BACK',
    10_000,
    1_000_000,
    '10000',
    '100.00',
    [OURS],
    { reference: OURS },
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

function expectHarmless(error: ProviderError, { status }: OutboundReply): void {
  expect(error.message).not.toContain(PAYER);
  expect(error.message.length).toBeLessThan(200);
  // "Certainly not taken" lets another provider open the order: never after a success, an outage, a conflict or a redirect.
  if (error.outcome === 'not_executed') expect([400, 401, 403, 404, 405, 422, 429]).toContain(status);
}

function isSuccess({ status }: OutboundReply): boolean {
  return status >= 200 && status < 300;
}

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
    // What is booked before it is taken back must have arrived.
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

describe(`in ${RUNS.toLocaleString('en')} hostile replies`, () => {
  it(
    'a query never approves another order, and never has an amount that the reply does not have',
    () => {
      const originals = [
        paid,
        { ...fixture('breb-single-use-reply'), status: 'CONFIRMED' },
        { ...paid, chargebackAt: CHARGED_BACK },
      ];
      let reports = 0;
      const property = fc.property(hostile, fc.constantFrom(...originals), (plan, original) => {
        const reply = damagedReply(original, plan);
        if (saysNoSuchPayin(reply)) return expect(reply.status).toBe(404);
        const units = new AmountUnits('auto');
        const { result, error } = attempt(() => toOrderReport(readPayinReply(reply), BREB_ORDER, units));
        if (error) return expectHarmless(error, reply);
        reports += 1;
        const said = objectIn(reply.bodyText)!;
        expect(isSuccess(reply)).toBe(true);
        expect(said['reference']).toBe(OURS);
        expectFromTheText(result!, said);
      });
      fc.assert(property, { numRuns: RUNS, seed: SEED });
      // The damage is not so bad that nothing was ever read.
      expect(reports).toBeGreaterThan(RUNS / 20);
    },
    TIMEOUT_MS,
  );

  it(
    'a create call never opens what the reply does not offer',
    () => {
      const originals = [
        [fixture('seed003-create-reply'), SEED_003_ORDER],
        [fixture('breb-qr-reply'), BREB_ORDER],
        [{ ...fixture('pse-reply'), sourceData: { pseUrl: 'https://bank.example/pse' } }, PSE_ORDER],
        [fixture('nequi-reply'), NEQUI_ORDER],
      ] as const;
      let opened = 0;
      const property = fc.property(hostile, fc.constantFrom(...originals), (plan, [original, order]) => {
        const reply = damagedReply(original, plan);
        const { result, error } = attempt(() => readCreateReply(reply, order, new AmountUnits('auto')));
        if (error) return expectHarmless(error, reply);
        opened += 1;
        const said = objectIn(reply.bodyText)!;
        expect(isSuccess(reply)).toBe(true);
        expect(said['reference']).toBe(order.providerReference);
        expect(result!.externalId).toBe(said['id']);
        const requested = said['amountInCents'] ?? said['amount'];
        if (requested != null) expect(meanings(requested)).toContain(order.amountInCents);
        const { instructions } = result!;
        if (!instructions) return;
        const source = said['sourceData'] as Record<string, unknown>;
        if (instructions.type === 'breb_key') expect(instructions.key).toBe(source['keyString']);
        if ('url' in instructions) {
          expect(instructions.url).toBe(order.rail === 'PSE' ? source['pseUrl'] : source['checkoutUrl']);
          expect(instructions.url).toMatch(/^\s*https?:/i);
        }
      });
      fc.assert(property, { numRuns: RUNS, seed: SEED });
      expect(opened).toBeGreaterThan(RUNS / 20);
    },
    TIMEOUT_MS,
  );

  it(
    'a page of the list has every payin of the text, as the text says, or is not read',
    () => {
      const original = {
        data: [paid, fixture('seed003-create-reply')],
        pageInfo: { hasNext: true, nextCursor: 'abc' },
      };
      let read = 0;
      const property = fc.property(hostile, (plan) => {
        const reply = damagedReply(original, plan);
        const { result, error } = attempt(() => readListReply(reply));
        if (error) return expectHarmless(error, reply);
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
      expect(read).toBeGreaterThan(RUNS / 20);
    },
    TIMEOUT_MS,
  );

  it(
    'a webhook is read as what it says or not at all',
    () => {
      let read = 0;
      const property = fc.property(hostile, (plan) => {
        const { bodyText } = damagedReply(fixture('webhook'), plan);
        const { result, error } = attempt(() => readWebhook(Buffer.from(bodyText)));
        if (error) return expect(error).toMatchObject({ kind: 'unreadable_reply', outcome: 'unknown' });
        read += 1;
        const { event, data } = objectIn(bodyText) as { event: string; data: Record<string, unknown> };
        expect(event).toMatch(/^payin\./);
        expect(result!.providerReference).toBe(data['reference']);
        expect(result!.report).not.toHaveProperty('amountInCents');
        expectFromTheText(result!.report, data);
      });
      fc.assert(property, { numRuns: RUNS, seed: SEED });
      expect(read).toBeGreaterThan(RUNS / 20);
    },
    TIMEOUT_MS,
  );
});
