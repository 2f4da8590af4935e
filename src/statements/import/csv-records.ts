import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { parse } from 'csv-parse';
import { Problem, type ProblemCode } from '../../http/problem.js';
import type { DeclaredEncoding, TextEncoding } from '../../http/text-encodings.js';
import { TextOfBytes, UnreadableFile } from './decode-text.js';

/** A line may be this long; a quote that is never closed makes an endless one. */
export const LINE_BYTES_MAX = 64 * 1024;
export const TOO_LONG = `it is longer than ${LINE_BYTES_MAX / 1024} KiB; perhaps a quote before it is not closed`;

/** A quote that is not closed by the end of the text. */
export class UnclosedQuote extends UnreadableFile {
  constructor(line: number) {
    super(line, 'a quote is opened and never closed');
  }
}

/** What a file may have, uploaded or only shown. */
export const UPLOAD_BOUNDS: UploadBounds = { bytesMax: 512 * 1024 * 1024, idleMs: 20_000 };

export interface UploadBounds {
  bytesMax: number;
  /** How long nothing may arrive. */
  idleMs: number;
}

/** The number of a line, and its fields. */
export interface CsvRecord {
  line: number;
  cells: string[];
}

/** An upload as text, piece by piece: bounded in size and time, and hashed. */
export class UploadBytes {
  readonly #arriving: AsyncIterator<Buffer>;
  readonly #hash = createHash('sha256');
  readonly #text: TextOfBytes;
  #bytes = 0;

  constructor(
    body: Readable,
    private readonly bounds: UploadBounds,
    declared?: DeclaredEncoding,
  ) {
    // A refusal leaves the connection open, so that the caller can read the answer.
    this.#arriving = body.iterator({ destroyOnReturn: false }) as AsyncIterator<Buffer>;
    this.#text = new TextOfBytes(declared);
  }

  /** @throws UnreadableFile, or a Problem where the upload fails */
  async *text(): AsyncGenerator<string> {
    for (;;) {
      const piece = await this.#next();
      if (piece) this.#hash.update(piece);
      const text = this.#text.decode(piece);
      if (text !== '') yield text;
      if (!piece) return;
    }
  }

  /** The text of its first bytes, without the line that they end in; of a cell with line ends in it, that may be its middle. `isWhole`: that was all. @throws UnreadableFile, or a Problem */
  async beginning(bytesMax: number): Promise<{ text: string; isWhole: boolean }> {
    let text = '';
    for (let left = bytesMax; left > 0;) {
      const piece = await this.#next();
      if (!piece) return { text: text + this.#text.decode(undefined), isWhole: true };
      text += this.#text.decode(piece.subarray(0, left));
      left -= piece.byteLength;
    }
    return { text: text.slice(0, Math.max(text.lastIndexOf('\n'), text.lastIndexOf('\r')) + 1), isWhole: false };
  }

  /** As it is known so far; where all is ASCII, UTF-8. */
  get encoding(): TextEncoding {
    return this.#text.encoding;
  }

  /** Reads and discards the rest: many clients read the answer only when they have sent all. @throws Problem */
  async *rest(): AsyncGenerator<Buffer> {
    for (let piece = await this.#next(); piece; piece = await this.#next()) yield piece;
  }

  /** SHA-256 of all bytes received. */
  digest(): string {
    return this.#hash.digest('hex');
  }

  async #next(): Promise<Buffer | undefined> {
    const { done, value } = await this.#inTime(this.#arriving.next());
    if (done) return undefined;
    this.#bytes += value.byteLength;
    if (this.#bytes <= this.bounds.bytesMax) return value;
    throw endsHere('BODY_TOO_LARGE', `A statement has at most ${this.bounds.bytesMax} bytes. Send it in parts.`);
  }

  async #inTime<T>(arriving: Promise<T>): Promise<T> {
    const { promise: tooLate, reject } = Promise.withResolvers<never>();
    const { idleMs } = this.bounds;
    const timer = setTimeout(() => reject(endsHere('REQUEST_TIMEOUT', `Nothing arrived for ${idleMs} ms.`)), idleMs);
    try {
      return await Promise.race([arriving.catch(brokeOff), tooLate]);
    } finally {
      clearTimeout(timer);
    }
  }
}

function brokeOff(): never {
  throw endsHere('BAD_REQUEST', 'The upload broke off.');
}

/** The connection is closed after the answer. */
function endsHere(code: ProblemCode, detail: string): Problem {
  return new Problem(code, detail, undefined, { connection: 'close' });
}

/**
 * The records of a CSV text: of each piece of it those that end there. It is read no faster than they are taken.
 * @param firstLine the number of the line with which the text begins
 * @throws UnreadableFile, and the source's errors
 */
export async function* csvRecords(
  text: AsyncIterable<string>,
  delimiter: string,
  firstLine = 1,
): AsyncGenerator<readonly CsvRecord[]> {
  const before = firstLine - 1;
  // Ends of line inside quotes: the parser counts each of their two characters as one.
  let countedTwice = 0;
  let records: CsvRecord[] = [];
  const parser = parse({
    delimiter,
    max_record_size: LINE_BYTES_MAX,
    // A file that was put together from others has more than one kind.
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    // A stray quote is a character of its field.
    relax_quotes: true,
    skip_empty_lines: true,
    // Taken here and not from the parser as a stream, which would be several promises for each of a million lines.
    on_record: (cells: string[], { lines }) => {
      for (const cell of cells) countedTwice += cell.includes('\r\n') ? cell.split('\r\n').length - 1 : 0;
      records.push({ line: before + lines - countedTwice, cells });
      return undefined;
    },
  });
  // Whoever writes into it gets its errors.
  parser.on('error', () => undefined);
  const taken = () => {
    const these = records;
    records = [];
    return these;
  };
  try {
    for await (const piece of text) {
      const error = await parsing((done) => parser.write(piece, done));
      if (records.length > 0) yield taken();
      if (error) throw faultOf(error, before);
    }
    const error = await parsing((done) => parser.end(done));
    if (records.length > 0) yield taken();
    if (error) throw faultOf(error, before);
  } finally {
    parser.destroy();
  }
}

function parsing(start: (done: (error?: Error | null) => void) => void): Promise<Error | undefined> {
  return new Promise((resolve) => {
    start((error) => resolve(error ?? undefined));
  });
}

function faultOf(error: Error, before: number): Error {
  const { code, records = 0, empty_lines = 0 } = error as { code?: string; records?: number; empty_lines?: number };
  if (!code?.startsWith('CSV_')) return error;
  // Where the record began: the parser gave up where it had become too long.
  const line = before + records + empty_lines + 1;
  if (code === 'CSV_QUOTE_NOT_CLOSED') return new UnclosedQuote(line);
  return new UnreadableFile(line, CSV_FAULTS[code] ?? 'it is not CSV that can be read');
}

const CSV_FAULTS: Readonly<Record<string, string>> = {
  CSV_MAX_RECORD_SIZE: TOO_LONG,
  CSV_INVALID_CLOSING_QUOTE: 'a quote is closed in the middle of a field',
};
