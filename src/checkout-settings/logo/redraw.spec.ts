import { crc32, deflateSync } from 'node:zlib';
import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import sharp from 'sharp';
import type { PictureType } from '../../http/route-body.js';
import { inspectPicture, PictureRefused } from './picture.js';
import { redrawLogo } from './redraw.js';

const SCRIPT = '<script>alert(document.domain)</script>';
const ORGANIZATION = '0199a000-0000-7000-8000-000000000000';

interface Picture {
  type: PictureType;
  bytes: Buffer;
}
let png: Picture;
let jpeg: Picture;
let webp: Picture;

beforeAll(async () => {
  const drawn = () => sharp({ create: { width: 800, height: 200, channels: 4, background: '#1d5fa780' } });
  png = { type: 'image/png', bytes: await drawn().png().toBuffer() };
  jpeg = { type: 'image/jpeg', bytes: await drawn().jpeg({ progressive: true }).toBuffer() };
  webp = { type: 'image/webp', bytes: await drawn().webp({ lossless: true }).toBuffer() };
});

const redrawn = ({ type, bytes }: Picture) => redrawLogo(ORGANIZATION, type, bytes);
const withBytes = (picture: Picture, bytes: Buffer): Picture => ({ ...picture, bytes });
const rejected = (drawing: Promise<unknown>, reason: RegExp) =>
  expect(drawing).rejects.toMatchObject({ code: 'LOGO_REJECTED', detail: expect.stringMatching(reason) });
const refused = (picture: Picture, reason: RegExp) => rejected(redrawn(picture), reason);

function pngChunk(name: string, content: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(name, 'latin1'), content]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(content.length);
  sum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, sum]);
}

function pngOf(width: number, height: number, rows: Buffer, others: Buffer[] = []): Picture {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.writeUInt8(1, 8); // One bit, grey.
  const parts = [
    pngChunk('IHDR', header),
    ...others,
    pngChunk('IDAT', deflateSync(rows, { level: 9 })),
    pngChunk('IEND', Buffer.alloc(0)),
  ];
  return { type: 'image/png', bytes: Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), ...parts]) };
}

/** Before the end of a PNG. */
function withPngChunk({ bytes }: Picture, name: string, content: Buffer): Picture {
  const at = bytes.length - 12;
  return withBytes(png, Buffer.concat([bytes.subarray(0, at), pngChunk(name, content), bytes.subarray(at)]));
}

function jpegSegment(marker: number, content: Buffer): Buffer {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(content.length + 2, 2);
  return Buffer.concat([head, content]);
}

describe('a logo', () => {
  it('is drawn anew as WebP of at most 512 pixels a side, as transparent as it was', async () => {
    for (const picture of [png, jpeg, webp]) {
      const { bytes, width, height } = await redrawn(picture);
      const read = await sharp(bytes).metadata();
      expect([picture.type, read.format, read.width, read.height]).toEqual([picture.type, 'webp', 512, 128]);
      expect([width, height]).toEqual([512, 128]);
      expect(read.hasAlpha).toBe(picture !== jpeg);
    }
    const small = await sharp({ create: { width: 20, height: 30, channels: 3, background: '#ffffff' } })
      .png()
      .toBuffer();
    expect(await redrawn(withBytes(png, small))).toMatchObject({ width: 20, height: 30 });
  });

  it('is turned as its camera said, and of a moving picture the first', async () => {
    const turned = await sharp(jpeg.bytes).withMetadata({ orientation: 6 }).jpeg().toBuffer();
    expect(await redrawn(withBytes(jpeg, turned))).toMatchObject({ width: 128, height: 512 });
    const frames = await sharp(
      await Promise.all(
        ['#ff0000', '#00ff00'].map((background) =>
          sharp({ create: { width: 40, height: 40, channels: 3, background } })
            .png()
            .toBuffer(),
        ),
      ),
      { join: { animated: true } },
    )
      .webp({ lossless: true })
      .toBuffer();
    const { bytes } = await redrawn(withBytes(webp, frames));
    expect(await sharp(bytes).metadata()).toMatchObject({ height: 40 });
    const { channels } = await sharp(bytes).stats();
    expect(channels.map(({ mean }) => Math.round(mean / 255))).toEqual([1, 0, 0]);
  });

  it('holds nothing but its pixels: no place, no author, no script', async () => {
    const exif = { IFD0: { Artist: SCRIPT }, IFD3: { GPSLatitude: '4/1 36/1 0/1' } };
    const carriers: Picture[] = [
      withBytes(jpeg, await sharp(jpeg.bytes).withExif(exif).withXmp(`<x>${SCRIPT}</x>`).jpeg().toBuffer()),
      withBytes(webp, await sharp(webp.bytes).withExif(exif).withXmp(`<x>${SCRIPT}</x>`).webp().toBuffer()),
      withPngChunk(png, 'tEXt', Buffer.from(`Comment\0${SCRIPT}`)),
      withPngChunk(png, 'scRp', Buffer.from(SCRIPT)),
      withBytes(
        jpeg,
        Buffer.concat([jpeg.bytes.subarray(0, 2), jpegSegment(0xfe, Buffer.from(SCRIPT)), jpeg.bytes.subarray(2)]),
      ),
    ];
    for (const picture of carriers) {
      expect(picture.bytes.includes('alert(')).toBe(true);
      const { bytes } = await redrawn(picture);
      expect(bytes.includes('alert(')).toBe(false);
      const { exif: kept, xmp, icc, iptc, comments } = await sharp(bytes).metadata();
      expect([kept, xmp, icc, iptc, comments]).toEqual(Array.from({ length: 5 }, () => undefined));
    }
  });
});

describe('what is no logo', () => {
  it('is refused, whatever its header says: SVG, GIF, BMP, TIFF, HTML, another type, nothing', async () => {
    const drawn = sharp({ create: { width: 20, height: 20, channels: 3, background: '#000000' } });
    const others = [
      Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)">${SCRIPT}</svg>`),
      Buffer.from(`<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg>&x;</svg>`),
      await drawn.clone().gif().toBuffer(),
      // A script that begins as a GIF.
      Buffer.from('GIF89a=1;alert(1)//'),
      await drawn.clone().tiff().toBuffer(),
      Buffer.from(`BM${SCRIPT}`),
      Buffer.from(`<!doctype html>${SCRIPT}`),
      Buffer.from('%PDF-1.7'),
      Buffer.alloc(0),
      Buffer.alloc(100),
    ];
    for (const type of ['image/png', 'image/jpeg', 'image/webp'] as const) {
      for (const bytes of others) await refused({ type, bytes }, /is not a picture of the type|cut off/);
      for (const { bytes } of [png, jpeg, webp].filter((picture) => picture.type !== type))
        await refused({ type, bytes }, /is not a picture of the type/);
    }
  });

  it('is refused where the file is something else, too', async () => {
    const archive = Buffer.concat([Buffer.from('PK\u0003\u0004', 'latin1'), Buffer.alloc(40)]);
    for (const picture of [png, jpeg, webp])
      for (const more of [Buffer.from(SCRIPT), archive, Buffer.from([0]), picture.bytes])
        await refused(withBytes(picture, Buffer.concat([picture.bytes, more])), /goes on after the end/);
  });

  it('is refused where it is cut off, or spoiled', async () => {
    for (const picture of [png, jpeg, webp]) {
      for (let part = 1; part < 16; part += 1) {
        const bytes = picture.bytes.subarray(0, Math.floor((picture.bytes.length * part) / 16));
        await refused(withBytes(picture, bytes), /cut off|is not a picture/);
      }
    }
    // Of the right frame, with nothing that could be decoded in it.
    await refused(pngOf(100, 100, Buffer.alloc(3)), /cannot be read/);
    const noise = Buffer.from(webp.bytes);
    noise.fill(0xa5, 26);
    await refused(withBytes(webp, noise), /cannot be read|cut off/);
  });

  it('is refused without being decoded where it would be larger than it may', async () => {
    // 50,000 × 50,000 pixels, in 310 kB.
    const bomb = pngOf(50_000, 50_000, Buffer.alloc(50_000 * (1 + 50_000 / 8)));
    expect(bomb.bytes.length).toBeLessThan(512 * 1024);
    const begun = performance.now();
    await refused(bomb, /50000 × 50000 pixels/);
    expect(performance.now() - begun).toBeLessThan(100);
    await refused(pngOf(4_097, 1, Buffer.alloc(514)), /4097 × 1/);
    await refused(pngOf(0, 1, Buffer.alloc(1)), /no size/);
    const [wideJpeg, wideWebp] = [Buffer.from(jpeg.bytes), Buffer.from(webp.bytes)];
    wideJpeg.writeUInt16BE(65_500, wideJpeg.indexOf(Buffer.from('ffc2', 'hex')) + 5);
    await refused(withBytes(jpeg, wideJpeg), /65500/);
    wideWebp.writeUInt32LE(0x0fffffff, 21);
    await refused(withBytes(webp, wideWebp), /16384 × 16384/);
  });

  it('is refused where a small picture hides a large one', async () => {
    const [head, frame] = [jpeg.bytes.subarray(0, 2), jpeg.bytes.indexOf(Buffer.from('ffc2', 'hex'))];
    const large = jpegSegment(0xc2, Buffer.from('08ff00ff0003012200021101031101', 'hex'));
    const two = Buffer.concat([head, jpeg.bytes.subarray(2, frame), large, jpeg.bytes.subarray(frame)]);
    await refused(withBytes(jpeg, two), /neither side|more than one picture/);
    // Its frame says 16 × 16, and its picture is 800 × 200.
    const extended = Buffer.from('VP8X\u000a\0\0\0\u0010\0\0\0\u000f\0\0\u000f\0\0', 'latin1');
    const inner = Buffer.concat([webp.bytes.subarray(0, 12), extended, webp.bytes.subarray(12)]);
    inner.writeUInt32LE(inner.length - 8, 4);
    await refused(withBytes(webp, inner), /cannot be read/);
  });

  it('is refused where decoding would take for ever: a JPEG of thousands of scans', async () => {
    const scan = jpeg.bytes.lastIndexOf(Buffer.from('ffda', 'hex'));
    const last = jpeg.bytes.subarray(scan, -2);
    const bytes = Buffer.concat([
      jpeg.bytes.subarray(0, scan),
      ...Array.from({ length: Math.floor((500 * 1024) / last.length) }, () => last),
      jpeg.bytes.subarray(-2),
    ]);
    await refused(withBytes(jpeg, bytes), /more than 32 scans/);
  });

  it('costs nothing where it unpacks to much that is not shown', async () => {
    const unpacked = Buffer.alloc(300 * 1024 * 1024);
    const packed = deflateSync(unpacked, { level: 9 });
    expect(packed.length).toBeLessThan(400 * 1024);
    for (const [name, head] of [
      ['zTXt', 'Comment\0\0'],
      ['iCCP', 'profile\0\0'],
      ['iTXt', 'Comment\0\u0001\0\0\0'],
    ] as const) {
      const bomb = pngOf(8, 8, Buffer.alloc(16), [
        pngChunk(name, Buffer.concat([Buffer.from(head, 'latin1'), packed])),
      ]);
      const { bytes } = await redrawn(bomb);
      expect(bytes.length).toBeLessThan(1_000);
    }
    // More rows than the picture has.
    expect((await redrawn(pngOf(8, 8, unpacked))).bytes.length).toBeLessThan(1_000);
  });

  it('is never more than refused, whatever is changed in a picture', () => {
    const changed = fc.record({
      picture: fc.constantFrom(0, 1, 2),
      type: fc.constantFrom<PictureType>('image/png', 'image/jpeg', 'image/webp'),
      changes: fc.array(fc.tuple(fc.nat(3_000), fc.integer({ min: 0, max: 255 })), { maxLength: 20 }),
      kept: fc.nat(6_000),
    });
    fc.assert(
      fc.property(changed, ({ picture, type, changes, kept }) => {
        const bytes = Buffer.from([png, jpeg, webp][picture]!.bytes).subarray(0, kept);
        for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
        try {
          inspectPicture(type, bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(PictureRefused);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('the program that decodes', () => {
  afterEach(() => {
    delete process.env['NODE_OPTIONS'];
  });

  it('has nothing of the service’s environment', async () => {
    // With it, Node would not even start.
    process.env['NODE_OPTIONS'] = '--no-such-option';
    expect(await redrawn(png)).toMatchObject({ width: 512 });
  });

  it('is ended when it takes too long', async () => {
    await rejected(redrawLogo(ORGANIZATION, png.type, png.bytes, 1), /cannot be read/);
  });

  it('runs once for an organization, whoever else waits, and few wait', async () => {
    const outcomes = await Promise.allSettled(Array.from({ length: 12 }, () => redrawn(png)));
    const [done, busy] = [
      outcomes.filter(({ status }) => status === 'fulfilled'),
      outcomes.filter(({ status }) => status === 'rejected'),
    ];
    expect(done.length).toBe(5);
    for (const outcome of busy) expect(outcome).toMatchObject({ reason: { code: 'UNAVAILABLE' } });
    expect(await redrawn(png)).toMatchObject({ width: 512 });
  });
});
