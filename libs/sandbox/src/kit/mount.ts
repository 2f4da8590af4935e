import type { FastifyInstance } from 'fastify';
import { CallLog } from './call-log.js';
import { Cashier } from './cashier.js';
import { controlApi, payByAddressIn } from './control.js';
import { answerThrough, FaultPlan } from './faults.js';
import type { OrderFile } from './order-file.js';
import { OrderStore } from './order-store.js';
import type { OrderView } from './order.js';
import { payerPages } from './page.js';
import type { Desk, ProviderTypes, Setup, Simulation } from './simulation.js';
import { Switchboard } from './switchboard.js';

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
  /** Goes on with what an earlier run left under way. */
  start(): void;
  close(): Promise<void>;
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
  const { credentials: chosen, ...switches } = { credentials: {}, ...options };
  const switchboard = new Switchboard(simulation.switches, { ...switches });
  const credentials = { ...simulation.credentials, ...chosen };
  const prefixes = (): string[] => page.addresses.map((address) => `${environment.publicUrl()}/${name}${address}`);
  const pageUrl: Setup<P>['pageUrl'] = (order) =>
    `${environment.publicUrl()}/${name}${page.addressOf?.(order) ?? page.addresses[0] ?? ''}${order.id}`;
  const portalWebhookUrl =
    environment.serviceUrl === undefined ? null : `${environment.serviceUrl.replace(/\/+$/, '')}/webhooks/${name}`;
  const setup = (): Setup<P> => ({ switches: switchboard.current, credentials, pageUrl, portalWebhookUrl });

  const cashier = new Cashier(simulation, new OrderStore<P>(name, environment.orderFile), setup);
  const faults = new FaultPlan<P['operation']>(simulation.operations);
  const calls = new CallLog();
  const desk: Desk<P> = {
    cashier,
    setup,
    operation: (operation, work) => ({
      preValidation: calls.recorder(operation),
      handler: (request, reply) =>
        answerThrough(request, reply, {
          fault: faults.take(operation),
          work: () => work(request),
          closing,
        }),
    }),
  };

  void app.register(
    async (scope) => {
      scope.addHook('onSend', calls.answered);
      await simulation.api(scope, desk);
    },
    { prefix: `/${name}${simulation.apiPath}` },
  );
  void app.register(async (scope) => payerPages(scope, simulation, cashier, setup), { prefix: `/${name}` });
  void app.register(
    async (scope) => controlApi(scope, { simulation, cashier, faults, calls, switchboard, setup, closing }),
    { prefix: `/control/${name}` },
  );
  return {
    start: () => cashier.start(),
    close: () => cashier.close(),
    payByAddressIn: (text) => payByAddressIn(text, prefixes(), { cashier, setup }),
  };
}
