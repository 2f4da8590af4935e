import { IsIn, IsInt, IsString, Max, MaxLength, Min, ValidateIf, validateSync } from 'class-validator';
import { ControlError, type JsonObject } from './control-input.js';

const TEXT_MAX = 2_048;

/** The property is one of these texts; its type must say the same. */
export function OneOf<const Value extends string>(
  ...values: readonly Value[]
): <Target extends Readonly<Record<Key, Value>>, Key extends keyof Target & string>(
  target: Target,
  key: [Value] extends [Target[Key]] ? Key : never,
) => void {
  return IsIn(values);
}

export function IntegerFrom(min: number, max: number): PropertyDecorator {
  return allOf(IsInt(), Min(min), Max(max));
}

export function Text(): PropertyDecorator {
  return allOf(IsString(), MaxLength(TEXT_MAX));
}

/** The other rules of the property hold for what is not null. */
export function OrNull(): PropertyDecorator {
  return ValidateIf((_switches, value) => value !== null);
}

function allOf(...decorators: readonly PropertyDecorator[]): PropertyDecorator {
  return (target, key) => {
    for (const decorate of decorators) decorate(target, key);
  };
}

/** The switches of one simulated provider while it runs. Their class gives each its initial value and its rule. */
export class Switches<Values extends object> {
  readonly #atStart: Values;
  #current: Values;

  /** @param chosen other values than the initial ones, as in `change` */
  constructor(
    private readonly valuesClass: new () => Values,
    chosen: JsonObject,
  ) {
    this.#current = new valuesClass();
    this.change(chosen);
    this.#atStart = this.#current;
  }

  get current(): Values {
    return this.#current;
  }

  /** Changes all or none; throws a `ControlError` that names each wrong switch and what it accepts. */
  change(changes: JsonObject): void {
    const known = Object.keys(this.#current);
    const unknown = Object.keys(changes).find((key) => !known.includes(key));
    if (unknown !== undefined) {
      throw new ControlError(400, `There is no switch ${unknown}; there are ${known.join(', ')}.`);
    }
    const changed = Object.assign(new this.valuesClass(), this.#current, changes);
    const problems = validateSync(changed).flatMap(({ constraints }) => Object.values(constraints ?? {}));
    if (problems.length > 0) throw new ControlError(400, `${problems.join('; ')}.`);
    this.#current = changed;
  }

  reset(): void {
    this.#current = this.#atStart;
  }
}
