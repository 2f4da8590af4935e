import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { pipeline, Readable } from 'node:stream';
import { parse } from 'csv-parse';
import { Problem, type ProblemCode } from '../http/problem.js';

/** A line may be this long; a quote that is never closed makes an endless one. */
export const LINE_BYTES_MAX = 64 * 1024;

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

/** The file cannot be told apart into lines from here on. */
export class UnreadableFile extends Error {
  constructor(
    readonly line: number,
    message: string,
  ) {
    super(message);
    this.name = 'UnreadableFile';
  }
}

/** The bytes of an upload, one piece at a time: bounded in size and time, hashed, and UTF-8 or refused. */
export class UploadBytes {
  readonly #arriving: AsyncIterator<Buffer>;
  readonly #hash = createHash('sha256');
  readonly #decoder = new TextDecoder('utf-8', { fatal: true });
  #bytes = 0;
  #lines = 1;

  constructor(
    body: Readable,
    private readonly bounds: UploadBounds,
  ) {
    // The connection outlives a refusal: the caller is to read the answer.
    this.#arriving = body.iterator({ destroyOnReturn: false }) as AsyncIterator<Buffer>;
  }

  /** @throws UnreadableFile, or a Problem that says what became of the upload */
  async *pieces(): AsyncGenerator<Buffer> {
    for (;;) {
      const piece = await this.#next();
      this.#decode(piece);
      if (!piece) return;
      this.#hash.update(piece);
      yield piece;
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

  #decode(piece: Buffer | undefined): void {
    try {
      const text = this.#decoder.decode(piece, { stream: piece !== undefined });
      if (text.includes('\0')) throw new TypeError('NUL');
    } catch {
      throw new UnreadableFile(this.#lines + linesBeforeFault(piece), 'it is not UTF-8 text');
    }
    if (piece) this.#lines += linesOf(piece).length - 1;
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

const LF = 10;

function linesOf(piece: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  let from = 0;
  for (let at = piece.indexOf(LF); at >= 0; at = piece.indexOf(LF, from)) {
    lines.push(piece.subarray(from, at));
    from = at + 1;
  }
  return [...lines, piece.subarray(from)];
}

/** The first line may begin with the end of a character, and the last one end with the beginning of one. */
function linesBeforeFault(piece: Buffer = Buffer.alloc(0)): number {
  const [first = piece, ...others] = linesOf(piece);
  const begun = first.findIndex((byte) => (byte & 0b1100_0000) !== 0b1000_0000);
  const lines = [first.subarray(Math.max(0, begun)), ...others];
  const fault = lines.findIndex((line) => !isUtf8(line) || line.includes(0));
  return fault < 0 ? lines.length - 1 : fault;
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
 * @throws UnreadableFile; whatever the source throws
 */
export async function* csvRecords(pieces: AsyncIterable<Buffer>, delimiter: string): AsyncGenerator<CsvRecord> {
  const parser = parse({
    bom: true,
    delimiter,
    info: true,
    max_record_size: LINE_BYTES_MAX,
    relax_column_count: true,
    // A stray quote is a character; the field's own rule decides about it.
    relax_quotes: true,
    skip_empty_lines: true,
  });
  pipeline(Readable.from(pieces), parser, () => undefined);
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: { lines: number } }>)
      yield { line: info.lines, cells: record };
  } catch (error) {
    const {
      code,
      records = 0,
      empty_lines = 0,
    } = (error ?? {}) as { code?: string; records?: number; empty_lines?: number };
    if (!code?.startsWith('CSV_')) throw error;
    // Where the record began: the parser gave up where it had become too long.
    throw new UnreadableFile(records + empty_lines + 1, CSV_FAULTS[code] ?? 'it is not CSV that can be read');
  }
}

const CSV_FAULTS: Readonly<Record<string, string>> = {
  CSV_MAX_RECORD_SIZE: `it is longer than ${LINE_BYTES_MAX / 1024} KiB; perhaps a quote before it is not closed`,
  CSV_QUOTE_NOT_CLOSED: 'a quote is opened and never closed',
  CSV_INVALID_CLOSING_QUOTE: 'a quote is closed in the middle of a field',
};
