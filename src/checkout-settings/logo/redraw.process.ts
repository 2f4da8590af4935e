import { setPriority } from 'node:os';
import { buffer } from 'node:stream/consumers';
import sharp from 'sharp';

/*
 * A process of its own, as it decodes what strangers have made: standard input is a picture, standard output another one that holds nothing but its
 * pixels. It gets no environment, ends when it takes too long, and takes nothing along when it breaks.
 */

const SIDE_MAX = 512;
/** The longest side that is taken, squared. */
const PIXELS_MAX = 4_096 ** 2;
const QUALITY = 90;
/** Payins come first. */
const NICE = 10;

setPriority(NICE);
sharp.cache(false);
sharp.concurrency(1);
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: ['VipsForeignLoadPngBuffer', 'VipsForeignLoadJpegBuffer', 'VipsForeignLoadWebpBuffer'],
});

/** The picture is at fault, and nothing else. */
const CANNOT_BE_READ = 2;

const picture = sharp(await buffer(process.stdin), { limitInputPixels: PIXELS_MAX, failOn: 'error' })
  .autoOrient()
  .resize({ width: SIDE_MAX, height: SIDE_MAX, fit: 'inside', withoutEnlargement: true })
  .webp({ quality: QUALITY });
try {
  const { data, info } = await picture.toBuffer({ resolveWithObject: true });
  const size = Buffer.alloc(8);
  size.writeUInt32BE(info.width, 0);
  size.writeUInt32BE(info.height, 4);
  process.stdout.write(Buffer.concat([size, data]));
} catch {
  process.exitCode = CANNOT_BE_READ;
}
