import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Below those that an operating system gives to connections that leave: nobody but a test takes one of these by chance. */
const FIRST = 10_000;
const LAST = 32_000;

/** A port that nobody listens at. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(FIRST, LAST);
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
