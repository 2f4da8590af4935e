import type { FastifyInstance, FastifyReply, FastifyRequest, RouteGenericInterface } from 'fastify';
import type { ProviderAnswer } from './faults.js';
import type { OrderBook } from './order-book.js';
import type { OrderRules, Setup } from './order-rules.js';
import type { Order } from './order.js';
import type { ProviderTypes } from './provider-types.js';

/** The page's own words, and its addresses. */
export interface PageTexts<P extends ProviderTypes> {
  /** Path below the provider's with the parameter that the id follows, as `/payments/main?s=`. */
  readonly addresses: readonly string[];
  /** The address that an order's answers link; without it, the first. */
  addressOf?(order: Pick<Order<P>, 'id' | 'details'>): string;
  readonly statuses: Readonly<Record<P['status'], string>>;
  /** How it is paid, as the payer reads it. */
  rail(order: Order<P>): string;
  /** Name and text, shown between that and the status. */
  facts(order: Order<P>): readonly (readonly [name: string, text: string])[];
  /** Whether the payer can pay another amount than was asked. */
  payerSetsAmount(order: Order<P>, setup: Setup<P>): boolean;
  /** Label of the button that lets the provider's own sandbox rule decide; only with `submit`. */
  readonly submit?: string;
}

/** All that a provider's folder says about it; `mountSimulation` puts it on a server. */
export interface Simulation<P extends ProviderTypes> extends OrderRules<P> {
  /** First segment of all its paths, and its name in the file of orders. */
  readonly name: string;
  /** The API's path below `/{name}`: '' or a path that starts with a slash. */
  readonly apiPath: string;
  readonly credentials: P['credentials'];
  /** Each property is a switch, with its initial value and the decorators that check it. */
  readonly switches: new () => P['switches'];
  readonly operations: readonly P['operation'][];
  readonly statuses: readonly P['status'][];
  api(app: FastifyInstance, context: ApiContext<P>): void | Promise<void>;
  readonly page: PageTexts<P>;
}

/** Options of a route of the provider's API: the call log records it, and faults affect it. */
export interface Operation<Route extends RouteGenericInterface> {
  readonly preValidation: (request: FastifyRequest<Route>) => Promise<void>;
  readonly handler: (request: FastifyRequest<Route>, reply: FastifyReply) => Promise<void>;
}

/** The provider's own answers to what none of its routes answers. */
export interface OtherAnswers {
  readonly unknownPath: (request: FastifyRequest) => ProviderAnswer;
  /** `message` says what is wrong with the request, or, from 500 on, what failed here. */
  readonly failure: (status: number, message: string) => ProviderAnswer;
}

/** What a provider's API is given. */
export interface ApiContext<P extends ProviderTypes> {
  readonly orderBook: OrderBook<P>;
  readonly setup: () => Setup<P>;
  /** The work is synchronous, so that two requests never both win. */
  operation<Route extends RouteGenericInterface = RouteGenericInterface>(
    name: P['operation'],
    work: (request: FastifyRequest<Route>) => ProviderAnswer,
  ): Operation<Route>;
  answerOtherwise(app: FastifyInstance, answers: OtherAnswers): void;
}
