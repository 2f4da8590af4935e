import { FairSlots, NoSlot, type ReleaseSlot } from '@recaudo/fair-share';
import { Breaker, type BreakerLimits, type BreakerState } from './breaker.js';
import { refused } from './outbound-error.js';

export interface DestinationLimits extends BreakerLimits {
  /** Calls at a time, of all together; divided among those for whom they are made, of whom one alone gets half. */
  inFlightMax: number;
  /** Calls that wait for a slot, each no longer than its caller lets it; divided in the same way. */
  queuedMax: number;
}

export interface DestinationHealth {
  /** `half_open`: the next call is let through, or one is under way, and decides. */
  breaker: BreakerState;
  inFlight: number;
  queued: number;
  lastFailureAt?: Date;
}

/** Of so many different shares it is found out that the server itself is not well: then it is so for all. */
const SHARES_TO_OPEN_FOR_ALL = 2;
/** Breakers that are kept; of more, the one that was not used for longest is forgotten. */
const BREAKERS_MAX = 1_000;
const WORST_FIRST: readonly BreakerState[] = ['open', 'half_open', 'closed'];

/**
 * What we know of one server's way with calls of one purpose, and how many of them we make at a time. Slots and breakers are shared: calls
 * for one share, however many, slow or ill-fated, leave slots to the others, and are no reason to hold theirs back until another's fail, too.
 */
export class Destination {
  private readonly breakers = new Map<string, Breaker>();
  /** Those of them that may refuse a call: as a rule none. */
  private readonly notClosed = new Set<Breaker>();
  private readonly slots: FairSlots;
  private lastFailureAt: Date | undefined;

  constructor(
    private readonly limits: DestinationLimits,
    private readonly onChange: (state: BreakerState, share: string) => void,
  ) {
    this.slots = new FairSlots(limits.inFlightMax, limits.queuedMax);
  }

  /**
   * @param share for whom the call is made
   * @param patienceMs ends a call that still waits; one that has begun ends itself
   * @throws OutboundError `circuit_open` or `overloaded` without having called
   */
  async run<Reply extends { status: number }>(
    share: string,
    call: () => Promise<Reply>,
    patienceMs: number,
  ): Promise<Reply> {
    this.refuseWhileOpen(share);
    const leave = this.slots.takeAtOnce(share) ?? (await this.waitForSlot(share, patienceMs));
    try {
      this.refuseWhileOpen(share);
      return await this.breakerOf(share).run(call);
    } finally {
      leave();
    }
  }

  /** @param share as its calls find it; without one the worst that anybody's do */
  health(share?: string): DestinationHealth {
    return {
      breaker: share === undefined ? this.worstState() : this.stateFor(share),
      inFlight: this.slots.taken,
      queued: this.slots.waiting,
      ...(this.lastFailureAt && { lastFailureAt: this.lastFailureAt }),
    };
  }

  private waitForSlot(share: string, patienceMs: number): Promise<ReleaseSlot> {
    return this.slots.take(share, AbortSignal.timeout(Math.ceil(patienceMs))).catch((error: unknown) => {
      throw error instanceof NoSlot ? refused('overloaded', error.message) : error;
    });
  }

  private refuseWhileOpen(share: string): void {
    if (this.notClosed.size === 0) return;
    this.breakers.get(share)?.refuseWhileOpen();
    if (this.isOpenForAll()) for (const breaker of this.notClosed) breaker.refuseWhileOpen();
  }

  private stateFor(share: string): BreakerState {
    return this.isOpenForAll() ? 'open' : (this.breakers.get(share)?.state() ?? 'closed');
  }

  private worstState(): BreakerState {
    const states = new Set([...this.notClosed].map((breaker) => breaker.state()));
    return WORST_FIRST.find((state) => states.has(state)) ?? 'closed';
  }

  private isOpenForAll(): boolean {
    let open = 0;
    for (const breaker of this.notClosed) if (breaker.state() === 'open') open += 1;
    return open >= SHARES_TO_OPEN_FOR_ALL;
  }

  private breakerOf(share: string): Breaker {
    const breaker = this.breakers.get(share) ?? this.newBreaker(share);
    // The last one used is the last one.
    this.breakers.delete(share);
    this.breakers.set(share, breaker);
    if (this.breakers.size > BREAKERS_MAX) this.forgetOldest();
    return breaker;
  }

  private forgetOldest(): void {
    const [oldest] = this.breakers;
    if (!oldest) return;
    this.breakers.delete(oldest[0]);
    this.notClosed.delete(oldest[1]);
  }

  private newBreaker(share: string): Breaker {
    const breaker: Breaker = new Breaker(this.limits, (state) => {
      if (state === 'closed') this.notClosed.delete(breaker);
      else if (this.breakers.get(share) === breaker) this.notClosed.add(breaker);
      this.onChange(state, share);
    });
    breaker.onFailure(() => (this.lastFailureAt = new Date()));
    return breaker;
  }
}
