import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { csvRecords, LINE_BYTES_MAX, UploadBytes } from './csv-records.js';
import { UnreadableFile } from './decode-text.js';

const BOUNDS = { bytesMax: 1024 * 1024, idleMs: 10_000 };

/** A body that arrives in pieces of some bytes. */
function arriving(file: string | Buffer, pieceBytes = 7): Readable {
  const bytes = Buffer.from(file);
  const pieces = Array.from({ length: Math.ceil(bytes.length / pieceBytes) }, (_, index) =>
    bytes.subarray(index * pieceBytes, (index + 1) * pieceBytes),
  );
  return Readable.from(pieces, { objectMode: false });
}

async function recordsOf(file: string | Buffer, { delimiter = ',', pieceBytes = 7, bounds = BOUNDS } = {}) {
  const records = [];
  for await (const these of csvRecords(new UploadBytes(arriving(file, pieceBytes), bounds).text(), delimiter))
    records.push(...these.map(({ line, cells }) => [line, ...cells]));
  return records;
}

async function collected<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

async function refusalOf(file: string | Buffer, pieceBytes?: number): Promise<[number, string]> {
  try {
    await recordsOf(file, { pieceBytes });
  } catch (error) {
    if (error instanceof UnreadableFile) return [error.line, error.message];
    throw error;
  }
  throw new Error('it was read');
}

describe('a CSV file', () => {
  it('may have a byte order mark, any ends of line, quotes, and empty lines; lines keep their numbers', async () => {
    const plain = [
      [1, 'a', 'b'],
      [2, '1', '2'],
      [4, 'x,"y', 'z'],
    ];
    expect(await recordsOf('\uFEFFa,b\n1,2\n\n"x,""y",z\n')).toEqual(plain);
    expect(await recordsOf('a,b\r\n1,2\r\n\r\n"x,""y",z')).toEqual(plain);
  });

  it('may have its ends of line mixed, as files that were put together have', async () => {
    const expected = [
      [1, 'a', 'b'],
      [2, '1', '2'],
      [3, '3', '4'],
      // A record has the number of its last line.
      [6, '5', '6\r\n7'],
      [7, '8', '9'],
    ];
    for (const pieceBytes of [1, 2, 3, 100])
      expect(await recordsOf('a,b\r\n1,2\n3,4\r\n\n5,"6\r\n7"\r8,9\n', { pieceBytes })).toEqual(expected);
  });

  it('may be separated otherwise, and have accents cut in two by the wire', async () => {
    expect(await recordsOf('año;señor\n1;2\n', { delimiter: ';', pieceBytes: 1 })).toEqual([
      [1, 'año', 'señor'],
      [2, '1', '2'],
    ]);
  });

  it('keeps a stray quote as a character', async () => {
    expect(await recordsOf('a,b\n4,5"6\n7,8\n')).toEqual([
      [1, 'a', 'b'],
      [2, '4', '5"6'],
      [3, '7', '8'],
    ]);
  });

  it('is read exactly, in whatever pieces it arrives', async () => {
    const cell = fc
      .string({ unit: 'grapheme', maxLength: 8 })
      .filter((text) => !text.includes('\0') && !/[\r\n]/.test(text));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 20 }),
        fc.integer({ min: 1, max: 50 }),
        async (rows, pieceBytes) => {
          const file = rows.map((row) => row.map((text) => `"${text.replaceAll('"', '""')}"`).join(',')).join('\n');
          expect(await recordsOf(file, { pieceBytes })).toEqual(rows.map((row, index) => [index + 1, ...row]));
        },
      ),
    );
  });
});

describe('a file that is no CSV', () => {
  it.each<[string, string | Buffer, number, RegExp]>([
    ['half a character at the end', Buffer.concat([Buffer.from('a,ñ\n'), Buffer.from([0xc3])]), 2, /not UTF-8/],
    ['NUL', 'a,b\n1,\0\n', 2, /not text/],
    ['a workbook', Buffer.from('PK\u0003\u0004\u0000\u0000'), 1, /a workbook and not CSV/],
    ['an endless line', `a,b\n${'x'.repeat(LINE_BYTES_MAX + 1)},1\n2,3\n`, 2, /longer than 64 KiB/],
    ['an endless field', `a,b\n1,2\n"${'x\n'.repeat(LINE_BYTES_MAX)}`, 3, /longer than 64 KiB/],
    ['a quote that is not closed', 'a,b\n1,2\n"3,4\n', 3, /never closed/],
  ])('is refused by line: %s', async (_, file, line, message) => {
    for (const pieceBytes of [1, 5, 65_536]) {
      const [refusedLine, refusal] = await refusalOf(file, pieceBytes);
      expect(refusal).toMatch(message);
      expect([pieceBytes, refusedLine]).toEqual([pieceBytes, line]);
    }
  });
});

describe('the bytes of an upload', () => {
  it('have a limit', async () => {
    await expect(recordsOf('x'.repeat(100), { bounds: { ...BOUNDS, bytesMax: 99 } })).rejects.toMatchObject({
      code: 'BODY_TOO_LARGE',
    });
    expect(await recordsOf('x'.repeat(99), { bounds: { ...BOUNDS, bytesMax: 99 } })).toHaveLength(1);
  });

  it('are waited for only for a time', async () => {
    const silent = new Readable({ read: () => undefined });
    silent.push('a,b\n');
    const bytes = new UploadBytes(silent, { ...BOUNDS, idleMs: 20 });
    await expect(collected(csvRecords(bytes.text(), ','))).rejects.toMatchObject({ code: 'REQUEST_TIMEOUT' });
  });

  it('that break off are reported as such', async () => {
    const broken = new Readable({ read: () => undefined });
    broken.push('a,b\n');
    const reading = collected(csvRecords(new UploadBytes(broken, BOUNDS).text(), ','));
    broken.destroy(new Error('aborted'));
    await expect(reading).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  });

  it('have the same digest whenever they are the same', async () => {
    const digest = async (file: string, pieceBytes: number) => {
      const bytes = new UploadBytes(arriving(file, pieceBytes), BOUNDS);
      for await (const piece of bytes.text()) expect(piece.length).toBeGreaterThan(0);
      return bytes.digest();
    };
    expect(await digest('a,b\n', 1)).toBe(await digest('a,b\n', 3));
    expect(await digest('a,b\n', 1)).not.toBe(await digest('a,c\n', 1));
  });
});
