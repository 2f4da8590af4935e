import { setTimeout as wait } from 'node:timers/promises';
import { HttpConnection } from './http-connection.js';

export interface LoadOptions {
  url: URL;
  connections: number;
  /** When it ends, by time or by requests. */
  end: { seconds: number } | { requests: number };
  /** A new request, which differs from every other. */
  next: () => string;
}

export interface Load {
  seconds: number;
  done: number;
  /** How often each status was answered. */
  answers: Record<number, number>;
  latenciesMs: number[];
}

/** A closed loop: each connection sends its next request when the last one is answered. What the other side carries. */
export async function closedLoop(options: LoadOptions): Promise<Load> {
  const { connections, end, next } = options;
  let begun = 0;
  return measured(options, connections, async (load, open) => {
    const endsAt = 'seconds' in end ? performance.now() + end.seconds * 1000 : Infinity;
    const requests = 'requests' in end ? end.requests : Infinity;
    const keepBusy = async (connection: HttpConnection) => {
      while (begun < requests && performance.now() < endsAt) {
        begun += 1;
        await exchange(load, connection, next(), performance.now());
      }
    };
    await Promise.all(open.map(keepBusy));
  });
}

/** Timers come up to a millisecond late: the rest of the way is spent awake, at some cost of processor time. */
const AWAKE_MS = 1.2;
/** Above this rate that would take a core from those who are measured. There a request may begin late, and its time runs nevertheless. */
const AWAKE_PER_SECOND_MAX = 300;

/**
 * An open loop: requests begin at random moments (Poisson) at a given rate, whatever the other side does, and their time runs from the
 * moment at which they were meant to begin. What a caller waits.
 */
export async function openLoop(
  options: Omit<LoadOptions, 'end'> & { seconds: number; perSecond: number },
): Promise<Load> {
  const { connections, seconds, perSecond, next } = options;
  const awakeMs = perSecond <= AWAKE_PER_SECOND_MAX ? AWAKE_MS : 0;
  return measured(options, connections, async (load, open) => {
    const idle = [...open];
    const waiting: { request: string; at: number }[] = [];
    const begun: Promise<void>[] = [];
    const begin = async (connection: HttpConnection, { request, at }: { request: string; at: number }) => {
      await exchange(load, connection, request, at);
      const first = waiting.shift();
      if (first) return begin(connection, first);
      idle.push(connection);
    };
    const endsAt = performance.now() + seconds * 1000;
    for (let at = performance.now(); at < endsAt; at += (-Math.log(1 - Math.random()) * 1000) / perSecond) {
      await until(at, awakeMs);
      const connection = idle.pop();
      if (connection) begun.push(begin(connection, { request: next(), at }));
      else waiting.push({ request: next(), at });
    }
    await Promise.all(begun);
  });
}

async function measured(
  { url }: Pick<LoadOptions, 'url'>,
  connections: number,
  run: (load: Load, open: readonly HttpConnection[]) => Promise<void>,
): Promise<Load> {
  const open = await Promise.all(Array.from({ length: connections }, () => HttpConnection.open(url)));
  const load: Load = { seconds: 0, done: 0, answers: {}, latenciesMs: [] };
  const startedAt = performance.now();
  try {
    await run(load, open);
    load.seconds = (performance.now() - startedAt) / 1000;
    load.done = load.latenciesMs.length;
    return load;
  } finally {
    for (const connection of open) connection.close();
  }
}

async function exchange(load: Load, connection: HttpConnection, request: string, at: number): Promise<void> {
  const status = await connection.send(request);
  load.latenciesMs.push(performance.now() - at);
  load.answers[status] = (load.answers[status] ?? 0) + 1;
}

async function until(at: number, awakeMs: number): Promise<void> {
  const ahead = at - performance.now();
  if (ahead > awakeMs) await wait(ahead - awakeMs);
  while (performance.now() < at) await new Promise(setImmediate);
}
