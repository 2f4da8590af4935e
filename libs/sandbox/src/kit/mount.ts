import type { FastifyInstance, FastifyRequest, RouteGenericInterface } from 'fastify';
import { CallLog } from './call-log.js';
import { OrderBook } from './order-book.js';
import { type AnyControl, Control, controlApi, payByAddressIn } from './control.js';
import { answerThrough, FaultPlan, type ProviderAnswer } from './faults.js';
import type { OrderFile } from './order-file.js';
import { OrderStore } from './order-store.js';
import type { OrderView } from './order.js';
import { payerPages } from './page.js';
import type { Setup } from './order-rules.js';
import type { ProviderTypes } from './provider-types.js';
import type { ApiContext, Operation, Simulation } from './simulation.js';
import { Switches } from './switches.js';

/** The switches at start (a reset returns to them), and other credentials than the sandbox's own. */
export type SimulationOptions<P extends ProviderTypes> = Partial<P['switches']> & {
  readonly credentials?: Partial<P['credentials']>;
};

/** What all simulated providers of one server share. */
export interface Environment {
  readonly orderFile: OrderFile;
  /** Origin of the payer pages' addresses, known once the server listens. */
  readonly publicUrl: () => string;
  readonly serviceUrl?: string;
  readonly closing: AbortSignal;
}

/** A simulated provider on a server. */
export interface MountedProvider {
  /** Continues what an earlier run left unfinished. */
  start(): void;
  close(): Promise<void>;
  readonly control: AnyControl;
  payByAddressIn(text: string): OrderView<ProviderTypes> | undefined;
}

/** Puts a simulated provider on a server: its API, its payer pages and its part of the control API. */
export function mountSimulation<P extends ProviderTypes>(
  app: FastifyInstance,
  environment: Environment,
  simulation: Simulation<P>,
  options: SimulationOptions<P> | undefined,
): MountedProvider {
  const { closing } = environment;
  const { name, page } = simulation;
  const { credentials: chosenCredentials, ...chosenSwitches } = { credentials: {}, ...options };
  const switches = new Switches(simulation.switches, { ...chosenSwitches });
  const credentials = { ...simulation.credentials, ...chosenCredentials };
  const prefixes = (): string[] => page.addresses.map((address) => `${environment.publicUrl()}/${name}${address}`);
  const pageUrl: Setup<P>['pageUrl'] = (order) =>
    `${environment.publicUrl()}/${name}${page.addressOf?.(order) ?? page.addresses[0] ?? ''}${order.id}`;
  const portalWebhookUrl =
    environment.serviceUrl === undefined ? null : `${environment.serviceUrl.replace(/\/+$/, '')}/webhooks/${name}`;
  const setup = (): Setup<P> => ({ switches: switches.current, credentials, pageUrl, portalWebhookUrl });

  const orderBook = new OrderBook(simulation, new OrderStore<P>(name, environment.orderFile), setup);
  const faults = new FaultPlan<P['operation']>(simulation.operations);
  const calls = new CallLog();
  const operation = <Route extends RouteGenericInterface>(
    called: P['operation'] | 'unknown',
    work: (request: FastifyRequest<Route>) => ProviderAnswer,
  ): Operation<Route> => ({
    preValidation: calls.recorder(called),
    handler: (request, reply) =>
      answerThrough(request, reply, { fault: faults.take(called), work: () => work(request), closing }),
  });
  const context: ApiContext<P> = {
    orderBook,
    setup,
    operation,
    answerOtherwise: (scope, { unknownPath, failure }) => {
      const { preValidation, handler } = operation('unknown', unknownPath);
      scope.setNotFoundHandler({ preValidation }, handler);
      scope.setErrorHandler<Error & { statusCode?: number }>((error, _request, reply) => {
        const answer = failure(error.statusCode ?? 500, error.message);
        return reply.code(answer.status).send(answer.body);
      });
    },
  };

  void app.register(
    async (scope) => {
      scope.addHook('onSend', calls.answered);
      await simulation.api(scope, context);
    },
    { prefix: `/${name}${simulation.apiPath}` },
  );
  void app.register(async (scope) => payerPages(scope, simulation, orderBook, setup), { prefix: `/${name}` });
  const control = new Control<P>({ simulation, orderBook, faults, calls, switches, setup, closing });
  void app.register(async (scope) => controlApi(scope, control), { prefix: `/control/${name}` });
  return {
    control,
    start: () => orderBook.start(),
    close: () => orderBook.close(),
    payByAddressIn: (text) => payByAddressIn(text, prefixes(), control),
  };
}
