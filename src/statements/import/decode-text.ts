import { isAscii, isUtf8 } from 'node:buffer';
import type { DeclaredEncoding, TextEncoding } from '../../http/text-encodings.js';

/** The file cannot be read from this line on. */
export class UnreadableFile extends Error {
  constructor(
    readonly line: number,
    message: string,
  ) {
    super(message);
    this.name = 'UnreadableFile';
  }
}

const NAMES: Readonly<Record<TextEncoding, string>> = {
  'utf-8': 'UTF-8',
  'windows-1252': 'Windows-1252 (or another encoding of one byte a letter)',
  'utf-16le': 'UTF-16, the lower byte first',
  'utf-16be': 'UTF-16, the higher byte first',
};

/** Bytes needed to detect an encoding; also the longest character of UTF-8. */
const ENOUGH_BYTES = 4;

/** Characters that no text has: a decoder writes some of them for bytes that its encoding does not have. */
const DAMAGE: Readonly<Record<TextEncoding | 'ascii', readonly [RegExp, string]>> = {
  ascii: [/\0/, 'it is not text; save the file as CSV in UTF-8'],
  'utf-8': [
    /[\0\uFFFD]/,
    'it is not UTF-8 like the lines before it, or a letter was lost; save the whole file in UTF-8',
  ],
  // TextDecoder makes control characters of the five unused bytes.
  'windows-1252': [
    /[\0\u0081\u008D\u008F\u0090\u009D]/,
    'it is not text in Windows-1252, UTF-8 or UTF-16; save the file as CSV in UTF-8',
  ],
  'utf-16le': [/[\0\uFFFD]/, 'it is not UTF-16 that can be read; save the file as CSV in UTF-8'],
  'utf-16be': [/[\0\uFFFD]/, 'it is not UTF-16 that can be read; save the file as CSV in UTF-8'],
};

/**
 * Decodes the bytes of a file as they arrive. The byte order mark, the zeros of UTF-16 or the first character that is not ASCII show the
 * encoding: a character that is not valid UTF-8 is Windows-1252, as Excel writes it. The encoding never changes within a file, and must be
 * the declared one.
 */
export class TextOfBytes {
  #held: Buffer = Buffer.alloc(0);
  #begun = false;
  #encoding: TextEncoding | undefined;
  #decoder: InstanceType<typeof TextDecoder> | undefined;
  #lines = 1;

  constructor(private readonly declared: DeclaredEncoding | undefined) {}

  /** As far as it is known; ASCII is UTF-8, too. */
  get encoding(): TextEncoding {
    return this.#encoding ?? 'utf-8';
  }

  /** @param piece the next bytes; undefined at the end @throws UnreadableFile */
  decode(piece: Buffer | undefined): string {
    const isEnd = piece === undefined;
    if (piece) this.#held = this.#held.length > 0 ? Buffer.concat([this.#held, piece]) : piece;
    if (!this.#begun) {
      if (this.#held.length < ENOUGH_BYTES && !isEnd) return '';
      this.#begun = true;
      this.#settle(encodingOfBeginning(this.#held));
    }
    return (this.#encoding ? '' : this.#ascii(isEnd)) + (this.#encoding ? this.#decoded(isEnd) : '');
  }

  /** ASCII is the same in UTF-8 and Windows-1252; the first other character shows which it is. */
  #ascii(isEnd: boolean): string {
    const first = isAscii(this.#held) ? this.#held.length : this.#held.findIndex((byte) => byte > 0x7f);
    const text = this.#checked(this.#take(first).toString('latin1'), 'ascii');
    if (this.#held.length >= ENOUGH_BYTES || (isEnd && this.#held.length > 0))
      this.#settle(beginsWithUtf8(this.#held) ? 'utf-8' : 'windows-1252');
    return text;
  }

  #decoded(isEnd: boolean): string {
    const encoding = this.#encoding!;
    this.#decoder ??= new TextDecoder(encoding);
    return this.#checked(this.#decoder.decode(this.#take(this.#held.length), { stream: !isEnd }), encoding);
  }

  #settle(found: TextEncoding | undefined): void {
    const isUtf16 = found === 'utf-16le' || found === 'utf-16be';
    const { declared } = this;
    const isDeclaredUtf16 = declared?.startsWith('utf-16') ?? false;
    const fits = declared === undefined || declared === found || (declared === 'utf-16' && isUtf16);
    if (!fits && (found !== undefined || isDeclaredUtf16)) {
      const is = found ? NAMES[found] : 'not UTF-16';
      const message = `it is ${is}, and the Content-Type has charset=${declared}; send the true charset, or none`;
      throw new UnreadableFile(this.#lines, message);
    }
    this.#encoding = found;
  }

  #take(bytes: number): Buffer {
    const taken = this.#held.subarray(0, bytes);
    this.#held = this.#held.subarray(bytes);
    return taken;
  }

  #checked(text: string, encoding: TextEncoding | 'ascii'): string {
    const [fault, message] = DAMAGE[encoding];
    const at = text.search(fault);
    if (at >= 0) throw new UnreadableFile(this.#lines + lineEnds(text.slice(0, at)), message);
    this.#lines += lineEnds(text);
    return text;
  }
}

const BYTE_ORDER_MARKS: readonly (readonly [Buffer, TextEncoding])[] = [
  [Buffer.from([0xef, 0xbb, 0xbf]), 'utf-8'],
  [Buffer.from([0xff, 0xfe]), 'utf-16le'],
  [Buffer.from([0xfe, 0xff]), 'utf-16be'],
];

/** Workbooks: a zip, or the older format. */
const WORKBOOKS = [Buffer.from('PK\u0003\u0004', 'latin1'), Buffer.from([0xd0, 0xcf, 0x11, 0xe0])];

/** @returns undefined as long as all is ASCII */
function encodingOfBeginning(bytes: Buffer): TextEncoding | undefined {
  if (WORKBOOKS.some((mark) => bytes.subarray(0, mark.length).equals(mark)))
    throw new UnreadableFile(1, 'it is a workbook and not CSV; save it as "CSV UTF-8"');
  const marked = BYTE_ORDER_MARKS.find(([mark]) => bytes.subarray(0, mark.length).equals(mark));
  if (marked) return marked[1];
  const [first, second] = bytes;
  // A header begins with a letter, and UTF-16 writes one byte of it as zero.
  if (first !== 0 && second === 0) return 'utf-16le';
  return first === 0 && second !== 0 && second !== undefined ? 'utf-16be' : undefined;
}

function beginsWithUtf8(bytes: Buffer): boolean {
  return [2, 3, 4].some(
    (length) => bytes.length >= length && isUtf8(bytes.subarray(0, length)) && !isAscii(bytes.subarray(0, 1)),
  );
}

function lineEnds(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}
