import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { colombianTime, envelope, fromColombianTime, fromWholePesos, paymentOrderNo, pesos, tradeNo } from './wire.js';

describe('what the documents write', () => {
  it.each([
    [0, '0.00'],
    [5, '0.05'],
    [1_000_050, '10000.50'],
    [100_000_000_000_000, '1000000000000.00'],
  ])('%i cents as %s', (cents, text) => expect(pesos(cents)).toBe(text));

  it('whole pesos as cents, of any length', () => {
    expect(fromWholePesos('10000')).toBe(1_000_000);
    expect(fromWholePesos('9'.repeat(20))).toBeGreaterThan(1e21);
  });

  it('times by the clock of Colombia', () => {
    expect(colombianTime('2025-01-01T04:59:59.999Z')).toBe('2024-12-31 23:59:59');
    expect(fromColombianTime('2024-12-31 23:59:59.999')).toEqual(new Date('2025-01-01T04:59:59.999Z'));
    expect(fromColombianTime('2024-12-31 23:59:59')).toEqual(new Date('2025-01-01T04:59:59.000Z'));
  });

  it.each(['2026-02-30 00:00:00.000', '2026-01-01T00:00:00.000', '2026-01-01', 1_735_660_800_000, undefined])(
    'no time for %j',
    (text) => expect(fromColombianTime(text)).toBeUndefined(),
  );

  it('a trace id as that of the seed', () => {
    expect(envelope().traceId).toMatch(/^[\da-f]{32}\.\d{1,3}\.\d{17}$/);
  });

  it('another number for each order and for each payment, the same each time', () => {
    const ids = Array.from({ length: 1_000 }, () => randomUUID());
    expect(new Set(ids.map((id) => tradeNo(id))).size).toBe(1_000);
    expect(tradeNo('ffffffff-ffff-ffff-ffff-ffffffffffff')).toBe('TSF5LXX1ZZ5PNORYNQGLHZMSP33');
    expect(tradeNo('00000000-0000-0000-0000-000000000000')).toBe(`TS${'0'.repeat(25)}`);
    const numbers = ids.flatMap((id) => ['', '1', '2'].map((payment) => paymentOrderNo(id, payment)));
    expect(new Set(numbers).size).toBe(3_000);
    for (const number of numbers) expect(number).toMatch(/^TSO[\da-z]{27}$/);
    expect(paymentOrderNo(ids[0]!, '1')).toBe(numbers[1]);
  });
});
