import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Problem } from './problem.js';
import { isCleanText, parseStrictJson, refuseInexact } from './strict-json.js';

const parse = (text: string | Buffer) => parseStrictJson(Buffer.from(text));

function refusal(text: string | Buffer): string {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof Problem && error.code === 'MALFORMED_JSON') return error.detail ?? '';
    throw error;
  }
  throw new Error(`taken: ${text.toString().slice(0, 80)}`);
}

describe('strict JSON', () => {
  it('accepts every JSON value that JSON.stringify writes, unchanged', () => {
    const name = fc.string({ maxLength: 8 }).filter((text) => text !== '__proto__');
    const number = fc.oneof(
      fc.maxSafeInteger(),
      fc.integer({ min: -1000, max: 1000 }).map((cents) => cents / 100),
    );
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 5 },
        fc.string({ unit: 'grapheme' }),
        number,
        fc.boolean(),
        fc.constant(null),
        tie('list'),
        tie('object'),
      ),
      list: fc.array(tie('value'), { maxLength: 4 }),
      object: fc.dictionary(name, tie('value'), { maxKeys: 4 }),
    }));
    fc.assert(
      fc.property(value, fc.constantFrom(0, 2, '\t'), (given, space) => {
        const text = JSON.stringify(given, null, space);
        if (!isCleanText(text) || text.includes('\\u0000')) return;
        expect(parse(text)).toEqual(JSON.parse(text));
      }),
      { numRuns: 500 },
    );
  });

  it('says what the reading of each token says, where it does without', () => {
    const pieces = [
      '',
      'a',
      'b',
      'ñ',
      '😀',
      ' ',
      ':',
      '{',
      '"',
      '.',
      '1e5',
      '\\"',
      '\\\\',
      '\\n',
      '\\/',
      '\\u0061',
      '\\u0000',
      '\\ud800',
    ];
    const text = fc
      .array(fc.constantFrom(...pieces), { maxLength: 3 })
      .map((parts) => `"${parts.join('').replaceAll(/(?<!\\)((?:\\\\)*)"/g, '$1')}"`);
    const number = fc.constantFrom(
      '0',
      '-0',
      '7',
      '-12',
      '0.5',
      '1.0',
      '1e2',
      '1E2',
      '-1e-2',
      '9007199254740991',
      '9007199254740993',
      '1e400',
    );
    const { value } = fc.letrec<{ value: string; list: string; object: string }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 5, withCrossShrink: true },
        fc.oneof(text, number, fc.constantFrom('true', 'false', 'null')),
        tie('list'),
        tie('object'),
      ),
      list: fc.array(tie('value'), { maxLength: 3 }).map((items) => `[${items.join(' , ')}]`),
      object: fc
        .array(fc.tuple(text, tie('value')), { maxLength: 3 })
        .map((entries) => `{${entries.map((entry) => entry.join(' : ')).join(',')}}`),
    }));
    const deep = fc.integer({ min: 1, max: 25 }).map((depth) => `${'[{"a":'.repeat(depth)}1${'}]'.repeat(depth)}`);
    const outcomeOf = (read: () => void) => {
      try {
        read();
        return 'taken';
      } catch (error) {
        return error instanceof Problem ? error.detail : 'not JSON';
      }
    };
    const outcomes = { taken: 0, refused: 0 };
    fc.assert(
      fc.property(fc.oneof({ weight: 20, arbitrary: value }, { weight: 1, arbitrary: deep }), (json) => {
        JSON.parse(json);
        const outcome = outcomeOf(() => parse(json));
        expect([json, outcome]).toEqual([json, outcomeOf(() => refuseInexact(json))]);
        outcomes[outcome === 'taken' ? 'taken' : 'refused'] += 1;
      }),
      { numRuns: 3_000 },
    );
    expect(Math.min(outcomes.taken, outcomes.refused)).toBeGreaterThan(300);
  });

  it('does not throw anything but MALFORMED_JSON, whatever the bytes', () => {
    const piece = fc.oneof(
      fc.constantFrom('{', '}', '[', ']', '"a":', ',', '"', '\\u', '1e', 'null', '\\ud800', '/*'),
      fc.string({ maxLength: 4 }),
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(piece, { maxLength: 12 }).map((parts) => Buffer.from(parts.join(''))),
          fc.uint8Array().map((bytes) => Buffer.from(bytes)),
        ),
        (bytes) => {
          try {
            parse(bytes);
          } catch (error) {
            expect(error).toMatchObject({ code: 'MALFORMED_JSON' });
          }
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it.each([
    '0',
    '-0',
    '0.0',
    '1',
    '-1',
    '100',
    '5000000',
    '5000000.0',
    '5e6',
    '5E+6',
    '50.00e5',
    '0.05e8',
    '9007199254740991',
    '-9007199254740991',
    '1.5',
    '0.1',
    '1e-7',
    '12.50',
  ])('takes the number %s, which a double holds as it is written', (written) => {
    expect(parse(`{"n":${written}}`)).toEqual({ n: Number(written) });
  });

  it.each([
    ...[
      '9007199254740992',
      '9007199254740993',
      '-9007199254740993',
      '1e16',
      '1e400',
      '-1e400',
      '1e-400',
      '99999999999999999999999999',
    ],
    ...[
      '5000000.0000000001',
      '4999999.9999999999',
      '0.1000000000000000055',
      '1.00000000000000000000000000',
      '123456789.123456789123',
    ],
  ])('refuses the number %s, which would be rounded, and names its place', (written) => {
    expect(refusal(`{"a":{"b":[1,${written}]}}`)).toContain('the number at a.b.1');
  });

  it('never accepts an amount that would be read as another', () => {
    const digits = fc.stringMatching(/^[1-9]\d{0,17}$/);
    fc.assert(
      fc.property(
        digits,
        fc.stringMatching(/^\d{0,12}$/),
        fc.integer({ min: -6, max: 6 }),
        (whole, fraction, exponent) => {
          const written = `${whole}${fraction ? `.${fraction}` : ''}e${exponent}`;
          let read: number;
          try {
            read = (parse(`{"n":${written}}`) as { n: number }).n;
          } catch {
            return;
          }
          if (!Number.isInteger(read)) return;
          // Both sides times 10^(fraction's length + 6), in integers.
          const scaled = BigInt(`${whole}${fraction}`) * 10n ** BigInt(exponent + 6);
          expect(BigInt(read) * 10n ** BigInt(fraction.length + 6)).toBe(scaled);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ['{"a":1,"a":1}', '"a" is given twice'],
    ['{"a":1,"\\u0061":2}', '"a" is given twice'],
    ['{"x":[{"b":1,"c":{"b":2},"b":3}]}', '"b" is given twice'],
    ['{"__proto__":1,"__proto__":2}', '"__proto__" is given twice'],
    ['{"a":"\\u0000"}', 'a has characters'],
    ['{"a":{"b":["ok","\\ud800"]}}', 'a.b.1 has characters'],
    ['{"a":"\\udc00\\ud800"}', 'a has characters'],
    ['{"\\u0000":1}', 'a name at the top level'],
    ['{"a":{"\\udfff":1}}', 'a name at a has'],
    ['"\\u0000"', 'the top level has characters'],
  ])('refuses %s and says why', (text, reason) => {
    expect(refusal(text)).toContain(reason);
  });

  it('accepts the same name in different objects, and whole surrogate pairs', () => {
    expect(parse('{"a":{"a":[{"a":1},{"a":2}]},"b":{"a":"\\ud83d\\ude00"}}')).toEqual({
      a: { a: [{ a: 1 }, { a: 2 }] },
      b: { a: '😀' },
    });
  });

  it.each([
    '',
    ' ',
    '{',
    '{"a":1,}',
    '{"a":01}',
    "{'a':1}",
    '{"a":1} x',
    '// x\n{}',
    '{"a":\n/**/1}',
    'NaN',
    '{"a":+1}',
    '{"a":.5}',
    '"\u0001"',
  ])('refuses what is no JSON: %j', (text) => {
    expect(refusal(text)).toContain('cannot be parsed');
  });

  it('refuses bytes that are no UTF-8, and reads over a byte order mark', () => {
    for (const bytes of [[0xff], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xc3], [0xf5, 0x80, 0x80, 0x80]]) {
      expect(refusal(Buffer.concat([Buffer.from('"'), Buffer.from(bytes), Buffer.from('"')]))).toContain('not UTF-8');
    }
    expect(parse('\uFEFF{"a":1}')).toEqual({ a: 1 });
  });

  it('bounds the depth: 20 levels are accepted, one more is not, and 60 KiB of brackets cost nothing', () => {
    const nested = (depth: number) => `${'[{"a":'.repeat(depth / 2)}1${'}]'.repeat(depth / 2)}`;
    expect(parse(nested(20))).toBeDefined();
    expect(refusal(nested(22))).toContain('nested too deeply');
    expect(refusal(`${'['.repeat(30_000)}${']'.repeat(30_000)}`)).toContain('nested too deeply');
    expect(parse(`[${'[],'.repeat(10_000)}[]]`)).toHaveLength(10_001);
  });

  it('never repeats a value in its message', () => {
    for (const text of [
      '{"a":"secret\\u0000"}',
      '{"a":1234567890123456789012}',
      '{"a":"secret","a":"secret"}',
      '{"a":"secret"',
    ]) {
      expect(refusal(text)).not.toMatch(/secret|1234567890/);
    }
  });
});

describe('clean text', () => {
  it('is what has no NUL and no half of a surrogate pair', () => {
    for (const text of ['', 'a', 'ñ😀', '\u0001', '\uFFFF', '\u{10FFFF}'])
      expect([text, isCleanText(text)]).toEqual([text, true]);
    for (const text of ['\0', 'a\0b', '\uD800', '\uDC00\uD800', 'a\uDFFF'])
      expect([text, isCleanText(text)]).toEqual([text, false]);
  });
});
