import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type DeclaredEncoding, declaredEncoding, type TextEncoding } from '../../http/text-encodings.js';
import { TextOfBytes, UnreadableFile } from './decode-text.js';

/** Written without the code under test. The letters of Windows-1252 that are not Latin-1's are few. */
const HIGH: Readonly<Record<string, number>> = { '€': 0x80, '–': 0x96, '’': 0x92, '“': 0x93, '”': 0x94 };

function written(text: string, encoding: TextEncoding): Buffer {
  if (encoding === 'windows-1252') return Buffer.from(Array.from(text, (char) => HIGH[char] ?? char.codePointAt(0)!));
  if (encoding === 'utf-8') return Buffer.from(text);
  const bytes = Buffer.from(text, 'utf16le');
  return encoding === 'utf-16le' ? bytes : bytes.swap16();
}

function read(bytes: Buffer, declared?: DeclaredEncoding, pieceBytes = 3): string {
  const decoder = new TextOfBytes(declared);
  let text = '';
  for (let at = 0; at < bytes.length; at += pieceBytes) text += decoder.decode(bytes.subarray(at, at + pieceBytes));
  return text + decoder.decode(undefined);
}

function refusal(bytes: Buffer, declared?: DeclaredEncoding, pieceBytes?: number): [number, string] {
  try {
    read(bytes, declared, pieceBytes);
  } catch (error) {
    if (error instanceof UnreadableFile) return [error.line, error.message];
    throw error;
  }
  throw new Error('it was read');
}

const ENCODINGS = ['utf-8', 'windows-1252', 'utf-16le', 'utf-16be'] as const;
const FILE = 'Referencia;Descripción\r\nst-1;Café Peñón – 5 €\r\n';

describe('the text of a file', () => {
  it.each(ENCODINGS)('is detected from its bytes, and read as declared: %s', (encoding) => {
    for (const pieceBytes of [1, 2, 3, 7, 65_536]) {
      const bytes = written(FILE, encoding);
      expect(read(bytes, undefined, pieceBytes)).toBe(FILE);
      expect(read(bytes, encoding, pieceBytes)).toBe(FILE);
      if (encoding === 'windows-1252') continue;
      const marked = written(`\uFEFF${FILE}`, encoding);
      expect(read(marked, undefined, pieceBytes)).toBe(FILE);
      expect(read(marked, encoding.startsWith('utf-16') ? 'utf-16' : encoding, pieceBytes)).toBe(FILE);
    }
  });

  it('is read exactly, in whatever pieces it arrives', () => {
    const letters = fc.array(fc.constantFrom(...'abcABC123;,.\n "áéíóúñÑÁü€–’¡¿°'.split('')), { maxLength: 60 });
    fc.assert(
      fc.property(
        letters,
        fc.constantFrom(...ENCODINGS),
        fc.integer({ min: 1, max: 9 }),
        (chars, encoding, pieceBytes) => {
          const text = `Ref;Año\n${chars.join('')}\n`;
          expect(read(written(text, encoding), undefined, pieceBytes)).toBe(text);
        },
      ),
    );
  });

  it('that is all ASCII, or nothing, is the same in both', () => {
    for (const text of ['', 'a', 'a,b\n1,2\n'])
      for (const declared of [undefined, 'utf-8', 'windows-1252'] as const)
        expect(read(Buffer.from(text), declared)).toBe(text);
  });

  it.each<[string, Buffer, DeclaredEncoding, number]>([
    ['UTF-8 as Windows-1252', written(FILE, 'utf-8'), 'windows-1252', 1],
    ['Windows-1252 as UTF-8', written('a;b\nñ;1\n', 'windows-1252'), 'utf-8', 2],
    ['UTF-16 as UTF-8', written(FILE, 'utf-16le'), 'utf-8', 1],
    ['marked UTF-16 as Windows-1252', written(`\uFEFF${FILE}`, 'utf-16be'), 'windows-1252', 1],
    ['one order of bytes as the other', written(FILE, 'utf-16le'), 'utf-16be', 1],
    ['UTF-8 as UTF-16', written(FILE, 'utf-8'), 'utf-16', 1],
    ['marked UTF-8 as Windows-1252', written(`\uFEFFa;b\n`, 'utf-8'), 'windows-1252', 1],
  ])('is refused where it is not what is declared: %s', (_, bytes, declared, line) => {
    for (const pieceBytes of [1, 3, 65_536])
      expect(refusal(bytes, declared, pieceBytes)).toEqual([
        line,
        expect.stringMatching(new RegExp(`Content-Type has charset=${declared}; send the true charset`)),
      ]);
  });

  it.each<[string, Buffer, number, RegExp]>([
    [
      'UTF-8 and then not',
      Buffer.concat([written('año\nb\n', 'utf-8'), written('ñ;1\n', 'windows-1252')]),
      3,
      /not UTF-8/,
    ],
    ['a letter lost before', Buffer.from('año\nni\uFFFDo\n'), 2, /a letter was lost/],
    ['bytes of no text', Buffer.from([0x61, 0x0a, 0xf1, 0x20, 0x81, 0x0a]), 2, /not text in Windows-1252/],
    [
      'half a character of UTF-16',
      Buffer.concat([written('a;b\nc', 'utf-16le'), Buffer.from([0x61])]),
      2,
      /not UTF-16/,
    ],
    ['half a pair of UTF-16', written('a;b\n\uD800;c\n', 'utf-16be'), 2, /not UTF-16/],
    ['NUL', Buffer.from('a,b\n1,\0\n'), 2, /not text/],
    ['a new workbook', Buffer.from('PK\u0003\u0004'), 1, /workbook/],
    ['an old workbook', Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1]), 1, /workbook/],
  ])('is refused by line: %s', (_, bytes, line, message) => {
    for (const pieceBytes of [1, 2, 65_536])
      expect(refusal(bytes, undefined, pieceBytes)).toEqual([line, expect.stringMatching(message)]);
  });
});

describe('a declared encoding', () => {
  it.each([
    ['text/csv', undefined],
    ['text/csv; charset=', undefined],
    ['Text/CSV; header=present; charset="UTF-8"', 'utf-8'],
    ['text/csv;charset=utf8', 'utf-8'],
    ['text/csv; charset=ISO-8859-1', 'windows-1252'],
    ['text/csv; charset=cp1252', 'windows-1252'],
    ['text/csv; charset=UTF-16', 'utf-16'],
    ['text/csv; charset=utf-16le', 'utf-16le'],
    ['text/csv; charset=utf-16be', 'utf-16be'],
    ['text/csv; charset=utf-7', 'unknown'],
    ['text/csv; charset=shift_jis', 'unknown'],
    ['text/csv; charset=x', 'unknown'],
  ])('%s: %p', (contentType, expected) => {
    expect(declaredEncoding(contentType)).toBe(expected);
  });
});
