import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { Problem, type ProblemCode } from './problem.js';
import type { SecurityHeaders } from './security-headers.js';

const PROBLEM_OF_ERROR: Readonly<Record<string, readonly [code: ProblemCode, detail: string]>> = {
  HPE_HEADER_OVERFLOW: [
    'HEADERS_TOO_LARGE',
    'Send fewer or shorter headers, or a shorter address: 16 KiB together at most.',
  ],
  ERR_HTTP_REQUEST_TIMEOUT: ['REQUEST_TIMEOUT', 'Send the whole request at once, and again: it has its effect once.'],
};

/** What every answer needs of the settings. */
export interface AnswerBasics {
  headers: SecurityHeaders;
  publicUrl: string;
}

/** Answers what cannot be read as HTTP at all, and so never reaches a route, in the same shape as every other error, and hangs up. */
export function answerUnreadable(
  error: Error & { code?: string },
  socket: Socket,
  { headers, publicUrl }: AnswerBasics,
): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const [code, detail] = PROBLEM_OF_ERROR[error.code ?? ''] ?? [
    'BAD_REQUEST',
    'The request is not HTTP that can be read.',
  ];
  const problem = new Problem(code, detail);
  const requestId = randomUUID();
  const body = JSON.stringify(problem.toBody(requestId, publicUrl));
  const head = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
    'content-type: application/problem+json; charset=utf-8',
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    `x-request-id: ${requestId}`,
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ];
  socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
  socket.destroySoon();
}
