import { describe, expect, it } from '@jest/globals';
import { isWorthRetrying, retryAfterMs, waitMs } from './retry.js';

const NOW = Date.parse('2026-11-30T12:00:00Z');

describe('Retry-After', () => {
  it.each([
    ['7', 7_000],
    [' 0 ', 0],
    ['Mon, 30 Nov 2026 12:00:30 GMT', 30_000],
    ['Mon, 30 Nov 2026 11:00:00 GMT', 0],
    ['soon', null],
    [null, null],
  ])('%s is %s ms', (header, ms) => {
    expect(retryAfterMs(header, NOW)).toBe(ms);
  });
});

describe('the wait before a retry', () => {
  it('grows from less than a second to eight at most', () => {
    expect([0, 1, 2, 3, 4, 5, 6].map((retry) => waitMs(retry, 1, null))).toEqual([
      300, 600, 1_200, 2_400, 4_800, 8_000, 8_000,
    ]);
  });

  it('is half of that at least, whatever chance says', () => {
    expect([0, 5].map((retry) => waitMs(retry, 0, null))).toEqual([150, 4_000]);
  });

  it('is never shorter than Retry-After, and at most a second longer', () => {
    for (const askedMs of [1_000, 5_000, 60_000])
      for (const random of [0, 0.5, 1]) {
        expect(waitMs(0, random, askedMs)).toBeGreaterThanOrEqual(askedMs);
        expect(waitMs(0, random, askedMs)).toBeLessThanOrEqual(askedMs + 1_000);
      }
  });

  it('is not nothing where Retry-After is 0', () => {
    expect(waitMs(2, 0, 0)).toBe(600);
  });
});

describe('what is sent again', () => {
  const answers = [
    { status: 429, code: 'RATE_LIMITED' },
    { status: 503, code: 'OVERLOADED' },
    { status: 408, code: 'REQUEST_TIMEOUT' },
    { status: 503, code: 'UNAVAILABLE' },
    { status: 502, code: 'UNKNOWN' },
    { status: 504, code: 'UNKNOWN' },
    { status: 500, code: 'INTERNAL_ERROR' },
    { status: 409, code: 'REFERENCE_CONFLICT' },
    { status: 400, code: 'VALIDATION_FAILED' },
  ];

  it('is what may be answered otherwise, where it has its effect once', () => {
    expect(answers.filter((answer) => isWorthRetrying(answer, 'always')).map(({ status }) => status)).toEqual([
      429, 503, 408, 503, 502, 504,
    ]);
  });

  it('is only what was certainly not done, where it would have its effect twice', () => {
    expect(answers.filter((answer) => isWorthRetrying(answer, 'refused')).map(({ code }) => code)).toEqual([
      'RATE_LIMITED',
      'OVERLOADED',
      'REQUEST_TIMEOUT',
    ]);
  });
});
