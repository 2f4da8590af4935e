import type { StatementLine } from './statement-line.js';
import type { StatementHold } from './claimed-statement.js';
import { type StatementStore } from './statement.store.js';

const LINES_PER_COMMIT = 5_000;
/** Well within a lease, which must be renewed by then. */
const SILENCE_MAX_MS = 5_000;

/** Stores lines, thousands in a commit, while the next ones are read. Holds the statement meanwhile. */
export class LineBuffer {
  #lines: StatementLine[] = [];
  #writing: Promise<void> = Promise.resolve();
  #writtenAt = performance.now();

  constructor(
    private readonly store: StatementStore,
    private readonly hold: StatementHold,
  ) {}

  /**
   * @returns what must be awaited when it is full, which most lines do not make it
   * @throws StatementLost and the database's errors, perhaps only in the next call
   */
  add(line: StatementLine): Promise<void> | undefined {
    this.#lines.push(line);
    return this.#lines.length >= LINES_PER_COMMIT ? this.#flush() : undefined;
  }

  /** Passes the items on, and holds the statement even where they arrive slowly. */
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
