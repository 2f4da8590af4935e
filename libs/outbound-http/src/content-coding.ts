import type { Transform } from 'node:stream';
import {
  constants,
  createBrotliDecompress,
  createInflate,
  createInflateRaw,
  createUnzip,
  createZstdDecompress,
} from 'node:zlib';

// What has come is unpacked at once, and one that breaks off has no error of its own: the connection has.
const { Z_SYNC_FLUSH, BROTLI_OPERATION_FLUSH, ZSTD_e_flush } = constants;
const ZLIB = { flush: Z_SYNC_FLUSH, finishFlush: Z_SYNC_FLUSH };
const BROTLI = { flush: BROTLI_OPERATION_FLUSH, finishFlush: BROTLI_OPERATION_FLUSH };
const ZSTD = { flush: ZSTD_e_flush, finishFlush: ZSTD_e_flush };

const unzip = (): Transform => createUnzip(ZLIB);
/** Servers mean either by `deflate`: with zlib's head, as the standard says, or bare. */
const inflate = (beginning: Buffer): Transform =>
  beginning[0] === 0x78 ? createInflate(ZLIB) : createInflateRaw(ZLIB);

/** Makes what unpacks a body, of which the beginning is there. */
export type NewDecoder = (beginning: Buffer) => Transform;

const DECODERS: ReadonlyMap<string, NewDecoder> = new Map([
  ['gzip', unzip],
  ['x-gzip', unzip],
  ['compress', unzip],
  ['x-compress', unzip],
  ['deflate', inflate],
  ['br', () => createBrotliDecompress(BROTLI)],
  ['zstd', () => createZstdDecompress(ZSTD)],
]);

/** For the header Accept-Encoding. */
export const ACCEPTED_CODINGS = 'gzip, compress, deflate, br';

/** @param coding of the header Content-Encoding; undefined for one that is not known: its body stays as it is */
export function decoderOf(coding: string | undefined): NewDecoder | undefined {
  return coding === undefined ? undefined : DECODERS.get(coding.toLowerCase());
}
