import { createHash } from 'node:crypto';
import { pipeline, Readable } from 'node:stream';
import { parse } from 'csv-parse';
import { Problem, type ProblemCode } from '../../http/problem.js';
import type { DeclaredEncoding } from '../../http/text-encodings.js';
import { TextOfBytes, UnreadableFile } from './decode-text.js';

/** A line may be this long; a quote that is never closed makes an endless one. */
export const LINE_BYTES_MAX = 64 * 1024;
export const TOO_LONG = `it is longer than ${LINE_BYTES_MAX / 1024} KiB; perhaps a quote before it is not closed`;

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

/** An upload, one piece at a time: bounded in size and time, hashed, and text or refused. */
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
    // The connection outlives a refusal: the caller is to read the answer.
    this.#arriving = body.iterator({ destroyOnReturn: false }) as AsyncIterator<Buffer>;
    this.#text = new TextOfBytes(declared);
  }

  /** @throws UnreadableFile, or a Problem that says what became of the upload */
  async *text(): AsyncGenerator<string> {
    for (;;) {
      const piece = await this.#next();
      if (piece) this.#hash.update(piece);
      const text = this.#text.decode(piece);
      if (text !== '') yield text;
      if (!piece) return;
    }
  }

  /** What is left, to be read to no purpose: many clients listen only when they have sent all. @throws Problem */
  async *rest(): AsyncGenerator<Buffer> {
    for (let piece = await this.#next(); piece; piece = await this.#next()) yield piece;
  }

  /** SHA-256 of all that came. */
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

/** Nothing more is read of this connection. */
function endsHere(code: ProblemCode, detail: string): Problem {
  return new Problem(code, detail, undefined, { connection: 'close' });
}

/**
 * The records of a CSV text, read as slowly as they are taken.
 * @param firstLine the number of the line with which the text begins
 * @throws UnreadableFile; whatever the source throws
 */
export async function* csvRecords(
  text: AsyncIterable<string>,
  delimiter: string,
  firstLine = 1,
): AsyncGenerator<CsvRecord> {
  const parser = parse({
    delimiter,
    info: true,
    max_record_size: LINE_BYTES_MAX,
    // All of them: a file put together of others has more than one.
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    // A stray quote is a character; the field's own rule decides about it.
    relax_quotes: true,
    skip_empty_lines: true,
  });
  pipeline(Readable.from(text), parser, () => undefined);
  const before = firstLine - 1;
  // Ends of line inside quotes: the parser takes each of their two characters for one.
  let countedTwice = 0;
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: { lines: number } }>) {
      for (const cell of record) countedTwice += cell.includes('\r\n') ? cell.split('\r\n').length - 1 : 0;
      yield { line: before + info.lines - countedTwice, cells: record };
    }
  } catch (error) {
    const {
      code,
      records = 0,
      empty_lines = 0,
    } = (error ?? {}) as { code?: string; records?: number; empty_lines?: number };
    if (!code?.startsWith('CSV_')) throw error;
    // Where the record began: the parser gave up where it had become too long.
    const message = CSV_FAULTS[code] ?? 'it is not CSV that can be read';
    throw new UnreadableFile(before + records + empty_lines + 1, message);
  }
}

const CSV_FAULTS: Readonly<Record<string, string>> = {
  CSV_MAX_RECORD_SIZE: TOO_LONG,
  CSV_QUOTE_NOT_CLOSED: 'a quote is opened and never closed',
  CSV_INVALID_CLOSING_QUOTE: 'a quote is closed in the middle of a field',
};
