import type { IncomingMessage, ServerResponse } from 'node:http';
import { RequestMethod } from '@nestjs/common';
import type { Params } from 'nestjs-pino';
import type { DestinationStream } from 'pino';
import type { ServiceSettings } from '../../config/service.settings.js';

/** Words of our routes, and our ids. */
const OWN_SEGMENT = /^(?:[a-z.-]{0,20}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/** Everything else in a URL may be anybody's data, or a key that was put into the wrong place, and stays out of the log. */
function pathOnly(url: string | undefined): string {
  const segments = (url ?? '').split('?')[0]!.slice(0, 120).split('/');
  return segments.map((segment) => (OWN_SEGMENT.test(segment) ? segment : '*')).join('/');
}

/** The router's middleware sees what it has matched cut off from `url`. */
function isProbe(request: IncomingMessage & { originalUrl?: string }): boolean {
  return /^\/(?:health\/|metrics$)/.test(pathOnly(request.originalUrl ?? request.url));
}

/** Lines for a person at a terminal. Everything else gets JSON. */
async function readableLines(): Promise<DestinationStream> {
  const { default: pretty } = await import('pino-pretty');
  return pretty({ sync: true, ignore: 'pid,hostname,req,res,context', singleLine: true, translateTime: 'HH:MM:ss' });
}

/** One line a request: method, path, status, time, ids. No header, no query and no body is ever logged. */
export async function loggerOptions(settings: ServiceSettings): Promise<Params> {
  const isTerminal = process.stdout.isTTY && !settings.production;
  return {
    // The package's own default matches no route of Fastify's.
    forRoutes: [{ path: '*path', method: RequestMethod.ALL }],
    pinoHttp: {
      ...(isTerminal ? { stream: await readableLines() } : {}),
      level: settings.LOG_LEVEL,
      quietReqLogger: true,
      genReqId: (request: IncomingMessage) => request.id,
      serializers: {
        req: ({ method, url }: { method: string; url: string }) => ({ method, path: pathOnly(url) }),
        res: ({ statusCode }: { statusCode: number }) => ({ statusCode }),
        // An error's message may quote what was sent.
        err: ({ type, code }: { type?: string; code?: string }) => ({ type, code }),
      },
      customAttributeKeys: { reqId: 'requestId', responseTime: 'durationMs' },
      customLogLevel: (_request: IncomingMessage, response: ServerResponse, error?: Error) =>
        // More than can be done is refused as it should be.
        response.statusCode === 503 ? 'warn' : error || response.statusCode >= 500 ? 'error' : 'info',
      autoLogging: { ignore: isProbe },
    },
  };
}
