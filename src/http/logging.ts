import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Params } from 'nestjs-pino';
import type { ServiceSettings } from '../../config/service.settings.js';

/** Ids in paths are ours; everything else in a URL may be the merchant's and stays out of the log. */
function pathOnly(url: string | undefined): string {
  return (url ?? '').split('?')[0]!.slice(0, 120);
}

/** One line a request: method, path, status, time, ids. No header, no query and no body is ever logged. */
export function loggerOptions(settings: ServiceSettings): Params {
  return {
    pinoHttp: {
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
        error || response.statusCode >= 500 ? 'error' : 'info',
      autoLogging: { ignore: (request: IncomingMessage) => pathOnly(request.url).startsWith('/health/') },
    },
  };
}
