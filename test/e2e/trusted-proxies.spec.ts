import { afterEach, describe, expect, it } from '@jest/globals';
import { sendRaw } from '../support/raw-http.js';
import { API_KEY, startTestApp, type TestApp } from '../support/test-app.js';

let testApp: TestApp;

afterEach(() => testApp?.close());

/** The address that the audit log has of a caller who sends these headers. */
async function addressOf(...headers: string[]): Promise<string | null> {
  const requestId = `proxy-${Math.random().toString(36).slice(2)}`;
  const body = JSON.stringify({ url: 'http://127.0.0.1:9/hook' });
  const head = [
    'POST /webhook-endpoints HTTP/1.1',
    'Host: localhost',
    'Connection: close',
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    `Authorization: Bearer ${API_KEY}`,
    `X-Request-Id: ${requestId}`,
    ...headers,
  ];
  const answer = await sendRaw(testApp.url, `${head.join('\r\n')}\r\n\r\n`, body);
  expect(answer.status).toBe(201);
  const { id } = JSON.parse(answer.body) as { id: string };
  const log = await testApp.api.call<{ data: { requestId: string; address: string | null }[] }>(
    'GET',
    `/audit-log?subject=${id}`,
  );
  await testApp.api.call('DELETE', `/webhook-endpoints/${id}`);
  const [entry] = log.body.data;
  expect(entry?.requestId).toBe(requestId);
  return entry!.address;
}

const FORWARDED = 'X-Forwarded-For';

describe('the caller’s address', () => {
  it('is the connection’s where no proxy is trusted, whatever the headers say', async () => {
    testApp = await startTestApp();
    for (const headers of [
      [],
      [`${FORWARDED}: 203.0.113.7`],
      [`${FORWARDED}: 203.0.113.7, 127.0.0.1`],
      ['Forwarded: for=203.0.113.7'],
      ['X-Real-IP: 203.0.113.7'],
    ])
      expect([headers, await addressOf(...headers)]).toEqual([headers, '127.0.0.1']);
  });

  it('is the connection’s where another proxy is trusted', async () => {
    testApp = await startTestApp({ TRUSTED_PROXIES: '10.0.0.0/8,127.0.0.2' });
    expect(await addressOf(`${FORWARDED}: 203.0.113.7`)).toBe('127.0.0.1');
  });

  it('is the last one that no trusted proxy has, so that what a caller made up is not believed', async () => {
    testApp = await startTestApp({ TRUSTED_PROXIES: '127.0.0.1, 10.0.0.0/8, 2001:db8::/32' });
    const cases: readonly (readonly [string, string[]])[] = [
      ['127.0.0.1', []],
      ['203.0.113.7', [`${FORWARDED}: 203.0.113.7`]],
      ['203.0.113.7', [`${FORWARDED}: 198.51.100.1, 203.0.113.7`]],
      ['203.0.113.7', [`${FORWARDED}: 198.51.100.1, 203.0.113.7, 10.1.2.3`]],
      ['203.0.113.7', [`${FORWARDED}: 203.0.113.7, 2001:db8::5, 10.1.2.3`]],
      // Two headers are one.
      ['203.0.113.7', [`${FORWARDED}: 198.51.100.1`, `${FORWARDED}: 203.0.113.7`]],
      // An IPv4 address by IPv6 is the same address, a trusted one, too.
      ['203.0.113.7', [`${FORWARDED}: ::ffff:203.0.113.7`]],
      ['203.0.113.7', [`${FORWARDED}: 203.0.113.7, ::ffff:10.1.2.3`]],
      ['2a00::1', [`${FORWARDED}: 2A00::1`]],
      // All of them are proxies: the first.
      ['10.1.2.3', [`${FORWARDED}: 10.1.2.3, 10.1.2.4`]],
      // No addresses: the proxy's own.
      ['127.0.0.1', [`${FORWARDED}: unknown`]],
      ['127.0.0.1', [`${FORWARDED}: ,,,`]],
      ['127.0.0.1', [`${FORWARDED}: '; drop table payins; --`]],
      ['127.0.0.1', [`${FORWARDED}: ${'9'.repeat(5_000)}`]],
      ['203.0.113.7', [`${FORWARDED}: ${'unknown, '.repeat(500)}203.0.113.7`]],
    ];
    for (const [address, headers] of cases) expect([headers, await addressOf(...headers)]).toEqual([headers, address]);
  });

  it('is not taken from what a trusted proxy says of host and protocol', async () => {
    testApp = await startTestApp({ TRUSTED_PROXIES: '127.0.0.1' });
    const headers = ['X-Forwarded-Host: evil.example', 'X-Forwarded-Proto: https'];
    expect(await addressOf(...headers)).toBe('127.0.0.1');
  });
});
