import { afterEach, describe, expect, it } from '@jest/globals';
import { ProviderError } from '@recaudo/payment-provider';
import { closeAll, closedPort, get, outbound, serve } from './fixture.js';
import type { OutboundHttp } from './outbound-http.js';
import { callProvider, readRetryAfterMs, refusalOf } from './provider-call.js';

afterEach(closeAll);

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

describe('a call to a provider', () => {
  const errorAt = async (url: string, http: OutboundHttp = outbound()): Promise<ProviderError> => {
    const request = { ...get(url, { timeoutMs: 500, maxReplyBytes: 100 }), purpose: 'order' } as const;
    const outcome = await callProvider(http, 'Acme', request).catch((error: unknown) => error);
    if (outcome instanceof ProviderError) return outcome;
    throw new Error(`no ProviderError, but ${JSON.stringify(outcome)}`);
  };

  it('that our breaker refused was held back, certainly not carried out, and says when to come again', async () => {
    const http = outbound({ limits: { failuresToOpen: 1, openMs: 5_000 } });
    const url = `http://127.0.0.1:${await closedPort()}`;
    await errorAt(url, http);
    const error = await errorAt(url, http);
    expect(error).toMatchObject({ kind: 'held_back', outcome: 'not_executed' });
    expect(error.message).toMatch(/^Acme: circuit open/);
    expect(error.detail.retryAfterMs).toBeGreaterThan(0);
    expect(error.detail.retryAfterMs).toBeLessThanOrEqual(5_000);
  });

  it('that our limit refused was held back, and certainly not carried out', async () => {
    const error = await errorAt('http://127.0.0.1:9', outbound({ limits: { inFlightMax: 0, queuedMax: 0 } }));
    expect(error).toMatchObject({ kind: 'held_back', outcome: 'not_executed' });
    expect(error.detail.retryAfterMs).toBeUndefined();
  });

  it.each([
    ['finds nobody', async () => `http://127.0.0.1:${await closedPort()}`, 'connection', 'not_executed'],
    ['is cut', async () => (await serve((call) => call.socket.resetAndDestroy())).url, 'connection', 'unknown'],
    ['gets no reply', async () => (await serve(() => undefined)).url, 'timeout', 'unknown'],
    [
      'gets too long a reply',
      async () => (await serve((_, reply) => reply.end('x'.repeat(200)))).url,
      'connection',
      'unknown',
    ],
  ] as const)('that %s is the network’s fault', async (_what, start, kind, outcome) => {
    expect(await errorAt(await start())).toMatchObject({ kind, outcome, detail: { retryAfterMs: undefined } });
  });
});
