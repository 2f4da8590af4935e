import { ControlError, type JsonObject } from './control-input.js';

/** What a switch is at start, and what it takes. */
export interface Switch<Value> {
  readonly initial: Value;
  readonly accepts: (value: unknown) => value is Value;
  /** For people, as `"a", "b"` or `an integer from 0 to 9`. */
  readonly takes: string;
}

export type SwitchTable<Switches extends object> = { readonly [Key in keyof Switches]: Switch<Switches[Key]> };

/** The first is the value at start. */
export function oneOf<const Value extends string>(...choices: readonly [Value, ...Value[]]): Switch<Value> {
  return {
    initial: choices[0],
    accepts: (value): value is Value => choices.some((choice) => choice === value),
    takes: `one of ${choices.map((choice) => JSON.stringify(choice)).join(', ')}`,
  };
}

export function flag(initial: boolean): Switch<boolean> {
  return { initial, accepts: (value) => typeof value === 'boolean', takes: 'one of true, false' };
}

export function integer(initial: number, min: number, max: number): Switch<number> {
  return {
    initial,
    accepts: (value): value is number => Number.isSafeInteger(value) && Number(value) >= min && Number(value) <= max,
    takes: `an integer from ${min} to ${max}`,
  };
}

const TEXT_MAX = 2_048;

export function text(initial: string): Switch<string> {
  return {
    initial,
    accepts: (value): value is string => typeof value === 'string' && value.length <= TEXT_MAX,
    takes: `a text of at most ${TEXT_MAX} characters`,
  };
}

export function orNull<Value>(other: Switch<Value>): Switch<Value | null> {
  return {
    initial: null,
    accepts: (value): value is Value | null => value === null || other.accepts(value),
    takes: `${other.takes}, or null`,
  };
}

/** The switches of one simulated provider while it runs. */
export class Switchboard<Switches extends object> {
  readonly #atStart: Switches;
  #current: Switches;

  /** @param chosen as `change` */
  constructor(
    private readonly table: SwitchTable<Switches>,
    chosen: JsonObject,
  ) {
    this.#current = initialSwitches(table);
    this.change(chosen);
    this.#atStart = this.#current;
  }

  get current(): Switches {
    return this.#current;
  }

  /** All or none; throws `ControlError` that names the switch and what it takes. */
  change(changes: JsonObject): void {
    const table = new Map(entriesOf(this.table));
    for (const [key, value] of Object.entries(changes)) {
      const known = table.get(key);
      if (known === undefined) {
        throw new ControlError(400, `There is no switch ${key}; there are ${[...table.keys()].join(', ')}.`);
      }
      if (!known.accepts(value)) throw new ControlError(400, `${key} must be ${known.takes}.`);
    }
    this.#current = { ...this.#current, ...changes };
  }

  reset(): void {
    this.#current = this.#atStart;
  }
}

/** The switches at start when nothing is chosen. */
export function initialSwitches<Switches extends object>(table: SwitchTable<Switches>): Switches {
  // The table has every key of Switches, each with a value of its type; fromEntries cannot know that.
  return Object.fromEntries(entriesOf(table).map(([key, { initial }]) => [key, initial])) as Switches;
}

function entriesOf<Switches extends object>(table: SwitchTable<Switches>): [string, Switch<unknown>][] {
  return Object.entries(table);
}
