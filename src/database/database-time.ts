/** Further apart than this, the machine was asleep or its clock was set, and neither of its clocks says how long it was. */
const CLOCKS_AGREE_WITHIN_MS = 500;

/** The database's time as it was read once, carried on by this machine's clocks for the seconds that it is used. */
export class DatabaseTime {
  private readonly monotonicMs = performance.now();
  private readonly wallMs = Date.now();

  constructor(private readonly readAt: Date) {}

  /** @returns undefined when it must be read anew */
  now(): Date | undefined {
    const elapsedMs = performance.now() - this.monotonicMs;
    const isKnown = Math.abs(Date.now() - this.wallMs - elapsedMs) < CLOCKS_AGREE_WITHIN_MS;
    return isKnown ? new Date(this.readAt.getTime() + elapsedMs) : undefined;
  }
}
