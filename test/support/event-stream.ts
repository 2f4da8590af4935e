import { request } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';

export interface StreamReader {
  status: number;
  headers: IncomingHttpHeaders;
  /** What has come so far. */
  text(): string;
  isOver(): boolean;
  close(): void;
}

/** Opens a stream of server-sent events and keeps what comes. */
export function readEvents(url: string): Promise<StreamReader> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { agent: false }, (response) => {
      let text = '';
      let isOver = false;
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.once('close', () => (isOver = true)).on('error', () => undefined);
      const { statusCode: status = 0, headers } = response;
      resolve({ status, headers, text: () => text, isOver: () => isOver, close: () => outgoing.destroy() });
    });
    outgoing.once('error', reject).end();
  });
}
