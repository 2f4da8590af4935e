import { circuitBreaker, CircuitState, ConsecutiveBreaker, handleAll, isBrokenCircuitError } from 'cockatiel';
import { type OutboundError, refused } from './outbound-error.js';

export interface BreakerLimits {
  /** Failures one after the other that open the breaker. */
  failuresToOpen: number;
  /** How long an open breaker refuses every call before it lets one through. */
  openMs: number;
}

export type BreakerState = 'closed' | 'open' | 'half_open';

/** A reply that says that its server is not well. */
export const isServerFailure = ({ status }: { status: number }): boolean => status >= 500;

/** Holds calls back after failures one after the other: no reply, or a 5xx. A 4xx and 429 are answers of a server that is well. */
export class Breaker {
  private readonly breaker;
  private openUntil = 0;

  constructor({ failuresToOpen, openMs }: BreakerLimits, onChange: (state: BreakerState) => void) {
    this.breaker = circuitBreaker(
      handleAll.orWhenResult((reply) => isServerFailure(reply as { status: number })),
      { breaker: new ConsecutiveBreaker(failuresToOpen), halfOpenAfter: openMs },
    );
    this.breaker.onBreak(() => (this.openUntil = Date.now() + openMs));
    this.breaker.onStateChange(() => onChange(this.state()));
  }

  /** The library's own state stays open until somebody calls; a router that avoids what is open would then never call. */
  state(): BreakerState {
    if (this.breaker.state === CircuitState.Closed) return 'closed';
    return this.breaker.state === CircuitState.Open && Date.now() < this.openUntil ? 'open' : 'half_open';
  }

  /** Calls `onFailure` for each failure. */
  onFailure(onFailure: () => void): void {
    this.breaker.onFailure(onFailure);
  }

  /** @throws OutboundError `circuit_open` without having called */
  async run<Reply extends { status: number }>(call: () => Promise<Reply>): Promise<Reply> {
    try {
      return await this.breaker.execute(call);
    } catch (error) {
      throw isBrokenCircuitError(error) ? this.isOpen() : error;
    }
  }

  /** While one call is on trial, the library lets the others wait for it, past their deadlines; ours are free to go elsewhere at once. */
  refuseWhileOpen(): void {
    if (this.breaker.state === CircuitState.HalfOpen || this.state() === 'open') throw this.isOpen();
  }

  private isOpen(): OutboundError {
    const openMs = this.openUntil - Date.now();
    return refused('circuit_open', 'it failed too often just now', openMs > 0 ? openMs : undefined);
  }
}
