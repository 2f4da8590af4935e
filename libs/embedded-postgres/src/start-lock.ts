import { open, stat } from 'node:fs/promises';
import { constants } from 'node:fs';
import { type Server, createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { EmbeddedPostgresError, errorCode } from './embedded-postgres.error.js';
import type { Layout } from './layout.js';

/** Gives the lock back. */
export type Release = () => Promise<void>;

const POLL_MS = 50;

/** open(2) of macOS: lock the file exclusively while opening it. Node passes the number on without having a name for it. */
const DARWIN_O_EXLOCK = 0x20;

/**
 * Lets one process at a time start a server in this folder. The kernel holds the lock (on Linux the name of an abstract
 * socket, on macOS a lock on a file), so it vanishes with its process however that ends and there is nothing stale to judge.
 * Throws EmbeddedPostgresError when somebody else keeps it longer than `timeoutMs`.
 */
export async function takeStartLock(layout: Layout, timeoutMs: number): Promise<Release> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const release = process.platform === 'linux' ? await lockByName(layout) : await lockByFile(layout);
    if (release !== undefined) return release;
    if (Date.now() > deadline) {
      throw new EmbeddedPostgresError(
        `Another process has been starting Recaudo's database in ${layout.directory} for ${Math.round(timeoutMs / 1000)} s: stop it, then try again.`,
      );
    }
    await delay(POLL_MS);
  }
}

async function lockByName({ directory }: Layout): Promise<Release | undefined> {
  // Device and inode, so that two spellings of one folder are one lock.
  const { dev, ino } = await stat(directory);
  const server = createServer((socket) => socket.destroy());
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      if (errorCode(error) === 'EADDRINUSE') resolve(undefined);
      else reject(error);
    });
    // `exclusive` keeps workers of node:cluster from sharing the socket, and so the lock.
    server.listen({ path: `\0recaudo-embedded-postgres-${dev}-${ino}`, exclusive: true }, () => {
      server.unref();
      resolve(() => close(server));
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}

async function lockByFile({ startLock }: Layout): Promise<Release | undefined> {
  const flags = constants.O_RDWR | constants.O_CREAT | constants.O_NONBLOCK | DARWIN_O_EXLOCK;
  try {
    const handle = await open(startLock, flags, 0o600);
    return () => handle.close();
  } catch (error) {
    if (errorCode(error) === 'EAGAIN') return undefined;
    throw error;
  }
}
