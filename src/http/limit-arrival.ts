import type { IncomingMessage } from 'node:http';
import type { SecurityHeaders } from './security-headers.js';
import { answerUnreadable } from './unreadable-request.js';

/** Node's own limit on requests has to be as long as the longest upload; every other body must be there by then, or is answered with a 408. */
export function limitArrival(request: IncomingMessage, timeoutMs: number, headers: SecurityHeaders): void {
  if (request.method === 'GET' || request.method === 'HEAD') return;
  const timer = setTimeout(() => {
    const error = Object.assign(new Error('the body did not arrive'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' });
    if (!request.complete) answerUnreadable(error, request.socket, headers);
  }, timeoutMs).unref();
  request.once('close', () => clearTimeout(timer));
}
