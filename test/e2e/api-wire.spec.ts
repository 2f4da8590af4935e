import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ProblemCode } from '../../src/http/problem.js';
import { newReference, payinRequest } from '../support/api-client.js';
import { expectProblem } from '../support/expect-problem.js';
import { type RawAnswer, sendRaw } from '../support/raw-http.js';
import { API_KEY, startTestApp, type TestApp } from '../support/test-app.js';

let testApp: TestApp;

beforeAll(async () => {
  testApp = await startTestApp();
});

afterAll(async () => {
  await testApp?.close();
});

const JSON_TYPE = 'Content-Type: application/json';

function send(
  method: string,
  path: string,
  headers: readonly string[] = [],
  ...body: (string | Buffer)[]
): Promise<RawAnswer> {
  const head = [
    `${method} ${path} HTTP/1.1`,
    'Host: localhost',
    `Authorization: Bearer ${API_KEY}`,
    'Connection: close',
    ...headers,
  ];
  return sendRaw(testApp.url, `${head.join('\r\n')}\r\n\r\n`, ...body);
}

function post(body: string | Buffer, ...headers: string[]): Promise<RawAnswer> {
  return send('POST', '/payins', [...headers, `Content-Length: ${Buffer.byteLength(body)}`], body);
}

const chunk = (text: string) => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
const padded = (bytes: number) => {
  const text = JSON.stringify(payinRequest());
  return `${text.slice(0, -1)}${' '.repeat(bytes - Buffer.byteLength(text))}}`;
};
/** A create with something instead of its amount. */
const amount = (written: string) => JSON.stringify(payinRequest()).replace('5000000', written);
/** A create with one more member. */
const member = (written: string) => `${JSON.stringify(payinRequest()).slice(0, -1)},${written}}`;
const between = (...bytes: number[]) =>
  Buffer.concat([Buffer.from('{"description":"'), Buffer.from(bytes), Buffer.from('"}')]);

describe('a body that is not JSON which can be taken exactly', () => {
  it.each<[string, () => string | Buffer]>([
    ['nothing', () => ''],
    ['blanks', () => ' \r\n\t'],
    ['half an object', () => '{"amountInCents":'],
    ['something after the object', () => `${JSON.stringify(payinRequest())}x`],
    ['a comment', () => `/* */${JSON.stringify(payinRequest())}`],
    ['a trailing comma', () => member('')],
    ['single quotes', () => "{'currency':'COP'}"],
    ['NaN', () => amount('NaN')],
    ['a leading zero', () => amount('05000000')],
    ['a list', () => '[]'],
    ['a text', () => '"text"'],
    ['a number', () => '1'],
    ['null', () => 'null'],
    ['NUL in a text', () => member('"description":"a\\u0000b"')],
    ['NUL in a name', () => member('"a\\u0000":1')],
    ['NUL in metadata', () => member('"metadata":{"a":"\\u0000"}')],
    ['the first half of a surrogate pair', () => member('"description":"a\\ud800b"')],
    ['the second half of a surrogate pair', () => member('"metadata":{"a":"\\udc00"}')],
    ['half a surrogate pair in a name', () => member('"metadata":{"\\ud83d":"x"}')],
    ['an amount of 30 digits', () => amount('9'.repeat(30))],
    ['an amount that a double rounds', () => amount('9007199254740993')],
    ['an amount beyond every double', () => amount('1e400')],
    ['an amount that vanishes', () => amount('1e-400')],
    ['an amount that a double rounds to an integer', () => amount('5000000.0000000001')],
    ['a rounded number where none belongs', () => member('"metadata":{"a":0.1234567890123456789}')],
    ['a name twice', () => member('"currency":"COP"')],
    ['a name twice, once escaped', () => member('"curr\\u0065ncy":"COP"')],
    ['a name twice inside', () => member('"metadata":{"a":"1","a":"2"}')],
    ['__proto__ twice', () => member('"__proto__":1,"__proto__":2')],
    ['60 KiB of brackets', () => '['.repeat(60 * 1024)],
    ['ten thousand braces', () => '{"a":'.repeat(10_000)],
    ['nesting that is closed again', () => `${'{"a":'.repeat(9_000)}1${'}'.repeat(9_000)}`],
    ['a list a thousand deep in a field', () => member(`"metadata":${'['.repeat(1_000)}${']'.repeat(1_000)}`)],
    ['a customer three thousand deep', () => member(`"pse":${'{"bank":'.repeat(3_000)}1${'}'.repeat(3_000)}`)],
    ['bytes that are never UTF-8', () => between(0xff, 0xfe)],
    ['an overlong encoding', () => between(0xc0, 0xaf)],
    ['a surrogate in UTF-8', () => between(0xed, 0xa0, 0x80)],
    ['half a character', () => between(0xc3)],
    ['UTF-16', () => Buffer.from(JSON.stringify(payinRequest()), 'utf16le')],
  ])('is a 400 that says so: %s', async (_, body) => {
    const { detail } = expectProblem(await post(body(), JSON_TYPE), 'MALFORMED_JSON');
    expect(detail).toMatch(/^The body (?:was refused|must be a JSON object)/);
  });

  it('does not stop the service from taking a good one afterwards', async () => {
    expect((await post(JSON.stringify(payinRequest()), JSON_TYPE)).status).toBe(201);
  });
});

describe('the frame of a body', () => {
  it('is application/json, with any parameters and in any case', async () => {
    for (const type of ['application/json', 'Application/JSON; charset=utf-8', 'application/json;x=y']) {
      expect((await post(JSON.stringify(payinRequest()), `Content-Type: ${type}`)).status).toBe(201);
    }
  });

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/jsonx',
    'application/xml',
    ';;;',
    '',
  ])('is a 415 for the type "%s"', async (type) => {
    expectProblem(await post(JSON.stringify(payinRequest()), `Content-Type: ${type}`), 'UNSUPPORTED_MEDIA_TYPE');
  });

  it('is a 415 without a type, and with an encoding', async () => {
    const body = JSON.stringify(payinRequest());
    expectProblem(await post(body), 'UNSUPPORTED_MEDIA_TYPE');
    expectProblem(await post(gzipSync(body), JSON_TYPE, 'Content-Encoding: gzip'), 'UNSUPPORTED_MEDIA_TYPE');
    expectProblem(await post(body, JSON_TYPE, 'Content-Encoding: br'), 'UNSUPPORTED_MEDIA_TYPE');
  });

  it('is 64 KiB at most: the last byte is taken, one more is a 413', async () => {
    expect((await post(padded(65_536), JSON_TYPE)).status).toBe(201);
    expectProblem(await post(padded(65_537), JSON_TYPE), 'BODY_TOO_LARGE');
    expectProblem(await send('POST', '/payins', [JSON_TYPE, 'Content-Length: 99999999999']), 'BODY_TOO_LARGE');
  });

  it('may come in chunks, which count in the same way', async () => {
    const headers = [JSON_TYPE, 'Transfer-Encoding: chunked'];
    const body = JSON.stringify(payinRequest());
    const parts = Array.from(body, chunk);
    expect((await send('POST', '/payins', headers, ...parts, '0\r\n\r\n')).status).toBe(201);
    expectProblem(
      await send('POST', '/payins', headers, ...Array.from({ length: 20 }, () => chunk('x'.repeat(4096)))),
      'BODY_TOO_LARGE',
    );
    expectProblem(await send('POST', '/payins', headers, 'zz\r\n{}'), 'BAD_REQUEST');
  });

  it('means the same with a byte order mark', async () => {
    const request = payinRequest();
    expect((await post(`\uFEFF${JSON.stringify(request)}`, JSON_TYPE)).status).toBe(201);
    expect((await post(JSON.stringify(request), JSON_TYPE)).status).toBe(200);
  });

  it('missing altogether is a 400 that says so', async () => {
    for (const headers of [[], ['Content-Length: 0'], [JSON_TYPE, 'Content-Length: 0']])
      expect(expectProblem(await send('POST', '/payins', headers), 'MALFORMED_JSON').detail).toContain('it is empty');
  });
});

describe('a body on a route that takes none', () => {
  const refresh = '/payins/0199a000-0000-7000-8000-000000000000/refresh';
  const chunked = 'Transfer-Encoding: chunked';

  it('is nothing where it is empty, with its length told before or not', async () => {
    for (const headers of [[], [JSON_TYPE], [JSON_TYPE, 'Content-Length: 0']])
      expectProblem(await send('POST', refresh, headers), 'NOT_FOUND');
    for (const type of [[JSON_TYPE], []])
      expectProblem(await send('POST', refresh, [...type, chunked], '0\r\n\r\n'), 'NOT_FOUND');
  });

  it('is refused where anything is in it', async () => {
    expectProblem(await send('POST', refresh, [JSON_TYPE, 'Content-Length: 7'], '{"a":1}'), 'VALIDATION_FAILED', 'a');
    expectProblem(
      await send('POST', refresh, [JSON_TYPE, chunked], chunk('{"a":1}'), '0\r\n\r\n'),
      'VALIDATION_FAILED',
      'a',
    );
  });
});

describe('an address', () => {
  const id = '0199a000-0000-7000-8000-000000000000';
  it.each<[string, string, ProblemCode]>([
    ['GET', `/payins/${id}`, 'NOT_FOUND'],
    ['GET', `/payins/${id}/events`, 'NOT_FOUND'],
    ['GET', '/payins/abc', 'NOT_FOUND'],
    ['GET', `/payins/${id.toUpperCase()}`, 'NOT_FOUND'],
    ['GET', '/payins/%00', 'NOT_FOUND'],
    ['GET', "/payins/'%20or%201=1/events", 'NOT_FOUND'],
    ['GET', '/payins/__proto__', 'NOT_FOUND'],
    ['GET', `/payins/${'a'.repeat(3_000)}`, 'NOT_FOUND'],
    ['GET', '/payins/%ff', 'BAD_REQUEST'],
    ['GET', '/payins/%', 'BAD_REQUEST'],
    ['GET', '/payins/%ff/events', 'BAD_REQUEST'],
    ['GET', '/nowhere', 'NOT_FOUND'],
    ['GET', '/', 'NOT_FOUND'],
    ['GET', '//payins', 'NOT_FOUND'],
    ['GET', '/payins/', 'NOT_FOUND'],
    ['GET', '/PAYINS', 'NOT_FOUND'],
    ['GET', '/payins/../payins', 'NOT_FOUND'],
    ['POST', '/webhooks/nobody', 'NOT_FOUND'],
    ['POST', '/webhooks/constructor', 'NOT_FOUND'],
    ['DELETE', '/payins', 'NOT_FOUND'],
    ['PUT', `/payins/${id}`, 'NOT_FOUND'],
    ['PATCH', `/payins/${id}`, 'NOT_FOUND'],
    ['OPTIONS', '/payins', 'NOT_FOUND'],
    ['TRACE', '/payins', 'NOT_FOUND'],
    ['BREW', '/payins', 'BAD_REQUEST'],
    ['GET', `/payins?reference=${'a'.repeat(20_000)}`, 'HEADERS_TOO_LARGE'],
  ])('%s %.60s is a problem, %s', async (method, path, code) => {
    expectProblem(await send(method, path), code);
  });

  it('is read in HTTP/1.0 as well', async () => {
    const head = `GET /payins?limit=1 HTTP/1.0\r\nAuthorization: Bearer ${API_KEY}\r\n\r\n`;
    expect((await sendRaw(testApp.url, head)).status).toBe(200);
  });

  it('that is no HTTP at all is a problem, too', async () => {
    expectProblem(await sendRaw(testApp.url, 'hello\r\n\r\n'), 'BAD_REQUEST');
    expectProblem(await send('GET', '/payins', [`X-Large: ${'a'.repeat(20_000)}`]), 'HEADERS_TOO_LARGE');
    expectProblem(await send('POST', '/payins', [JSON_TYPE, 'Content-Length: -1'], '{}'), 'BAD_REQUEST');
    expectProblem(
      await send('POST', '/payins', [JSON_TYPE, 'Content-Length: 2', 'Transfer-Encoding: chunked'], '{}'),
      'BAD_REQUEST',
    );
  });
});

describe('the id of a request', () => {
  it('is the caller’s own where a log can carry it, and else a new one', async () => {
    expect((await send('GET', '/rails', ['X-Request-Id: order-4711.a_b'])).headers['x-request-id']).toBe(
      'order-4711.a_b',
    );
    for (const bad of ['short', 'a b c d e f', 'x'.repeat(65), '"><script>', 'ñandú-ñandú']) {
      const problem = expectProblem(await send('GET', '/nowhere', [`X-Request-Id: ${bad}`]), 'NOT_FOUND');
      expect(problem.requestId).not.toBe(bad);
    }
  });

  it('is on answers that are no problem, too', async () => {
    for (const path of ['/rails', '/payins', '/health/live', '/openapi.json', '/docs', '/return']) {
      expect([path, (await send('GET', path)).headers['x-request-id']]).toEqual([
        path,
        expect.stringMatching(/^[0-9a-f-]{36}$/),
      ]);
    }
    const created = await post(JSON.stringify(payinRequest({ reference: newReference() })), JSON_TYPE);
    expect(created.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  });
});
