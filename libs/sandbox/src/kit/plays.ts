/** A scenario that the merchant’s side can play with the simulated providers. */
export interface Play {
  readonly name: string;
  readonly title: string;
}

/** How one went: what happened, and what did not end as it should. */
export interface Played {
  readonly lines: readonly string[];
  readonly wrong: readonly string[];
}

/** What the home can have done beside the providers: the sandbox itself knows no merchant and no API key. */
export interface Plays {
  readonly all: readonly Play[];
  play(name: string): Promise<Played>;
  /** Lets time pass for the merchant. @param by an ISO 8601 duration @returns a sentence about what became of it */
  advance(by: string): Promise<string>;
}
