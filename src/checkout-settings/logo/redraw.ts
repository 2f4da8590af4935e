import { spawn } from 'node:child_process';
import { buffer } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { FairSlots, NoSlot } from '@recaudo/fair-share';
import type { PictureType } from '../../http/route-body.js';
import { outsideTurn } from '../../http/turn.js';
import { Problem } from '../../http/problem.js';
import { inspectPicture, PictureRefused } from './picture.js';

/** WebP of at most 512 pixels a side, without anything but its pixels. */
export interface Logo {
  bytes: Buffer;
  width: number;
  height: number;
}

/** Beside this file, as source and as built. */
const PROGRAM = fileURLToPath(import.meta.url).replace(/redraw(\.[jt]s)$/, 'redraw.process$1');
const AT_ONCE_MAX = 2;
const WAITING_MAX = 8;
const WAIT_MS = 10_000;
/** The largest picture takes less than a second. */
const TAKES_MS = 8_000;
const HEADER_BYTES = 8;
const CANNOT_BE_READ = 2;

/** Two processes at once, one for each organization. */
const slots = new FairSlots(AT_ONCE_MAX, WAITING_MAX);

/** @throws Problem LOGO_REJECTED, UNAVAILABLE */
export async function redrawLogo(
  organizationId: string,
  type: PictureType,
  bytes: Buffer,
  takesMs = TAKES_MS,
): Promise<Logo> {
  try {
    inspectPicture(type, bytes);
    return await outsideTurn(() => inTurn(organizationId, bytes, takesMs));
  } catch (error) {
    if (error instanceof PictureRefused) throw new Problem('LOGO_REJECTED', error.message);
    if (error instanceof NoSlot)
      throw new Problem('UNAVAILABLE', 'Other logos are being read. Send it again in a moment.', undefined, {
        'retry-after': '10',
      });
    throw error;
  }
}

async function inTurn(organizationId: string, bytes: Buffer, takesMs: number): Promise<Logo> {
  const release = await slots.take(organizationId, AbortSignal.timeout(WAIT_MS));
  try {
    return await redrawn(bytes, takesMs);
  } finally {
    release();
  }
}

/** @throws PictureRefused where it cannot be decoded, or not in time, or where it breaks the decoder */
async function redrawn(bytes: Buffer, takesMs: number): Promise<Logo> {
  const child = spawn(process.execPath, [PROGRAM], {
    env: {},
    stdio: ['pipe', 'pipe', 'ignore'],
    timeout: takesMs,
    killSignal: 'SIGKILL',
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve);
  });
  // A process that ends early hangs up on what is written to it; why it ended is what counts.
  child.stdin.on('error', () => undefined).end(bytes);
  const [code, written] = await Promise.all([ended, buffer(child.stdout)]);
  if (code !== 0 && code !== CANNOT_BE_READ && code !== null)
    throw new Error(`the program for logos ended with ${code}`);
  if (code !== 0) throw new PictureRefused('The picture cannot be read. Save it anew with a program for pictures.');
  return {
    width: written.readUInt32BE(0),
    height: written.readUInt32BE(4),
    bytes: written.subarray(HEADER_BYTES),
  };
}
