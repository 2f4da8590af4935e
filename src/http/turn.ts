import { AsyncLocalStorage } from 'node:async_hooks';
import type { Admission } from './admission.js';
import { Problem } from './problem.js';

const turns = new AsyncLocalStorage<Turn>();

/** A request's turn among those that are worked on. It ends with its handler: who reads the answer slowly, or has hung up, changes nothing. */
export class Turn {
  #holds = true;
  #pauses = 0;
  #isWorkedOn = false;
  #isOver = false;
  #endsSoon: NodeJS.Timeout | undefined;
  #isAbandoned = false;

  constructor(
    private readonly admission: Admission,
    private readonly share: string,
  ) {}

  /** @returns at once where there is no wait; undefined: it is refused */
  static take(admission: Admission, share: string): Turn | Promise<Turn | undefined> {
    if (admission.enterAtOnce(share)) return new Turn(admission, share);
    return admission.enter(share).then((isAdmitted) => (isAdmitted ? new Turn(admission, share) : undefined));
  }

  /** Ends the turn after so long, unless it is kept by then. */
  endUnlessKept(withinMs: number): void {
    if (withinMs === 0) this.end();
    else this.#endsSoon = setTimeout(() => this.end(), withinMs).unref();
  }

  /** @returns whether the turn goes on */
  keep(): boolean {
    clearTimeout(this.#endsSoon);
    return !this.#isOver;
  }

  /** Runs what follows, and what this waits for, as part of the turn. */
  run(next: () => void): void {
    turns.run(this, next);
  }

  /**
   * The handler begins. From now on the turn lasts as long as it works, even if the caller hangs up: else a caller could have any amount of
   * work done at once.
   * @returns false: the caller had gone before, and nothing is done for it, as it has no turn any more
   */
  begin(): boolean {
    this.#isWorkedOn = true;
    return !this.#isAbandoned;
  }

  /** The caller has gone. */
  close(): void {
    if (this.#isWorkedOn) return;
    this.#isAbandoned = true;
    this.end();
  }

  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearTimeout(this.#endsSoon);
    this.#release();
  }

  pause(): void {
    this.#pauses += 1;
    this.#release();
  }

  resume(): void {
    this.#pauses -= 1;
    if (this.#isOver || this.#holds || this.#pauses > 0) return;
    this.#holds = true;
    this.admission.reenter(this.share);
  }

  #release(): void {
    if (!this.#holds) return;
    this.#holds = false;
    this.admission.leave(this.share);
  }
}

/** Nobody reads it. */
export function callerHasGone(): Problem {
  return new Problem('BAD_REQUEST', 'The connection was closed before anything was done.');
}

/** Waits for something that costs this process nothing (a provider's reply, another process) while another request has the turn. */
export async function outsideTurn<T>(wait: () => Promise<T>): Promise<T> {
  const turn = turns.getStore();
  if (!turn) return wait();
  turn.pause();
  try {
    return await wait();
  } finally {
    turn.resume();
  }
}
