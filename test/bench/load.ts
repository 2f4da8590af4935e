import { setTimeout as wait } from 'node:timers/promises';
import { HttpConnection } from './http-connection.js';

export interface LoadOptions {
  url: URL;
  connections: number;
  seconds: number;
  /** A new request, which differs from every other. */
  next: () => string;
}

export interface Load {
  seconds: number;
  /** How often each status was answered. */
  answers: Record<number, number>;
  latenciesMs: number[];
}

/** A closed loop: each connection sends its next request when the last one is answered. What the other side carries. */
export async function closedLoop(options: LoadOptions): Promise<Load> {
  const { connections, seconds, next } = options;
  return measured(options, connections, async (load, open) => {
    const endsAt = performance.now() + seconds * 1000;
    const keepBusy = async (connection: HttpConnection) => {
      while (performance.now() < endsAt) await exchange(load, connection, next(), performance.now());
    };
    await Promise.all(open.map(keepBusy));
  });
}

/** Timers come up to a millisecond late: the rest of the way is spent awake, at some cost of processor time. */
const AWAKE_MS = 1.2;

/**
 * An open loop: requests begin at random moments (Poisson) at a given rate, whatever the other side does, and their time runs from the
 * moment at which they were meant to begin. What a caller waits.
 */
export async function openLoop(options: LoadOptions & { perSecond: number }): Promise<Load> {
  const { connections, seconds, perSecond, next } = options;
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
      await until(at);
      const connection = idle.pop();
      if (connection) begun.push(begin(connection, { request: next(), at }));
      else waiting.push({ request: next(), at });
    }
    await Promise.all(begun);
  });
}

async function measured(
  { url }: LoadOptions,
  connections: number,
  run: (load: Load, open: readonly HttpConnection[]) => Promise<void>,
): Promise<Load> {
  const open = await Promise.all(Array.from({ length: connections }, () => HttpConnection.open(url)));
  const load: Load = { seconds: 0, answers: {}, latenciesMs: [] };
  const startedAt = performance.now();
  try {
    await run(load, open);
    load.seconds = (performance.now() - startedAt) / 1000;
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

async function until(at: number): Promise<void> {
  const ahead = at - performance.now();
  if (ahead > AWAKE_MS) await wait(ahead - AWAKE_MS);
  while (performance.now() < at) await new Promise(setImmediate);
}
