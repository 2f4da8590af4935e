import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  asObject,
  ControlError,
  optionalChoice,
  optionalInteger,
  refuseUnknownKeys,
  required,
  type JsonObject,
} from './control-input.js';

const DELAY_MAX_MS = 600_000;
const TIMES_MAX = 10_000;
const GARBAGE = '<html><body><h1>502 Bad Gateway</h1></body>';

interface Executed {
  /** true: the provider does the work first and the fault affects its reply. Default false. */
  readonly executed?: boolean;
}

/**
 * What goes wrong with a call. `delay` answers normally afterwards, and without `executed` does nothing for a client that
 * left meanwhile. `lose_reply` always does the work first; `hang` lasts until the client leaves or the sandbox closes.
 */
export type Fault =
  | ({ kind: 'status'; status: number; headers?: Record<string, string>; body?: unknown } & Executed)
  | ({ kind: 'delay'; delayMs: number } & Executed)
  | ({ kind: 'reset' } & Executed)
  | ({ kind: 'garbage'; body?: string } & Executed)
  | ({ kind: 'hang' } & Executed)
  | { kind: 'lose_reply' };

/** What each does, for whoever sets it: the home shows it and docs/sandbox.md has it. */
export const FAULTS = {
  status: 'The call is answered with another HTTP status, headers and body.',
  delay: 'The answer comes later.',
  reset: 'The connection is cut without an answer.',
  garbage: 'The answer is no JSON: a gateway’s page, or a body of your own.',
  hang: 'Nothing is answered until the client leaves.',
  lose_reply: 'The work is done, and the connection is cut before the answer.',
} as const satisfies Record<Fault['kind'], string>;

/** Applies `fault` to the next `times` calls of `operation`, after the faults that were requested before. */
export interface FaultRequest<Operation extends string = string> {
  readonly operation: Operation;
  readonly fault: Fault;
  /** 1 or more; default 1. */
  readonly times?: number;
}

/** What a simulated provider answers without a fault; a string body is sent as it is. */
export interface ProviderAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** The faults still to come, per operation, in the order in which they were requested. */
export class FaultPlan<Operation extends string> {
  #waiting: { operation: Operation; fault: Fault; times: number }[] = [];

  constructor(private readonly operations: readonly Operation[]) {}

  /** Reads the control API's body; throws `ControlError` when it is wrong. */
  add(body: JsonObject): void {
    refuseUnknownKeys(body, ['operation', 'fault', 'times'], 'POST /faults');
    const operation = required(optionalChoice(body, 'operation', this.operations), 'operation');
    const fault = parseFault(asObject(body['fault'], 'fault'));
    this.#waiting.push({ operation, fault, times: optionalInteger(body, 'times', 1, TIMES_MAX) ?? 1 });
  }

  take(operation: Operation | 'unknown'): Fault | undefined {
    const entry = this.#waiting.find((candidate) => candidate.operation === operation);
    if (entry === undefined) return undefined;
    entry.times -= 1;
    if (entry.times === 0) this.#waiting = this.#waiting.filter((candidate) => candidate !== entry);
    return entry.fault;
  }

  list(): readonly Required<FaultRequest<Operation>>[] {
    return this.#waiting;
  }

  clear(): void {
    this.#waiting = [];
  }
}

export interface AnswerContext {
  readonly fault: Fault | undefined;
  /** Does the provider's work. Called at most once. */
  readonly work: () => ProviderAnswer;
  readonly closing: AbortSignal;
}

/** Answers a provider call, through its fault if it has one. */
export async function answerThrough(
  request: FastifyRequest,
  reply: FastifyReply,
  context: AnswerContext,
): Promise<void> {
  const { fault } = context;
  if (fault === undefined) return send(reply, context.work());
  const executed = fault.kind === 'lose_reply' || fault.executed === true;
  const answer = executed ? context.work() : undefined;
  switch (fault.kind) {
    case 'status':
      void reply.headers(fault.headers ?? {});
      return send(reply, { status: fault.status, body: fault.body ?? '' });
    case 'garbage':
      return send(reply, { status: 200, body: fault.body ?? GARBAGE });
    case 'reset':
    case 'lose_reply':
      reply.hijack();
      request.raw.socket.resetAndDestroy();
      return;
    case 'hang':
      reply.hijack();
      return;
    case 'delay':
      if (await clientStays(request, fault.delayMs, context.closing)) return send(reply, answer ?? context.work());
      reply.hijack();
      return;
  }
}

/** Waits; false as soon as the client leaves or the sandbox closes. */
async function clientStays(request: FastifyRequest, delayMs: number, closing: AbortSignal): Promise<boolean> {
  const done = new AbortController();
  const signal = AbortSignal.any([done.signal, closing]);
  try {
    const left = once(request.raw.socket, 'close', { signal }).then(() => false);
    return await Promise.race([sleep(delayMs, true, { signal }), left]);
  } catch {
    return false;
  } finally {
    done.abort();
  }
}

async function send(reply: FastifyReply, answer: ProviderAnswer): Promise<void> {
  void reply.code(answer.status);
  if (typeof answer.body === 'string') {
    if (!reply.hasHeader('content-type')) void reply.header('content-type', 'text/html; charset=utf-8');
    await reply.send(answer.body);
    return;
  }
  if (!reply.hasHeader('content-type')) void reply.header('content-type', 'application/json');
  await reply.send(JSON.stringify(answer.body));
}

const KINDS = Object.keys(FAULTS) as Fault['kind'][];

function parseFault(input: JsonObject): Fault {
  const kind = required(optionalChoice(input, 'kind', KINDS), 'fault.kind');
  const executed = input['executed'];
  if (executed !== undefined && typeof executed !== 'boolean')
    throw new ControlError(400, 'fault.executed must be a boolean.');
  const flag = executed === undefined ? {} : { executed };
  const known = (...keys: string[]): void => refuseUnknownKeys(input, ['kind', 'executed', ...keys], `A ${kind} fault`);
  switch (kind) {
    case 'status': {
      known('status', 'headers', 'body');
      const status = required(optionalInteger(input, 'status', 200, 599), 'fault.status');
      const headers =
        input['headers'] === undefined ? {} : { headers: parseHeaders(asObject(input['headers'], 'fault.headers')) };
      return { kind, status, ...headers, ...(input['body'] === undefined ? {} : { body: input['body'] }), ...flag };
    }
    case 'delay':
      known('delayMs');
      return { kind, delayMs: required(optionalInteger(input, 'delayMs', 0, DELAY_MAX_MS), 'fault.delayMs'), ...flag };
    case 'garbage': {
      known('body');
      const body = input['body'];
      if (body !== undefined && typeof body !== 'string') throw new ControlError(400, 'fault.body must be a string.');
      return { kind, ...(body === undefined ? {} : { body }), ...flag };
    }
    case 'reset':
    case 'hang':
      known();
      return { kind, ...flag };
    case 'lose_reply':
      break;
  }
  known();
  if (executed === false) throw new ControlError(400, 'lose_reply is always executed; use reset.');
  return { kind };
}

function parseHeaders(input: JsonObject): Record<string, string> {
  return Object.fromEntries(
    Object.entries(input).map(([name, value]) => {
      if (typeof value !== 'string' || /[\r\n]/.test(value) || !/^[A-Za-z0-9-]+$/.test(name)) {
        throw new ControlError(400, `fault.headers: ${name} must be a plain header name with a string value.`);
      }
      return [name, value];
    }),
  );
}
