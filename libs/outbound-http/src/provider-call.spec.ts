import { describe, expect, it } from '@jest/globals';
import { readRetryAfterMs, refusalOf } from './provider-call.js';

const NOW = Date.parse('2026-11-21T12:00:00Z');

describe('the time after which a server may be asked again', () => {
  it.each([
    ['120', 120_000],
    ['0.5', 500],
    ['0', undefined],
    ['999999', 3_600_000],
    ['Sat, 21 Nov 2026 12:00:30 GMT', 30_000],
    ['Sat, 21 Nov 2026 11:00:00 GMT', undefined],
    ['soon', undefined],
    ['-5', undefined],
    ['', undefined],
  ])('is read from %p', (value, expected) => {
    expect(readRetryAfterMs({ headers: { 'retry-after': value } }, NOW)).toBe(expected);
  });

  it('is not there without the header', () => expect(readRetryAfterMs({ headers: {} })).toBeUndefined());
});

describe('an HTTP status', () => {
  it('is a refusal only where the server says that it did not act', () => {
    expect([400, 401, 403, 404, 405, 413, 415, 422, 429].map((status) => refusalOf({ status }))).not.toContain(
      undefined,
    );
    for (const status of [200, 302, 408, 409, 410, 425, 500, 502, 503, 504])
      expect(refusalOf({ status })).toBeUndefined();
  });
});
