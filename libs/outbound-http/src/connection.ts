import { type ClientRequest, type IncomingMessage, request as requestHttp, type RequestOptions } from 'node:http';
import { request as requestHttps } from 'node:https';

/**
 * The connection of one exchange: bounds the time until it is there, and knows whether anything can have left. Until a connection is
 * there (over TLS: until the server has proved who it is), Node keeps the whole request in this process.
 */
export class Connection {
  /** False only while it is known that there is no connection: where this class is passed by, the answer is the careful one. */
  mayHaveLeft = true;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly timeoutMs: number,
    private readonly exchange: AbortController,
  ) {}

  /** For axios' `transport`, the one place that sees a request before its connection. */
  readonly request = (options: RequestOptions, onReply: (reply: IncomingMessage) => void): ClientRequest => {
    const secure = options.protocol === 'https:';
    this.mayHaveLeft = false;
    const request = (secure ? requestHttps : requestHttp)(options, onReply);
    this.timer = setTimeout(() => this.exchange.abort(), this.timeoutMs);
    request.once('socket', (socket) => {
      if (socket.connecting) socket.once(secure ? 'secureConnect' : 'connect', this.isThere);
      else this.isThere();
    });
    return request;
  };

  /** Call it when the exchange is over. */
  stopWaiting(): void {
    clearTimeout(this.timer);
  }

  private readonly isThere = (): void => {
    this.mayHaveLeft = true;
    this.stopWaiting();
  };
}
