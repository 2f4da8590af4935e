import { constants } from 'node:fs';
import { open, readFile, stat } from 'node:fs/promises';
import { createConnection, createServer } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { EmbeddedPostgresError } from './embedded-postgres.error.js';

/** Gives the lock back. */
export type Release = () => void;

const POLL_MS = 50;
/** How long an owner that holds the lock and does not say who it is may take to end. */
const SILENT_OWNER_MS = 5_000;

/** open(2) of macOS: lock the file exclusively while opening it. Node passes the number on without having a name for it. */
const DARWIN_O_EXLOCK = 0x20;

/**
 * Makes this process the owner of a folder. The kernel holds the lock (on Linux the name of an abstract socket, on macOS a lock on a file), so
 * it vanishes with its process however that ends, and there is nothing stale to judge. Throws EmbeddedPostgresError when another one owns it.
 */
export async function takeOwnerLock(directory: string): Promise<Release> {
  const [lock, ownerOf] = process.platform === 'linux' ? [lockName, askOwner] : [lockFile, readOwner];
  const deadline = Date.now() + SILENT_OWNER_MS;
  for (;;) {
    const release = await lock(directory);
    if (release) return release;
    const owner = await ownerOf(directory).catch(() => '');
    if (owner !== '' || Date.now() > deadline)
      throw new EmbeddedPostgresError(
        `Recaudo is already running from this folder (process ${owner || 'unknown'}, data in ${directory}): stop it first.`,
      );
    await delay(POLL_MS);
  }
}

/** Device and inode, so that two spellings of one folder are one lock. */
async function socketName(directory: string): Promise<string> {
  const { dev, ino } = await stat(directory);
  return `\0recaudo-embedded-postgres-${dev}-${ino}`;
}

async function lockName(directory: string): Promise<Release | undefined> {
  const path = await socketName(directory);
  const server = createServer((socket) => socket.on('error', () => undefined).end(String(process.pid)));
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error),
    );
    // `exclusive` keeps workers of node:cluster from sharing the socket, and so the lock.
    server.listen({ path, exclusive: true }, () => {
      server.unref();
      resolve(() => void server.close());
    });
  });
}

async function askOwner(directory: string): Promise<string> {
  const socket = createConnection(await socketName(directory));
  socket.setTimeout(SILENT_OWNER_MS, () => socket.destroy());
  return text(socket);
}

const lockPath = (directory: string) => join(directory, 'owner.lock');

async function lockFile(directory: string): Promise<Release | undefined> {
  const flags = constants.O_RDWR | constants.O_CREAT | constants.O_TRUNC | constants.O_NONBLOCK | DARWIN_O_EXLOCK;
  try {
    const handle = await open(lockPath(directory), flags, 0o600);
    await handle.writeFile(String(process.pid));
    return () => void handle.close();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return undefined;
    throw error;
  }
}

const readOwner = (directory: string) => readFile(lockPath(directory), 'utf8');
