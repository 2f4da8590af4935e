import { describe, expect, it } from '@jest/globals';
import { ProviderError, type ProviderReport } from '@recaudo/payment-provider';
import { Oracle } from './oracle.js';
import type { Json } from './places.js';
import { jsonReply, textReply } from './treatments.js';

const oracle = new Oracle({
  create: { accepts: ({ ok }) => ok === true, refuses: ({ ok }) => ok === false },
  query: {
    answers: ({ ok }) => ok === true,
    reference: '/ref',
    status: '/status',
    amounts: { '/sum': 'pesos', '/parts/*/sum': 'cents' },
    saysNoSuchOrder: (status) => status === 404,
  },
  statuses: [{ reply: { '/status': 'PAID' }, means: 'APPROVED' }],
});

const PAID = { ok: true, ref: 'ours', status: 'PAID', sum: '50.00', parts: [{ sum: 7 }] };
const APPROVED: ProviderReport = { status: 'APPROVED', rawStatus: 'PAID', amountInCents: 5_000n };

/** Whether the oracle lets a provider read this body so. */
function lets(body: Json, report: ProviderReport, status = 200): boolean {
  return passes(() => oracle.fetched({ found: true, report }, jsonReply(body, status), 'ours'));
}

function passes(judge: () => void): boolean {
  try {
    judge();
    return true;
  } catch {
    return false;
  }
}

describe('the oracle', () => {
  it('lets a provider see money that stands in an answer about our order', () => {
    expect(lets(PAID, APPROVED)).toBe(true);
    expect(lets(PAID, { ...APPROVED, amountInCents: 7n })).toBe(true);
    expect(lets({ ...PAID, status: 'OPEN' }, { status: 'PENDING', rawStatus: 'OPEN' })).toBe(true);
  });

  it('lets no provider see any other money', () => {
    expect(lets({ ...PAID, status: 'OPEN' }, APPROVED)).toBe(false);
    expect(lets({ ...PAID, ref: 'theirs' }, APPROVED)).toBe(false);
    expect(lets({ ...PAID, ok: false }, APPROVED)).toBe(false);
    expect(lets(PAID, APPROVED, 500)).toBe(false);
    expect(lets([PAID], APPROVED)).toBe(false);
    expect(lets(PAID, { ...APPROVED, amountInCents: 50n })).toBe(false);
    const payments = [{ paymentId: '1', amountInCents: 9n }];
    expect(lets(PAID, { ...APPROVED, payments })).toBe(false);
    expect(lets({ ...PAID, status: 'OPEN' }, { status: 'PENDING', rawStatus: 'OPEN', payments })).toBe(false);
  });

  it('lets no provider open, refuse or lose an order without a word that says so', () => {
    const opened = { externalId: 'x1', instructions: { type: 'redirect', url: 'https://pay.example' } } as const;
    const open = (body: Json, status = 200): boolean =>
      passes(() => oracle.opened(opened, jsonReply(body, status), 'ours'));
    expect(open({ ok: true, id: 'x1', page: 'https://pay.example' })).toBe(true);
    expect(open({ ok: true, id: 'x1' })).toBe(false);
    expect(open({ ok: false, id: 'x1', page: 'https://pay.example' })).toBe(false);
    expect(open({ ok: true, id: 'x1', page: 'https://pay.example' }, 502)).toBe(false);

    const refusal = new ProviderError('rejected_request', 'not_executed', 'no');
    const refuse = (body: Json, status: number): boolean =>
      passes(() => oracle.refused(refusal, jsonReply(body, status)));
    expect([
      refuse({ ok: false }, 200),
      refuse({ ok: true }, 200),
      refuse({}, 422),
      refuse({ ok: true }, 422),
      refuse({}, 409),
      refuse({}, 500),
    ]).toEqual([true, false, true, false, false, false]);

    const lose = (status: number): boolean =>
      passes(() => oracle.fetched({ found: false }, jsonReply({}, status), 'ours'));
    expect([lose(404), lose(200), lose(500)]).toEqual([true, false, false]);
    expect(passes(() => oracle.fetched({ found: false }, textReply('<h1>', 404), 'ours'))).toBe(false);
  });
});
