import { decode as decodePng } from 'fast-png';
import { LRUCache } from 'lru-cache';
import decodeQr from 'qr/decode.js';
import { isEmvCoCode } from './emvco.js';

const PNG_DATA_URL = 'data:image/png;base64,';
/** A code of a payment has at most 177 modules a side; a picture of more pixels is none, and would cost memory. */
const SIDE_MAX = 1_024;
const BYTES_MAX = 256 * 1_024;
/** Where a PNG says its width and height. */
const SIZE_AT = 16;
const OPAQUE = 255;

/** By what the provider gave: reading a picture takes some milliseconds, and a page is shown often. */
const read = new LRUCache<string, { text: string | undefined }>({
  max: 500,
  maxSize: 8_000_000,
  sizeCalculation: (_, qr) => qr.length,
});

/**
 * The EMVCo code that a provider gave, as a text or as a picture of one. It is drawn anew from the text, so that what a payer scans is what was checked.
 * @returns undefined for what is none, or whose CRC is wrong
 */
export function emvCoTextOf(qr: string): string | undefined {
  const text = qr.startsWith(PNG_DATA_URL) ? textInKnownPicture(qr) : qr;
  return text !== undefined && isEmvCoCode(text) ? text : undefined;
}

function textInKnownPicture(qr: string): string | undefined {
  const known = read.get(qr) ?? { text: textInPicture(qr.slice(PNG_DATA_URL.length)) };
  read.set(qr, known);
  return known.text;
}

function textInPicture(base64: string): string | undefined {
  const png = Buffer.from(base64, 'base64');
  if (png.length > BYTES_MAX || png.length < SIZE_AT + 8) return undefined;
  const [width, height] = [png.readUInt32BE(SIZE_AT), png.readUInt32BE(SIZE_AT + 4)];
  if (width === 0 || height === 0 || width > SIDE_MAX || height > SIDE_MAX) return undefined;
  try {
    return decodeQr({ width, height, data: toRgba(decodePng(png), width * height) });
  } catch {
    // It is no picture, or there is no code in it.
    return undefined;
  }
}

type Picture = ReturnType<typeof decodePng>;

function toRgba({ data, channels, depth, palette }: Picture, pixels: number): Uint8ClampedArray {
  const rgba = new Uint8ClampedArray(pixels * 4).fill(OPAQUE);
  const isGray = channels < 3 && !palette;
  const scale = depth === 16 ? 1 / 257 : depth < 8 && !palette ? OPAQUE / (2 ** depth - 1) : 1;
  for (let at = 0; at < pixels; at += 1) {
    const first = data[at * channels]!;
    const color = palette
      ? palette[first]!
      : isGray
        ? [first, first, first]
        : [first, data[at * channels + 1]!, data[at * channels + 2]!];
    for (let part = 0; part < 3; part += 1) rgba[at * 4 + part] = color[part]! * scale;
  }
  return rgba;
}
