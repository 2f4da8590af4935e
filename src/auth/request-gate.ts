import { Injectable, Logger } from '@nestjs/common';
import { type DropInContract, presentedText } from '@recaudo/drop-in-contract';
import { NOBODY, onBehalfOf } from '@recaudo/fair-share';
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import { ServiceSettings } from '../../config/service.settings.js';
import { DropInRegistry } from '../drop-in-registry/drop-in-registry.js';
import { Admission } from '../http/admission.js';
import { Problem } from '../http/problem.js';
import { sendProblem } from '../http/problem.filter.js';
import { isForOperators, routeOf } from '../http/route-config.js';
import { callerHasGone, Turn } from '../http/turn.js';
import { ApiKeys, hashApiKey } from './api-keys.js';
import './caller-session.js';
import { NO_KEY } from './caller.js';
import './needs.js';
import { actorId, type Principal } from './principal.js';
import { type Rate, RequestRate } from './request-rate.js';
import type { Scope } from './scopes.js';
import { isOwnOrigin, presentedSessionId } from './session-cookie.js';
import { hashSessionId, type PresentSession, Sessions } from './sessions.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Is of the drop-in contract that its path names: it takes that contract's credentials, and answers in its words. */
    dropIn?: boolean;
  }
  interface FastifyRequest {
    turn?: Turn;
  }
}

const API_KEY_LENGTH_MAX = 256;
const UNKNOWN_KEY = 'The API key is not known, or it was revoked, has expired, or may not be used from this address.';
const NO_CREDENTIALS = 'The credentials of the contract are missing.';
const NO_SESSION = 'There is no such session any more. Sign in again.';
const WRONG_KEYS_PER_MINUTE = 60;
/** Of all that a process takes at once, an eighth waits for a turn: those that are worked on side by side end side by side, so that few get one soon. */
const WAITING_PART = 1 / 8;
/** Longer waits help few: who would wait for longer is refused at once. */
const WAIT_MS = 80;
const RETRY_AFTER_SECONDS = '1';
const BODY_COMES_WITHIN_MS = 20;
/** Keys that nobody has come with yet are one share together: a flood of guesses is no organization's. */
const UNKNOWN_KEYS = 'unknown keys';
const UNKNOWN_SESSIONS = 'unknown sessions';

/** Who is let in, before anything of a body is read: first whoever has a key or a session, then whoever's turn it is. Probes and metrics are always let in. */
@Injectable()
export class RequestGate {
  private readonly logger = new Logger('RequestGate');
  private readonly admission: Admission;
  private readonly wrongKeys = new RequestRate(WRONG_KEYS_PER_MINUTE);
  private readonly requests: RequestRate | undefined;

  constructor(
    private readonly apiKeys: ApiKeys,
    private readonly sessions: Sessions,
    private readonly contracts: DropInRegistry,
    private readonly settings: ServiceSettings,
  ) {
    const { REQUESTS_AT_ONCE_MAX, KEY_REQUESTS_PER_MINUTE } = settings;
    this.requests = KEY_REQUESTS_PER_MINUTE > 0 ? new RequestRate(KEY_REQUESTS_PER_MINUTE) : undefined;
    const waitingMax = Math.floor(REQUESTS_AT_ONCE_MAX * WAITING_PART);
    this.admission = new Admission({ workingMax: REQUESTS_AT_ONCE_MAX - waitingMax, waitingMax, waitMs: WAIT_MS });
  }

  /** To be called before the routes are declared. A route that does not say who may come in does not start. */
  guard(fastify: FastifyInstance): void {
    const routes: RouteOptions[] = [];
    fastify.addHook('onRoute', (route) => void routes.push(route));
    fastify.addHook('onReady', (ready) => ready(withoutScope(routes)));
    fastify.addHook(
      'onRequest',
      hook((request, reply) => this.beforeBody(request, reply)),
    );
    fastify.addHook(
      'preValidation',
      hook((request, reply) => this.afterBody(request, reply)),
    );
    fastify.addHook('preHandler', beginHandler);
    // The handler has ended, or there is none. A refusal may stand behind another answer of its connection, for as long as its reader likes.
    fastify.addHook('onSend', (request, _reply, _payload, next) => {
      request.turn?.end();
      next();
    });
  }

  /**
   * Of a request that has waited for long after it was let in.
   * @throws Problem UNAUTHENTICATED where its caller would not be let in now, SCOPE_MISSING
   */
  async checkAgain(request: FastifyRequest): Promise<void> {
    const key = presentedKey(request);
    const principal = key
      ? await this.apiKeys.authenticate(hashApiKey(key), null, request.ip)
      : (await this.sessions.authenticate(hashSessionId(presentedSessionId(request, this.settings) ?? '')))?.principal;
    if (!principal) throw this.unauthenticated(request, key ? UNKNOWN_KEY : NO_SESSION);
    const { scope } = routeOf(request).config;
    if (scope && !principal.scopes.has(scope)) throw this.forbidden(request, principal, scope);
  }

  private beforeBody(request: FastifyRequest, reply: FastifyReply): Perhaps<void> {
    if (request.is404) throw new Problem('NOT_FOUND', 'There is no such route.');
    const { config, url, isForOperators } = routeOf(request);
    if (isForOperators) return;
    if (config.public) {
      // What comes with a body takes its turn when the body is there.
      if (!isArriving(request)) return this.takeTurn(request, reply, url, () => undefined);
      if (this.admission.isFull(url)) refuse(request, reply);
      return;
    }
    const contract = config.dropIn ? this.contractOf(request) : null;
    const key = contract ? presentedTo(contract, request) : presentedKey(request);
    if (key === undefined) {
      if (contract) throw this.unauthenticated(request, NO_CREDENTIALS);
      return this.letInBySession(request, reply);
    }
    const hash = hashApiKey(key);
    const share = this.apiKeys.lastKnownOrganization(hash) ?? UNKNOWN_KEYS;
    return this.takeTurn(request, reply, share, () =>
      after(this.apiKeys.authenticate(hash, contract?.name ?? null, request.ip), (principal) => {
        if (!principal) throw this.unauthenticated(request, UNKNOWN_KEY, this.wrongKeys.count(request.ip));
        this.letIn(request, reply, principal);
      }),
    );
  }

  /** From now on the request is answered in the contract's words. @throws Problem NOT_FOUND */
  private contractOf(request: FastifyRequest): DropInContract {
    const contract = this.contracts.served((request.params as { contract: string }).contract);
    if (!contract) throw new Problem('NOT_FOUND', 'There is no such route.');
    request.problemAs = ({ code, status, detail, errors = [] }) => contract.refusal({ code, status, detail, errors });
    return contract;
  }

  private letInBySession(request: FastifyRequest, reply: FastifyReply): Perhaps<void> {
    const id = presentedSessionId(request, this.settings);
    if (id === undefined) throw this.unauthenticated(request, NO_KEY);
    // A browser sends the cookie for whoever asks it to, and says by itself who that was.
    if (!isReading(request) && !isOwnOrigin(request.headers.origin, this.settings))
      throw new Problem('ORIGIN_REFUSED', 'With a session, send the header Origin of the address of PUBLIC_URL.');
    const idHash = hashSessionId(id);
    const share = this.sessions.lastKnownOrganization(idHash) ?? UNKNOWN_SESSIONS;
    return this.takeTurn(request, reply, share, () =>
      after(this.sessions.authenticate(idHash), (session) => {
        if (!session) throw this.unauthenticated(request, NO_SESSION);
        const { config } = routeOf(request);
        if (!config.session) return this.letIn(request, reply, this.actingIn(session));
        this.countRequest(session.personId, reply);
        request.session = session;
        this.holdTurn(request);
      }),
    );
  }

  /** @throws Problem where the session alone does not say for which organization its person acts, or does not suffice to act */
  private actingIn({ principal, hasSecondFactor }: PresentSession): Principal {
    if (this.settings.REQUIRE_SECOND_FACTOR && !hasSecondFactor)
      throw new Problem('SECOND_FACTOR_REQUIRED', 'Set it up first: POST /session/second-factor.');
    if (!principal) throw new Problem('ORGANIZATION_NOT_PICKED', 'Pick one first: POST /session/organization.');
    return principal;
  }

  /** @throws Problem RATE_LIMITED, SCOPE_MISSING */
  private letIn(request: FastifyRequest, reply: FastifyReply, principal: Principal): void {
    this.countRequest(actorId(principal), reply);
    const { scope } = routeOf(request).config;
    if (scope && !principal.scopes.has(scope)) throw this.forbidden(request, principal, scope);
    request.principal = principal;
    this.holdTurn(request);
  }

  /** A body that comes slowly holds up nobody. Most come with their headers, and keep the turn. */
  private holdTurn(request: FastifyRequest): void {
    if (!isArriving(request)) return;
    request.turn?.endUnlessKept(routeOf(request).config.body === 'file' ? 0 : BODY_COMES_WITHIN_MS);
  }

  /** When the body is there. A file is read piece by piece, as slowly as it comes; how many at once, its own route says. */
  private afterBody(request: FastifyRequest, reply: FastifyReply): Perhaps<void> {
    const { config, url, isForOperators } = routeOf(request);
    if (isForOperators || config.body === 'file' || request.turn?.keep()) return;
    const share = (request.principal ?? request.session?.principal)?.organizationId ?? url;
    return this.takeTurn(request, reply, share, () => undefined);
  }

  /** Goes on with `next`, unless the request is refused. */
  private takeTurn(
    request: FastifyRequest,
    reply: FastifyReply,
    share: string,
    next: () => Perhaps<void>,
  ): Perhaps<void> {
    return after(Turn.take(this.admission, share), (turn) => {
      if (!turn) return refuse(request, reply);
      request.turn = turn;
      if (reply.raw.closed) {
        turn.close();
        throw callerHasGone();
      }
      reply.raw.once('close', () => turn.close());
      return next();
    });
  }

  /** @throws Problem RATE_LIMITED */
  private countRequest(caller: string, reply: FastifyReply): void {
    if (!this.requests) return;
    const rate = this.requests.count(caller);
    void reply.headers(headersOf(rate));
    if (rate.remaining < 0)
      throw rateLimited(
        `A caller may send ${rate.limit} requests a minute. Wait for the seconds of Retry-After.`,
        rate,
      );
  }

  private forbidden(request: FastifyRequest, { organizationId, apiKeyId, personId }: Principal, scope: Scope): Problem {
    const route = routeOf(request).url;
    this.logger.warn(
      { requestId: request.id, route, organizationId, apiKeyId, personId, scope },
      'a caller may not do this',
    );
    return new Problem('SCOPE_MISSING', `This needs the scope ${scope}, which the caller does not have.`);
  }

  private unauthenticated(request: FastifyRequest, detail: string, wrongKeys?: Rate): Problem {
    this.logger.warn({ requestId: request.id, route: routeOf(request).url }, 'a request came without a valid key');
    // Nobody finds a key by guessing: whoever comes with a valid one is let in from the same address all the same.
    if (wrongKeys && wrongKeys.remaining < 0)
      return rateLimited(
        'Too many wrong API keys came from this address. Wait for the seconds of Retry-After.',
        wrongKeys,
      );
    return new Problem('UNAUTHENTICATED', detail, undefined, { 'www-authenticate': 'Bearer' });
  }
}

/** Of the IETF's draft "RateLimit header fields for HTTP", as most APIs send them. */
function headersOf({ limit, remaining, resetSeconds }: Rate): Record<string, string> {
  return {
    'ratelimit-limit': String(limit),
    'ratelimit-remaining': String(Math.max(0, remaining)),
    'ratelimit-reset': String(resetSeconds),
  };
}

function rateLimited(detail: string, { resetSeconds }: Rate): Problem {
  return new Problem('RATE_LIMITED', detail, undefined, { 'retry-after': String(resetSeconds) });
}

function withoutScope(routes: readonly RouteOptions[]): Error | undefined {
  const open = routes.filter(
    ({ url, config }) => !config?.public && !config?.scope && !config?.session && !isForOperators(url),
  );
  if (open.length === 0) return undefined;
  return new Error(
    `neither @Public nor @Needs nor @OwnSession: ${open.map(({ method, url }) => `${String(method)} ${url}`).join(', ')}`,
  );
}

/** Most requests wait for nothing here, and then nothing is put off to a later turn of the event loop's queues. */
type Perhaps<T> = T | Promise<T>;

function after<T>(value: Perhaps<T>, goOn: (value: T) => Perhaps<void>): Perhaps<void> {
  return value instanceof Promise ? value.then(goOn) : goOn(value);
}

/** A hook that goes on at once where its work is done at once, and not at all where it has answered. */
function hook(work: (request: FastifyRequest, reply: FastifyReply) => Perhaps<void>) {
  return (request: FastifyRequest, reply: FastifyReply, next: (error?: Error) => void): void => {
    const goOn = () => (reply.sent ? undefined : next());
    try {
      const pending = work(request, reply);
      if (pending) pending.then(goOn, next);
      else goOn();
    } catch (error) {
      next(error as Error);
    }
  };
}

/** What a handler uses of what is bounded counts as its caller's organization's. */
function beginHandler({ turn, principal }: FastifyRequest, _reply: FastifyReply, next: (error?: Error) => void): void {
  const handle = () => onBehalfOf(principal?.organizationId ?? NOBODY, next);
  if (!turn) handle();
  else if (turn.begin()) turn.run(handle);
  else next(callerHasGone());
}

const OVERLOADED = new Problem(
  'OVERLOADED',
  'Send the same request again after the seconds of Retry-After: it has its effect once.',
  undefined,
  { 'retry-after': RETRY_AFTER_SECONDS },
);

/** Without an error on its way through everything: a refusal must cost next to nothing, or refusing is what the process does. */
function refuse(request: FastifyRequest, reply: FastifyReply): void {
  sendProblem(reply, OVERLOADED, request.id);
}

function isArriving(request: FastifyRequest): boolean {
  return !isReading(request) && !request.raw.complete;
}

function isReading({ method }: FastifyRequest): boolean {
  return method === 'GET' || method === 'HEAD';
}

function presentedTo(contract: DropInContract, { headers }: FastifyRequest): string | undefined {
  const presented = contract.presented(headers);
  return presented && presented.length <= API_KEY_LENGTH_MAX ? presentedText(contract.name, presented) : undefined;
}

function presentedKey({ headers }: FastifyRequest): string | undefined {
  const bearer = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
  const key = bearer ?? headers['x-api-key'];
  return typeof key === 'string' && key.length > 0 && key.length <= API_KEY_LENGTH_MAX ? key : undefined;
}
