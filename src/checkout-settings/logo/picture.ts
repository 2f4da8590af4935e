import type { PictureType } from '../../http/route-body.js';

export const PICTURE_SIDE_MAX = 4_096;
/** A progressive JPEG has about ten. Each is decoded over the whole picture, and can be a few bytes long. */
const SCANS_MAX = 32;

/** Why a picture is not taken, in a sentence for whoever sent it. */
export class PictureRefused extends Error {}

interface Found {
  width: number;
  height: number;
  /** Where the picture ends. */
  end: number;
}

/**
 * Reads the frame of a picture and decodes nothing of it: its kind, its size, and that it ends where the file ends.
 * @throws PictureRefused
 */
export function inspectPicture(type: PictureType, bytes: Buffer): void {
  const read = READERS[type];
  let found: Found | undefined;
  try {
    found = read(bytes);
  } catch (error) {
    if (error instanceof RangeError) throw cutOff();
    throw error;
  }
  if (!found) throw new PictureRefused(`The body is not a picture of the type ${type}, which its header says.`);
  const { width, height, end } = found;
  if (width === 0 || height === 0) throw new PictureRefused('The picture has no size.');
  if (width > PICTURE_SIDE_MAX || height > PICTURE_SIDE_MAX)
    throw new PictureRefused(
      `The picture is ${width} × ${height} pixels; neither side may be longer than ${PICTURE_SIDE_MAX}.`,
    );
  if (end > bytes.length) throw cutOff();
  if (end < bytes.length)
    throw new PictureRefused(
      'The file goes on after the end of the picture. Save it anew with a program for pictures.',
    );
}

function cutOff(): PictureRefused {
  return new PictureRefused('The picture is cut off: send the whole file.');
}

/** Each answers undefined for another kind of file, and throws RangeError where it wants to read behind the end. */
const READERS: Readonly<Record<PictureType, (bytes: Buffer) => Found | undefined>> = {
  'image/png': readPng,
  'image/jpeg': readJpeg,
  'image/webp': readWebp,
};

const PNG = Buffer.from('89504e470d0a1a0a', 'hex');
/** Its length and its name before a chunk's content, and its check sum after it. */
const PNG_CHUNK_BYTES = 12;

function readPng(bytes: Buffer): Found | undefined {
  if (!bytes.subarray(0, PNG.length).equals(PNG)) return undefined;
  let at = PNG.length;
  if (bytes.toString('latin1', at + 4, at + 8) !== 'IHDR') return undefined;
  const [width, height] = [bytes.readUInt32BE(at + 8), bytes.readUInt32BE(at + 12)];
  for (;;) {
    const name = bytes.toString('latin1', at + 4, at + 8);
    at += PNG_CHUNK_BYTES + bytes.readUInt32BE(at);
    if (name === 'IEND') return { width, height, end: at };
  }
}

const JPEG_START = 0xd8;
const JPEG_END = 0xd9;
const JPEG_SCAN = 0xda;
/** `SOF0` and so on, but for three markers that stand among them and mean something else. */
const isFrame = (marker: number): boolean => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
/** Without content. */
const isBare = (marker: number): boolean => marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7);

function readJpeg(bytes: Buffer): Found | undefined {
  if (bytes[0] !== 0xff || bytes[1] !== JPEG_START || bytes[2] !== 0xff) return undefined;
  let size: { width: number; height: number } | undefined;
  let scans = 0;
  let at = 2;
  for (;;) {
    at = nextMarker(bytes, at);
    const marker = bytes.readUInt8(at);
    at += 1;
    if (marker === JPEG_END) return size && { ...size, end: at };
    if (isBare(marker)) continue;
    if (isFrame(marker)) {
      if (size) throw new PictureRefused('The file holds more than one picture.');
      size = { height: bytes.readUInt16BE(at + 3), width: bytes.readUInt16BE(at + 5) };
    }
    if (marker === JPEG_SCAN) {
      scans += 1;
      if (scans > SCANS_MAX) throw new PictureRefused(`The picture is made of more than ${SCANS_MAX} scans.`);
    }
    at += bytes.readUInt16BE(at);
  }
}

/** What a scan holds stands before the next marker, without a length. @returns where the marker's number stands */
function nextMarker(bytes: Buffer, from: number): number {
  for (let at = from; ; at += 1) {
    at = bytes.indexOf(0xff, at);
    if (at < 0 || at + 1 >= bytes.length) throw cutOff();
    const next = bytes.readUInt8(at + 1);
    // A byte of the scan that is escaped; filling before a marker; a restart within the scan.
    if (next !== 0x00 && next !== 0xff && !isBare(next)) return at + 1;
  }
}

const WEBP_HEADER_BYTES = 12;
const WEBP_CHUNK_HEADER_BYTES = 8;

function readWebp(bytes: Buffer): Found | undefined {
  if (bytes.toString('latin1', 0, 4) !== 'RIFF' || bytes.toString('latin1', 8, WEBP_HEADER_BYTES) !== 'WEBP')
    return undefined;
  const size = webpSize(bytes);
  if (!size) return undefined;
  const end = WEBP_CHUNK_HEADER_BYTES + bytes.readUInt32LE(4);
  let at = WEBP_HEADER_BYTES;
  while (at < end) at += WEBP_CHUNK_HEADER_BYTES + even(bytes.readUInt32LE(at + 4));
  return { ...size, end: at };
}

function webpSize(bytes: Buffer): { width: number; height: number } | undefined {
  const content = WEBP_HEADER_BYTES + WEBP_CHUNK_HEADER_BYTES;
  switch (bytes.toString('latin1', WEBP_HEADER_BYTES, WEBP_HEADER_BYTES + 4)) {
    case 'VP8X':
      return { width: bytes.readUIntLE(content + 4, 3) + 1, height: bytes.readUIntLE(content + 7, 3) + 1 };
    case 'VP8L': {
      const bits = bytes.readUInt32LE(content + 1);
      return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
    }
    case 'VP8 ':
      return { width: bytes.readUInt16LE(content + 6) & 0x3fff, height: bytes.readUInt16LE(content + 8) & 0x3fff };
    default:
      return undefined;
  }
}

function even(length: number): number {
  return length + (length % 2);
}
