import type { operations, paths, webhooks } from './schema.js';

export type Method = 'get' | 'put' | 'post' | 'patch' | 'delete';
/** The paths that have the method. */
export type PathOf<M extends Method> = {
  [P in keyof paths]: undefined extends paths[P][M] ? never : P;
}[keyof paths];
export type OperationAt<M extends Method, P extends PathOf<M>> = NonNullable<paths[P][M]>;

type ContentOf<Holder> = Holder extends { content: { 'application/json': infer Content } } ? Content : never;
type ParametersOf<Operation, In extends string> = Operation extends { parameters: Partial<Record<In, infer P>> }
  ? NonNullable<P>
  : never;
type ResponsesOf<Operation> = Operation extends { responses: infer R } ? R : never;
type Done = 200 | 201 | 202 | 204;

/** What an operation answers. */
export type AnswerOf<Operation> = {
  [S in Extract<keyof ResponsesOf<Operation>, Done>]: S extends 204 ? undefined : ContentOf<ResponsesOf<Operation>[S]>;
}[Extract<keyof ResponsesOf<Operation>, Done>];
export type BodyOf<Operation> = Operation extends { requestBody?: infer R } ? ContentOf<NonNullable<R>> : never;
export type QueryOf<Operation> = ParametersOf<Operation, 'query'>;
export type ParamsOf<Operation> = ParametersOf<Operation, 'path'>;

type ProblemOf<Operation> =
  ResponsesOf<Operation> extends { 404: { content: { 'application/problem+json': infer P } } } ? P : never;

type Answer<Id extends keyof operations> = AnswerOf<operations[Id]>;
type Body<Id extends keyof operations> = Sent<BodyOf<operations[Id]>>;
type LeftOut<T, Name extends keyof T> = object extends Pick<T, Name> ? undefined : never;
type Several<Value> = Value extends readonly (infer T)[] ? T | readonly T[] : Value;
/** What may be left out may be undefined, too: it is not sent. */
export type Sent<T> = { [Name in keyof T]: T[Name] | LeftOut<T, Name> };
/** Where several values are taken, one stands for itself. */
export type Filters<T> = { [Name in keyof T]: Several<T[Name]> | LeftOut<T, Name> };
type Query<Id extends keyof operations> = Filters<Omit<QueryOf<operations[Id]>, 'cursor'>>;
type RowOf<Page> = Page extends { data: readonly (infer Row)[] } ? Row : never;

export interface Page<Row> {
  data: Row[];
  pageInfo: { hasNext: boolean; nextCursor: string | null };
}

// Interfaces where they can be: editors then show their name instead of all of their fields.
export interface Payin extends Answer<'getPayin'> {}
export type PayinStatus = Payin['status'];
export type Rail = Payin['rail'];
export type Instructions = NonNullable<Payin['instructions']>;
export interface CreatePayin extends Body<'createPayin'> {}
export interface ListPayins extends Query<'listPayins'> {}
export interface SearchPayins extends Omit<Body<'searchPayins'>, 'cursor'> {}
export type PayinEvent = RowOf<Answer<'listPayinEvents'>>;
export interface Explanation extends Answer<'explainPayin'> {}
export type LedgerEntry = RowOf<Answer<'listPayinLedgerEntries'>>;

export interface Refund extends Answer<'getRefund'> {}
export interface RequestRefund extends Body<'requestRefund'> {}
export interface PayRefund extends Body<'payRefund'> {}
export interface ListRefunds extends Query<'listRefunds'> {}

export interface PaymentLink extends Answer<'getPaymentLink'> {}
export interface CreatePaymentLink extends Body<'createPaymentLink'> {}
export interface UpdatePaymentLink extends Body<'updatePaymentLink'> {}
export interface ListPaymentLinks extends Query<'listPaymentLinks'> {}

export type RailTerms = RowOf<Answer<'listRails'>>;
export type PseBank = Answer<'listPseBanks'>[number];
export interface ListPseBanks extends Query<'listPseBanks'> {}

export interface Discrepancy extends Answer<'getDiscrepancy'> {}
export type ListedDiscrepancy = RowOf<Answer<'listDiscrepancies'>>;
export interface ListDiscrepancies extends Query<'listDiscrepancies'> {}
export interface ResolveDiscrepancy extends Body<'resolveDiscrepancy'> {}
export interface RejectDiscrepancy extends Body<'rejectDiscrepancy'> {}

export interface WebhookEndpoint extends Answer<'getWebhookEndpoint'> {}
export interface WebhookEndpointWithSecret extends Answer<'createWebhookEndpoint'> {}
export interface CreateWebhookEndpoint extends Body<'createWebhookEndpoint'> {}
export interface UpdateWebhookEndpoint extends Body<'updateWebhookEndpoint'> {}

export interface Notification extends Answer<'getNotification'> {}
export type ListedNotification = RowOf<Answer<'listNotifications'>>;
export interface ListNotifications extends Query<'listNotifications'> {}
export interface ResendNotifications extends Body<'resendNotifications'> {}

/** Problem details (RFC 9457). */
export type Problem = ProblemOf<operations['getPayin']>;
/** Every code with which Recaudo says what is wrong. */
export type ProblemCode = Problem['code'];
export type FieldProblem = NonNullable<Problem['errors']>[number];

/** Every type of event that Recaudo notifies of. */
export type EventType = keyof webhooks;
type MessageOf<Type extends EventType> = BodyOf<NonNullable<webhooks[Type]['post']>>;

/** An event, by its `type`. `id` is the same however often it comes. */
export type RecaudoEvent = { [Type in EventType]: MessageOf<Type> & { id: string } }[EventType];
/** What the events of a type carry. */
export type EventData<Type extends EventType> = Extract<RecaudoEvent, { type: Type }>['data'];

/** An event as `events` lists it: `data` is as it is now. */
export type EventInOrder = Exclude<RecaudoEvent, { type: 'webhook_endpoint.test' }>;
export interface FollowEvents extends Filters<QueryOf<operations['listEvents']>> {}
export interface ListEvents extends Omit<FollowEvents, 'wait'> {}
