import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { duringRequest, type PinoLogger } from './pino-logger.js';

const OWN_SEGMENT = '[a-z.-]{0,20}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
/** Words of our routes, and our ids. */
const IS_OWN_SEGMENT = new RegExp(`^(?:${OWN_SEGMENT})$`);
const IS_OWN_PATH = new RegExp(`^(?:/(?:${OWN_SEGMENT}))*$`);
const PROBE = /^\/(?:health\/|metrics$)/;
/** Without its message. */
const FAILED = new Error('the answer was a failure');

/** One line a request, when it is answered or its caller has hung up: method, path, status, time, ids. No header, no query and no body is ever logged. */
export function logRequests(fastify: FastifyInstance, { pino }: PinoLogger): void {
  fastify.addHook('onRequest', ({ id: requestId, raw, method }, reply, next) => {
    const path = pathOnly(raw.url);
    const startedAt = Date.now();
    if (!PROBE.test(path)) reply.raw.once('close', () => write(reply.raw));
    next();

    function write(response: ServerResponse): void {
      const { statusCode } = response;
      const durationMs = Date.now() - startedAt;
      const [req, res] = [{ method, path }, { statusCode }];
      // More than can be done is refused as it should be.
      if (statusCode >= 500)
        pino[statusCode === 503 ? 'warn' : 'error'](
          { requestId, req, res, err: FAILED, durationMs },
          'request errored',
        );
      else
        pino.info(
          { requestId, req, res, durationMs },
          isWhole(raw, response) ? 'request completed' : 'request aborted',
        );
    }
  });
  fastify.addHook('preHandler', (request, _reply, next) => duringRequest(request.id, next));
}

/** Everything but our own words may be anybody's data, or a key that was put into the wrong place, and stays out of the log. */
function pathOnly(url = ''): string {
  const query = url.indexOf('?');
  const path = url.slice(0, query < 0 ? 120 : Math.min(query, 120));
  // The words of a contract's paths are not ours: a merchant's reference stands among them.
  const [contract] = /^\/drop-in\/[a-z0-9-]{1,32}\//.exec(path) ?? [];
  if (contract) return `${contract}*`;
  if (IS_OWN_PATH.test(path)) return path;
  return path
    .split('/')
    .map((segment) => (IS_OWN_SEGMENT.test(segment) ? segment : '*'))
    .join('/');
}

function isWhole(request: IncomingMessage, response: ServerResponse): boolean {
  return response.writableEnded && !request.readableAborted;
}
