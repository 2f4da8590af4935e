import { describe, expect, it } from '@jest/globals';
import { csvRecords } from './csv-records.js';
import { UnreadableFile } from './decode-text.js';
import { findHeader } from './find-header.js';
import { mappingsFor } from './statement-mappings.js';

const SAID = { columns: { reference: 'Referencia', amount: 'Valor' } };

async function* inPieces(text: string, pieceLength: number): AsyncGenerator<string> {
  for (let at = 0; at < text.length; at += pieceLength) yield text.slice(at, at + pieceLength);
}

/** The lines below the header, each with its number. */
async function readAll(text: string, pieceLength = 5, said: Parameters<typeof mappingsFor>[1] = SAID) {
  const table = await findHeader(
    inPieces(text, pieceLength),
    mappingsFor(undefined, said),
    said?.columns !== undefined,
  );
  const lines: string[] = [];
  for await (const records of csvRecords(table.text, table.delimiter, table.headerLine))
    for (const { line, cells } of records) if (line > table.headerLine) lines.push(`${line} ${cells.join('|')}`);
  return lines;
}

describe('the header of a file', () => {
  it.each([
    ['in the first line', 'Referencia;Valor\nst-1;1\n', ['2 st-1|1']],
    [
      'below others, as of a bank',
      'Comercio: Tienda "X\r\nPeriodo;29/11/2026\r\n\r\nReferencia;Valor\r\nst-1;1\r\n',
      ['5 st-1|1'],
    ],
    ['below the separator that Excel asks for', 'sep=,\nReferencia,Valor\nst-1,1\n', ['3 st-1|1']],
    ['with tabs', 'Referencia\tValor\nst-1\t1,50\n', ['2 st-1|1,50']],
    ['with commas in quotes', '"Referencia","Valor","a,b"\nst-1,"1,50",x\n', ['2 st-1|1,50|x']],
    ['with bars', 'Referencia|Valor\rst-1|1\r', ['2 st-1|1']],
    ['without an end of line', 'x\nReferencia;Valor', []],
    ['below a hundred others', `${'x\n'.repeat(100)}Referencia;Valor\nst-1;1`, ['102 st-1|1']],
  ])('is found %s', async (_, text, expected) => {
    for (const pieceLength of [1, 2, 7, 65_536])
      expect([pieceLength, await readAll(text, pieceLength)]).toEqual([pieceLength, expected]);
  });

  it('has the separator of the mapping, and no other', async () => {
    await expect(readAll('Referencia;Valor\n', 5, { ...SAID, delimiter: ',' })).rejects.toThrow(
      'the header must have the columns "Referencia", "Valor", separated by ","',
    );
  });

  it.each<[string, string, number, RegExp]>([
    ['an empty file', '', 1, /is empty/],
    ['blank lines', '\n \r\n', 1, /is empty/],
    ['no header', 'st-1;1\n', 1, /"Referencia", "Valor", separated by ";", ",", "\|" or a tab/],
    ['one that comes too late', `${'x\n'.repeat(101)}Referencia;Valor\n`, 1, /header must have/],
    ['an endless line', 'x'.repeat(70_000), 1, /longer than 64 KiB/],
    ['an endless line below others', `x\n${'x'.repeat(70_000)}`, 2, /longer than 64 KiB/],
    ['a column twice', 'x\nReferencia;Valor;valor\n', 2, /"Valor" twice/],
    ['a fault below it', 'x\nReferencia;Valor\nst-1;1\n"st-2;2\n', 4, /never closed/],
  ])('is refused with the missing columns: %s', async (_, text, line, message) => {
    const refused = await readAll(text).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(UnreadableFile);
    expect([(refused as UnreadableFile).line, (refused as Error).message]).toEqual([
      line,
      expect.stringMatching(message),
    ]);
  });
});
