import type { ServerResponse } from 'node:http';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from '../../http/problem.js';
import { isOpen } from '../../payins/domain/status.js';
import { networkOf } from '../visitor-limits.js';
import { type PayinKey, PayinWatcher } from './payin-watcher.js';

/** Streams at once, in this process. Whoever gets none polls. */
export const STREAMS = { ofProcess: 5_000, ofToken: 10, ofAddress: 500 } as const;

/** Within the shortest time after which a proxy cuts a silent connection. */
const HEARTBEAT_MS = 20_000;
/** A page that stays open longer asks for another stream. */
const LIFE_MS = 30 * 60_000;
/** What a reader may leave unread: one that has gone without a word is noticed by it. */
const UNREAD_BYTES_MAX = 4 * 1024;
const RETRY_AFTER_SECONDS = '5';

interface Stream {
  response: ServerResponse;
  end(): void;
}

/** Server-sent events for the pages of payins. A stream holds no turn of a request, and ends with its payin. */
@Injectable()
export class EventStreams implements OnModuleDestroy {
  readonly #streams = new Set<Stream>();
  readonly #counts = new Map<string, number>();
  #heartbeat: NodeJS.Timeout | undefined;
  #isOver = false;

  constructor(private readonly watcher: PayinWatcher) {}

  get count(): number {
    return this.#streams.size;
  }

  /**
   * @param known the version that the page shows
   * @throws Problem RATE_LIMITED, OVERLOADED, with nothing sent
   */
  open(request: FastifyRequest, reply: FastifyReply, token: string, payin: PayinKey, known: number): void {
    const shares = [`token ${token}`, `address ${networkOf(request)}`] as const;
    this.#refuse(shares);
    // The stream costs no work while nothing happens: its turn is for others.
    request.turn?.end();
    reply.hijack();
    const { raw: response } = reply;
    response.writeHead(200, {
      ...(reply.getHeaders() as Record<string, string>),
      'content-type': 'text/event-stream; charset=utf-8',
      // Proxies of nginx's kind would keep events until there are many.
      'x-accel-buffering': 'no',
    });
    response.write(`retry: 2000\n\n`);
    const unwatch = this.watcher.watch(payin, known, ({ version, status }) => {
      response.write(`event: change\ndata: {"version":${version},"status":"${status}"}\n\n`);
      if (!isOpen(status)) stream.end();
    });
    const life = setTimeout(() => stream.end(), LIFE_MS).unref();
    const stream: Stream = { response, end: () => void response.end() };
    this.#streams.add(stream);
    this.#count(shares, 1);
    this.#heartbeat ??= setInterval(() => this.#beat(), HEARTBEAT_MS).unref();
    const close = () => {
      clearTimeout(life);
      unwatch();
      this.#streams.delete(stream);
      this.#count(shares, -1);
      if (this.#streams.size > 0) return;
      clearInterval(this.#heartbeat);
      this.#heartbeat = undefined;
    };
    if (response.closed) close();
    else response.once('close', close);
  }

  onModuleDestroy(): void {
    this.#isOver = true;
    for (const stream of this.#streams) stream.end();
  }

  #refuse([token, address]: readonly [string, string]): void {
    const wait = { 'retry-after': RETRY_AFTER_SECONDS };
    if (this.#isOver || this.#streams.size >= STREAMS.ofProcess)
      throw new Problem('OVERLOADED', 'Poll instead.', undefined, wait);
    if (this.#of(token) >= STREAMS.ofToken || this.#of(address) >= STREAMS.ofAddress)
      throw new Problem('RATE_LIMITED', 'Too many streams are open. Poll instead.', undefined, wait);
  }

  #beat(): void {
    for (const { response } of this.#streams) {
      if (response.writableLength > UNREAD_BYTES_MAX) response.destroy();
      else response.write(':\n\n');
    }
  }

  #of(share: string): number {
    return this.#counts.get(share) ?? 0;
  }

  #count(shares: readonly string[], by: 1 | -1): void {
    for (const share of shares) {
      const count = this.#of(share) + by;
      if (count > 0) this.#counts.set(share, count);
      else this.#counts.delete(share);
    }
  }
}
