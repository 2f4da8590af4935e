import { connect } from 'node:net';

export interface RawAnswer {
  status: number;
  /** Names in lower case. */
  headers: Record<string, string>;
  body: string;
}

const IDLE_MS = 30_000;

/** Writes bytes as they are to a server on this machine, and reads until it hangs up: for what `fetch` is too polite to send. */
export function sendRaw(url: string, ...parts: (string | Buffer)[]): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect(Number(port), hostname);
    socket.setTimeout(IDLE_MS, () => socket.destroy());
    socket.on('data', (chunk) => chunks.push(chunk));
    // A server may hang up on a body that it refuses; what it said before counts.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      const answer = parse(Buffer.concat(chunks).toString());
      if (answer) resolve(answer);
      else reject(new Error('the server said nothing'));
    });
    for (const part of parts) socket.write(part);
  });
}

function parse(text: string): RawAnswer | undefined {
  const [head = '', ...rest] = text.split('\r\n\r\n');
  const [first = '', ...lines] = head.split('\r\n');
  const status = /^HTTP\/1\.[01] (\d{3})/.exec(first)?.[1];
  if (!status) return undefined;
  const headers = lines.map((line) => [
    line.slice(0, line.indexOf(':')).toLowerCase(),
    line.slice(line.indexOf(':') + 1).trim(),
  ]);
  return {
    status: Number(status),
    headers: Object.fromEntries(headers) as Record<string, string>,
    body: rest.join('\r\n\r\n'),
  };
}
