import type { StatementLine } from './statement-line.js';
import type { StatementHold } from './claimed-statement.js';
import { type StatementStore } from './statement.store.js';

const LINES_PER_COMMIT = 5_000;
/** A good part of a lease: whoever is still at it must have been heard of by then. */
const SILENCE_MAX_MS = 5_000;

/** Stores lines some thousands at a time, one commit behind the reading of the next, and holds the statement meanwhile. */
export class LineBuffer {
  #lines: StatementLine[] = [];
  #writing: Promise<void> = Promise.resolve();
  #writtenAt = performance.now();

  constructor(
    private readonly store: StatementStore,
    private readonly hold: StatementHold,
  ) {}

  /** @throws StatementLost, and whatever the database throws, if need be one call later */
  async add(line: StatementLine): Promise<void> {
    this.#lines.push(line);
    if (this.#lines.length >= LINES_PER_COMMIT) await this.#flush();
  }

  /** Passes on what arrives slowly, too, with the statement held all along. */
  async *during<T>(arriving: AsyncIterable<T>): AsyncGenerator<T> {
    for await (const item of arriving) {
      if (performance.now() - this.#writtenAt > SILENCE_MAX_MS) await this.#flush();
      yield item;
    }
  }

  /** All is written. */
  async end(): Promise<void> {
    if (this.#lines.length > 0) await this.#flush();
    await this.#writing;
  }

  async #flush(): Promise<void> {
    await this.#writing;
    const lines = this.#lines;
    this.#lines = [];
    this.#writtenAt = performance.now();
    this.#writing = this.store.append(this.hold, lines);
    // It is awaited before the next one and at the end.
    this.#writing.catch(() => undefined);
  }
}
