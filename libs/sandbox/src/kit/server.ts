import { fastify, type FastifyInstance } from 'fastify';
import { ControlError } from './control-input.js';
import { home } from './home.js';
import type { Environment, MountedProvider } from './mount.js';
import { OrderFile } from './order-file.js';
import type { Plays } from './plays.js';
import { isFromOtherSite } from './other-sites.js';

const BODY_MAX_BYTES = 256 * 1024;
const REQUEST_TIMEOUT_MS = 30_000;
const PARAMETER_MAX_LENGTH = 512;

export interface ServerOptions {
  /** 0 takes any free port. */
  readonly port: number;
  /** Default 127.0.0.1: the control API has no authentication. */
  readonly host?: string;
  /** Origin that payment pages are linked with; default the server's own `url`. */
  readonly publicUrl?: string;
  /** Origin of the service whose webhook address the organization has set in each provider's portal. Absent: none is set. */
  readonly serviceUrl?: string;
  /** The file in which orders survive a restart. Absent: memory only. */
  readonly ordersPath?: string;
  /** What the home can have done with the service. Absent: it shows orders only. */
  readonly plays?: Plays;
}

export interface Server {
  /** `http://localhost:PORT` */
  readonly url: string;
  /** Within 2 seconds, also with open sockets and hanging faults. Can be called twice. */
  close(): Promise<void>;
}

export type Mount = (app: FastifyInstance, environment: Environment) => MountedProvider;

/** Serves simulated providers on one port; rejects when the port is taken or the file of orders cannot be read. */
export async function serve(options: ServerOptions, mounts: readonly Mount[]): Promise<Server> {
  const orderFile = new OrderFile(options.ordersPath);
  const stop = new AbortController();
  const app = createServer();
  const providers: MountedProvider[] = [];
  let url = '';
  const shutDown = async (): Promise<void> => {
    // Order matters: end deliberate waits, accept no request, send no webhook, close the file.
    stop.abort();
    await app.close();
    await Promise.all(providers.map((provider) => provider.close()));
    orderFile.close();
  };
  try {
    const publicUrl = (): string => options.publicUrl?.replace(/\/+$/, '') ?? url;
    refuseOtherSites(app, options);
    for (const mount of mounts) {
      const { serviceUrl } = options;
      providers.push(mount(app, { orderFile, publicUrl, serviceUrl, closing: stop.signal }));
    }
    payRoute(app, providers);
    void app.register(async (scope) =>
      home(
        scope,
        providers.map(({ control }) => control),
        options.plays,
      ),
    );
    await app.ready();
    // Before listening: the first request already sees all orders.
    for (const provider of providers) provider.start();
    await app.listen({ port: options.port, host: options.host ?? '127.0.0.1' });
    url = `http://localhost:${portOf(app)}`;
  } catch (error) {
    await shutDown();
    throw error;
  }
  let closing: Promise<void> | undefined;
  return { url, close: () => (closing ??= shutDown()) };
}

/** Of all that changes something, but for what payers and the service do: they come from elsewhere. */
function refuseOtherSites(app: FastifyInstance, { host, publicUrl }: ServerOptions): void {
  const ownNames = [
    ...(host === undefined ? [] : [host]),
    ...(publicUrl === undefined ? [] : [new URL(publicUrl).hostname]),
  ];
  app.addHook('onRequest', async (request) => {
    if (
      request.method === 'GET' ||
      !/^\/(?:control\/|orders\/|providers\/|scenarios$)/.test(request.routeOptions.url ?? '')
    )
      return;
    if (isFromOtherSite(request, ownNames))
      throw new ControlError(403, 'A page of another site sent this: nothing was done.');
  });
}

/**
 * `POST /control/pay` pays like the button of the page whose address the text contains. The text may be more than the address, for
 * instance a payin as the service answers it, so that the output of `curl` can be sent here.
 */
export function payRoute(app: FastifyInstance, providers: readonly MountedProvider[]): void {
  app.post('/control/pay', async (request) => {
    const text = typeof request.body === 'string' ? request.body : '';
    for (const provider of providers) {
      const order = provider.payByAddressIn(text);
      if (order !== undefined) return order;
    }
    throw new ControlError(404, 'The text holds no address of a payment page of this sandbox.');
  });
}

function portOf(app: FastifyInstance): number {
  const address = app.server.address();
  if (address === null || typeof address === 'string') throw new Error('The sandbox listens on TCP only.');
  return address.port;
}

function createServer(): FastifyInstance {
  const app = fastify({
    logger: false,
    bodyLimit: BODY_MAX_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: true,
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: PARAMETER_MAX_LENGTH },
  });
  // A documented sample queries with GET and a body, and the call log must show it.
  app.addHttpMethod('GET', { hasBody: true, overrideExisting: true });
  // Bodies stay text: each provider parses its own, and the call log shows them as they came.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  app.setErrorHandler<Error & { statusCode?: number }>((error, _request, reply) => {
    const status = error instanceof ControlError ? error.status : (error.statusCode ?? 500);
    return reply.code(status).send({ error: error.message });
  });
  app.setNotFoundHandler((request, reply) =>
    reply.code(404).send({ error: `There is no ${request.method} ${request.url} here.` }),
  );
  return app;
}
