import type { IncomingMessage, ServerResponse } from 'node:http';
import { type AnswerBasics, answerUnreadable } from './unreadable-request.js';

/** What still comes after the answer is read and thrown away for so long: who hangs up on unread bytes takes the answer back from its reader. */
const REST_MS = 2_000;

/** Node's own limit on requests has to be as long as the longest upload; every other body must be there by then, or is answered with a 408. */
export function limitArrival(request: IncomingMessage, timeoutMs: number, basics: AnswerBasics): void {
  if (request.method === 'GET' || request.method === 'HEAD') return;
  const timer = setTimeout(() => {
    const error = Object.assign(new Error('the body did not arrive'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' });
    if (!request.complete) answerUnreadable(error, request.socket, basics);
  }, timeoutMs).unref();
  request.once('close', () => clearTimeout(timer));
}

/** A request that was answered before its end: either the rest comes at once, and the connection goes on, or the connection ends. */
export function limitRest(request: IncomingMessage, response: ServerResponse, restMs = REST_MS): void {
  response.once('finish', () => {
    if (request.complete) return;
    setTimeout(() => {
      if (!request.complete) request.socket.destroy();
    }, restMs).unref();
  });
}
