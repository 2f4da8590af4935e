import type { IncomingHttpHeaders } from 'node:http';
import type { Transform } from 'node:stream';
import type { Dispatcher } from 'undici';
import type { Caller, Connection, ConnectionPool } from './connection-pool.js';
import { decoderOf, type NewDecoder } from './content-coding.js';
import { DEADLINE, OutboundError, toOutboundError } from './outbound-error.js';
import { joinHeaders, type OutboundReply, textOf } from './reply.js';

export interface ExchangeLimits {
  /** On the clock of `performance.now()`. */
  endsAt: number;
  connectTimeoutMs: number;
  /** For the body of a reply of which only the status counts. */
  bodyTimeoutMs: number;
  maxReplyBytes: number;
  /** Once there is a status there is a reply, whatever becomes of the body. */
  statusIsEnough: boolean;
}

/** One request and its reply over one connection, within its limits. */
export class Exchange implements Caller, Dispatcher.DispatchHandler {
  /** False only while it is certain that nothing has left: undici says it just before it writes to a connection that is there. */
  mayHaveLeft = false;

  private request!: Dispatcher.DispatchOptions;
  private resolve!: (reply: OutboundReply) => void;
  private reject!: (error: OutboundError) => void;
  private timer: NodeJS.Timeout | undefined;
  private isOver = false;
  private connection: Connection | undefined;
  private endsAt: number;
  private status: number | undefined;
  private headers: Record<string, string> = {};
  private newDecoder: NewDecoder | undefined;
  private decoder: Transform | undefined;
  private readonly chunks: Buffer[] = [];
  private length = 0;

  constructor(
    private readonly pool: ConnectionPool,
    private readonly origin: string,
    private readonly limits: ExchangeLimits,
  ) {
    this.endsAt = limits.endsAt;
  }

  /** @throws OutboundError when no whole reply was read */
  send(request: Dispatcher.DispatchOptions): Promise<OutboundReply> {
    return new Promise((resolve, reject) => {
      this.request = request;
      this.resolve = resolve;
      this.reject = reject;
      // One timer, first for the connection.
      this.wakeIn(Math.min(this.limits.connectTimeoutMs, this.endsAt - performance.now()));
      this.pool.take(this.origin, this);
    });
  }

  begin(connection: Connection): void {
    this.connection = connection;
    connection.exchange(this.request, this);
  }

  refuse(): void {
    this.fail(undefined);
  }

  onRequestStart(): void {
    // What was given up never leaves, and nothing leaves twice.
    if (this.isOver || this.mayHaveLeft) throw new Error('this request must not leave');
    this.mayHaveLeft = true;
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    // Below are interim responses.
    if (this.isOver || status < 200) return;
    this.status = status;
    this.headers = joinHeaders(headers);
    this.newDecoder = decoderOf(this.headers['content-encoding']);
    if (this.newDecoder) delete this.headers['content-encoding'];
    if (this.limits.statusIsEnough) {
      this.endsAt = Math.min(this.endsAt, performance.now() + this.limits.bodyTimeoutMs);
      this.wakeIn(this.endsAt - performance.now());
    }
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.isOver) return;
    if (!this.newDecoder) return this.read(chunk);
    this.decoder ??= this.decode(this.newDecoder(chunk));
    if (this.decoder.write(chunk)) return;
    controller.pause();
    this.decoder.once('drain', () => controller.resume());
  }

  onResponseEnd(): void {
    const { connection } = this;
    if (this.isOver || !connection) return;
    this.connection = undefined;
    this.pool.release(connection);
    if (this.decoder) this.decoder.end();
    else this.succeed();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.breakOff(error);
  }

  private decode(decoder: Transform): Transform {
    return decoder
      .on('data', (chunk: Buffer) => this.read(chunk))
      .on('end', () => this.succeed())
      .on('error', (error) => this.breakOff(error));
  }

  private read(chunk: Buffer): void {
    if (this.isOver) return;
    const { maxReplyBytes, statusIsEnough } = this.limits;
    this.chunks.push(chunk);
    this.length += chunk.length;
    if (this.length < maxReplyBytes) return;
    if (statusIsEnough) this.succeed();
    else if (this.length > maxReplyBytes)
      this.fail(new OutboundError('too_large', 'the reply is larger than allowed', true));
  }

  private wakeIn(ms: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(wake, Math.max(0, ms), this);
  }

  /** For the timer. */
  wake(): void {
    const leftMs = this.endsAt - performance.now();
    if (this.mayHaveLeft && leftMs > 0) this.wakeIn(Math.ceil(leftMs));
    else this.breakOff(DEADLINE);
  }

  private breakOff(error: unknown): void {
    if (this.status !== undefined && this.limits.statusIsEnough) this.succeed();
    else this.fail(error);
  }

  private succeed(): void {
    if (this.isOver) return;
    this.end();
    const { status, headers } = this;
    this.resolve({ status: status!, headers, bodyText: textOf(this.chunks, this.limits.maxReplyBytes) });
  }

  private fail(error: unknown): void {
    if (this.isOver) return;
    this.end();
    this.reject(toOutboundError(error, this.mayHaveLeft));
  }

  private end(): void {
    this.isOver = true;
    clearTimeout(this.timer);
    this.decoder?.destroy();
    if (this.connection) this.pool.close(this.connection);
    else if (!this.mayHaveLeft) this.pool.giveUp(this.origin, this);
  }
}

function wake(exchange: Exchange): void {
  exchange.wake();
}
