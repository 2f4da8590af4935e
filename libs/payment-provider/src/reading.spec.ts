import { describe, expect, it } from '@jest/globals';
import { parseObject } from './parse-object.js';
import { isFields, readCode, readCurrency, readHttpUrl, readSentence, readStatus, readText } from './reading.js';

const NO_TEXTS = [undefined, null, 0, true, {}, ['a'], '', ' a', 'a\u0000', 'a\n', 'x'.repeat(1000)];

describe('a value of a reply', () => {
  it.each([
    ['text', readText, 'dAF1 RNd', 'ñ'],
    ['status', readStatus, 'EN TRÁMITE', 'a\u200b'],
    ['sentence', readSentence, 'Está pendiente, señora.', '\u2003a'],
    ['code', readCode, 'REFERENCE_DUPLICATED', 'Cédula 123'],
  ])('is a %s only if it is short and printable', (_what, read, good, bad) => {
    expect(read(good)).toBe(good);
    for (const value of [bad, ...NO_TEXTS]) expect(read(value)).toBeUndefined();
  });

  it('is an address only if a browser can open it', () => {
    expect(readHttpUrl('https://link.example/payments/main?s=1')).toBe('https://link.example/payments/main?s=1');
    for (const value of [
      'javascript:alert(1)',
      'data:text/html,x',
      '/relative',
      'example.com',
      `https://a/${'x'.repeat(2048)}`,
      5,
    ])
      expect(readHttpUrl(value)).toBeUndefined();
  });

  it('that is no currency differs from every real one', () => {
    expect(readCurrency('cop')).toBe('COP');
    for (const value of ['', 'CO', 'PESOS', 'C P', 'ÇOP']) expect(readCurrency(value)).toBe('XXX');
  });

  it('has fields only if it is an object', () => {
    expect(isFields({})).toBe(true);
    for (const value of [undefined, null, [], 'a', 1]) expect(isFields(value)).toBe(false);
  });
});

describe('a body', () => {
  it.each(['', ' ', 'null', 'true', '42', '"ok"', '[]', '[{}]', '<html>', '{', '\ufeff{}', '{}{}'])(
    'that is %p is no JSON object',
    (text) => expect(parseObject(Buffer.from(text))).toBeUndefined(),
  );

  it('is read as the JSON object that it is', () => expect(parseObject(Buffer.from(' {"a":1} '))).toEqual({ a: 1 }));
});
