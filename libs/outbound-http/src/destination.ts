import {
  bulkhead,
  circuitBreaker,
  CircuitState,
  ConsecutiveBreaker,
  handleAll,
  isBrokenCircuitError,
  isBulkheadRejectedError,
  isTaskCancelledError,
} from 'cockatiel';
import { type OutboundError, refused } from './outbound-error.js';

export interface DestinationLimits {
  /** Failures one after the other that open the breaker. */
  failuresToOpen: number;
  /** How long an open breaker refuses every call before it lets one through. */
  openMs: number;
  inFlightMax: number;
  /** Calls that wait for a place, each no longer than its caller lets it. */
  queuedMax: number;
}

export type BreakerState = 'closed' | 'open' | 'half_open';

export interface DestinationHealth {
  /** `half_open`: the next call is let through, or one is under way, and decides. */
  breaker: BreakerState;
  inFlight: number;
  queued: number;
  lastFailureAt?: Date;
}

/** A reply that says that its server is not well. */
export const isServerFailure = ({ status }: { status: number }): boolean => status >= 500;

/** What we know of one server's way with calls of one purpose, and how many of them we make at a time. */
export class Destination {
  private readonly breaker;
  private readonly places;
  private openUntil = 0;
  private lastFailureAt: Date | undefined;

  constructor(
    private readonly limits: DestinationLimits,
    onChange: (state: BreakerState) => void,
  ) {
    // No reply, or a 5xx. A 4xx and 429 are answers of a server that is well.
    this.breaker = circuitBreaker(
      handleAll.orWhenResult((reply) => isServerFailure(reply as { status: number })),
      { breaker: new ConsecutiveBreaker(limits.failuresToOpen), halfOpenAfter: limits.openMs },
    );
    this.places = bulkhead(limits.inFlightMax, limits.queuedMax);
    this.breaker.onFailure(() => (this.lastFailureAt = new Date()));
    this.breaker.onBreak(() => (this.openUntil = Date.now() + limits.openMs));
    this.breaker.onStateChange(() => onChange(this.breakerState()));
  }

  /**
   * @param patience ends a call that still waits; one that has begun ends itself
   * @throws OutboundError `circuit_open` or `overloaded` without having called
   */
  async run<Reply extends { status: number }>(call: () => Promise<Reply>, patience: AbortSignal): Promise<Reply> {
    this.refuseWhileOpen();
    return this.inTurn(() => this.breaker.execute(call), patience);
  }

  health(): DestinationHealth {
    return {
      breaker: this.breakerState(),
      inFlight: this.limits.inFlightMax - this.places.executionSlots,
      queued: this.limits.queuedMax - this.places.queueSlots,
      ...(this.lastFailureAt && { lastFailureAt: this.lastFailureAt }),
    };
  }

  /** The library's own state stays open until somebody calls; a router that avoids what is open would then never call. */
  private breakerState(): BreakerState {
    if (this.breaker.state === CircuitState.Closed) return 'closed';
    return this.breaker.state === CircuitState.Open && Date.now() < this.openUntil ? 'open' : 'half_open';
  }

  /** While one call tries, the library lets the others wait for it, past their deadlines; ours are free to go elsewhere at once. */
  private refuseWhileOpen(): void {
    if (this.breaker.state === CircuitState.HalfOpen || this.breakerState() === 'open') throw this.circuitOpen();
  }

  /** The library notices that a waiting call's patience is over only when a place becomes free; we say so on time. */
  private inTurn<Reply>(call: () => Promise<Reply>, patience: AbortSignal): Promise<Reply> {
    return new Promise((resolve, reject) => {
      const giveUp = (): void => reject(refused('overloaded', 'no place became free in time'));
      patience.addEventListener('abort', giveUp, { once: true });
      const begin = (): Promise<Reply> => {
        patience.removeEventListener('abort', giveUp);
        return call();
      };
      this.places.execute(begin, patience).then(resolve, (error: unknown) => reject(this.ownWords(error)));
    });
  }

  private circuitOpen(): OutboundError {
    const openMs = this.openUntil - Date.now();
    return refused('circuit_open', 'it failed too often just now', openMs > 0 ? openMs : undefined);
  }

  private ownWords(error: unknown): unknown {
    if (isBrokenCircuitError(error)) return this.circuitOpen();
    if (isBulkheadRejectedError(error)) return refused('overloaded', 'too many calls wait already');
    if (isTaskCancelledError(error)) return refused('overloaded', 'no place became free in time');
    return error;
  }
}
