import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DISCREPANCY_KINDS, type DiscrepancyKind, moneyAtRisk } from './discrepancy.js';

describe('the kinds of discrepancies', () => {
  it('are exactly those that docs/discrepancies.md explains, in its order', () => {
    const page = readFileSync('docs/discrepancies.md', 'utf8');
    const reported = [...page.matchAll(/^### ([A-Z_]+)$/gm)].map(([, kind]) => kind);
    expect(reported).toEqual([...DISCREPANCY_KINDS]);
  });
});

describe('money at risk', () => {
  const cases: [DiscrepancyKind, { asked: bigint | null; actual: bigint | null; received: bigint }, bigint | null][] = [
    ['UNDERPAID', { asked: 5000n, actual: 3000n, received: 3000n }, 2000n],
    ['OVERPAID', { asked: 5000n, actual: 7000n, received: 7000n }, 2000n],
    ['PAID_TWICE', { asked: 5000n, actual: 10_000n, received: 10_000n }, 5000n],
    ['LATE_PAYMENT', { asked: 5000n, actual: 3000n, received: 3000n }, 3000n],
    ['UNIT_MISMATCH', { asked: 5000n, actual: 50n, received: 0n }, 5000n],
    ['CURRENCY_MISMATCH', { asked: 5000n, actual: 13n, received: 0n }, 5000n],
    ['AMOUNT_CONFLICT', { asked: 5000n, actual: 4000n, received: 0n }, 1000n],
    ['AMOUNT_CONFLICT', { asked: 5000n, actual: null, received: 0n }, 5000n],
    ['AMOUNT_UNCONFIRMED', { asked: 5000n, actual: null, received: 0n }, 5000n],
    ['ORPHAN', { asked: null, actual: 4000n, received: 0n }, 4000n],
    ['ORPHAN', { asked: null, actual: null, received: 0n }, null],
    ['MISSING_HERE', { asked: null, actual: 4000n, received: 0n }, 4000n],
    ['MISSING_AT_PROVIDER', { asked: 5000n, actual: null, received: 0n }, 5000n],
    ['MISSING_AT_PROVIDER', { asked: 5000n, actual: null, received: 3000n }, 3000n],
    ['STATUS_CONFLICT', { asked: 5000n, actual: 0n, received: 7000n }, 7000n],
    ['CHARGEBACK', { asked: 5000n, actual: 3000n, received: 3000n }, 3000n],
    ['OVERREFUNDED', { asked: 5000n, actual: 6000n, received: 5000n }, 1000n],
    ['UNRECOGNISED_STATUS', { asked: 5000n, actual: null, received: 0n }, 5000n],
  ];

  it.each(cases)('of %s with %j is %s', (kind, { asked, actual, received }, atRisk) => {
    const amounts = { expectedInCents: asked, actualInCents: actual, receivedInCents: received };
    expect(moneyAtRisk(kind, amounts)).toBe(atRisk);
  });

  it('is shown for every kind', () => {
    expect(new Set(cases.map(([kind]) => kind))).toEqual(new Set(DISCREPANCY_KINDS));
  });

  it('is never negative', () => {
    const cents = fc.option(fc.bigInt({ min: 0n, max: 10n ** 12n }));
    const amounts = fc.record({
      expectedInCents: cents,
      actualInCents: cents,
      receivedInCents: fc.bigInt({ min: 0n, max: 10n ** 12n }),
    });
    fc.assert(
      fc.property(fc.constantFrom(...DISCREPANCY_KINDS), amounts, (kind, about) => {
        expect((moneyAtRisk(kind, about) ?? 0n) >= 0n).toBe(true);
      }),
    );
  });
});
