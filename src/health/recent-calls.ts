import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type CallPurpose, type OutboundCall, type OutboundErrorKind, OutboundHttp } from '@recaudo/outbound-http';
import { ProviderRegistry } from '../provider-registry/provider-registry.js';

/** Failures of a provider that are kept; the same again and again is one. */
export const FAILURES_KEPT = 20;

const OF_REPLY = ['SERVER_ERROR', 'CREDENTIALS_REFUSED', 'TOO_MANY_CALLS'] as const;
const OF_ERROR = {
  not_connected: 'NOT_CONNECTED',
  broken_off: 'BROKEN_OFF',
  timeout: 'TIMEOUT',
  too_large: 'TOO_LARGE',
  circuit_open: 'CIRCUIT_OPEN',
  overloaded: 'OVERLOADED',
  forbidden_address: 'FORBIDDEN_ADDRESS',
} as const satisfies Record<OutboundErrorKind, string>;

export const FAILURE_KINDS = [...Object.values(OF_ERROR), ...OF_REPLY] as const;
export type FailureKind = (typeof FAILURE_KINDS)[number];

/** Calls of one purpose that failed in the same way, one after the other. */
export interface CallFailure {
  purpose: CallPurpose;
  kind: FailureKind;
  /** Of the reply; null where there was none. */
  status: number | null;
  times: number;
  firstAt: Date;
  lastAt: Date;
}

interface Calls {
  lastSuccessAt: Map<CallPurpose, Date>;
  /** By their last time, the oldest first. */
  failures: CallFailure[];
}

/** How the last calls of this process to each enabled provider ended. Nothing of a request or a reply but its status is kept. */
@Injectable()
export class RecentCalls implements OnModuleInit {
  private readonly byProvider = new Map<string, Calls>();

  constructor(
    private readonly outbound: OutboundHttp,
    private readonly registry: ProviderRegistry,
  ) {}

  onModuleInit(): void {
    this.outbound.onCall((call) => this.note(call));
  }

  lastSuccessAt(provider: string, purpose: CallPurpose): Date | undefined {
    return this.byProvider.get(provider)?.lastSuccessAt.get(purpose);
  }

  /** The newest first. */
  failures(provider: string): readonly CallFailure[] {
    return this.byProvider.get(provider)?.failures.toReversed() ?? [];
  }

  private note({ to, purpose, outcome, status }: OutboundCall): void {
    if (!this.registry.get(to)) return;
    const calls: Calls = this.byProvider.get(to) ?? { lastSuccessAt: new Map(), failures: [] };
    this.byProvider.set(to, calls);
    const at = new Date();
    const kind = status === null ? OF_ERROR[outcome as OutboundErrorKind] : ofReply(status);
    if (!kind) {
      calls.lastSuccessAt.set(purpose, at);
      return;
    }
    const place = calls.failures.findLastIndex((failure) => failure.purpose === purpose);
    const last = calls.failures[place];
    const isSame = last?.kind === kind && last.status === status;
    if (isSame && !isBetween(last, calls.lastSuccessAt.get(purpose))) {
      calls.failures.splice(place, 1);
      calls.failures.push({ ...last, times: last.times + 1, lastAt: at });
      return;
    }
    calls.failures.push({ purpose, kind, status, times: 1, firstAt: at, lastAt: at });
    if (calls.failures.length > FAILURES_KEPT) calls.failures.shift();
  }
}

function ofReply(status: number): FailureKind | undefined {
  if (status >= 500) return 'SERVER_ERROR';
  if (status === 401 || status === 403) return 'CREDENTIALS_REFUSED';
  return status === 429 ? 'TOO_MANY_CALLS' : undefined;
}

/** A call succeeded since the failure. */
function isBetween({ lastAt }: CallFailure, succeededAt: Date | undefined): boolean {
  return succeededAt !== undefined && succeededAt > lastAt;
}
