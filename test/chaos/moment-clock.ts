import { type Clock, type Moment, MOMENTS } from './carry-out-plan.js';

/** A clock that a campaign moves by hand: everybody waits for the next moment until it is called. */
export class MomentClock {
  readonly #gates = new Map<Moment, { promise: Promise<void>; resolve: () => void; waiting: number }>(
    MOMENTS.map((moment) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      return [moment, { promise, resolve, waiting: 0 }];
    }),
  );

  readonly reach: Clock = async (moment) => {
    const gate = this.#gates.get(moment);
    if (!gate) return;
    gate.waiting += 1;
    await gate.promise;
  };

  call(moment: Moment): void {
    this.#gates.get(moment)?.resolve();
  }

  waitingFor(moment: Moment): number {
    return this.#gates.get(moment)?.waiting ?? 0;
  }
}
