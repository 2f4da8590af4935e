import { IsBoolean, IsIn, IsInt, IsString, Max, MaxLength, Min, ValidateIf, validateSync } from 'class-validator';
import { ControlError, type JsonObject } from './control-input.js';

const TEXT_MAX = 2_048;

/** What a switch can be set to. */
export type SwitchKind =
  | { readonly kind: 'choice'; readonly values: readonly string[] }
  | { readonly kind: 'integer'; readonly min: number; readonly max: number }
  | { readonly kind: 'flag' }
  | { readonly kind: 'text' };

/** A switch as people are shown it. */
export type SwitchInfo = SwitchKind & {
  readonly name: string;
  /** In a sentence. */
  readonly does: string;
  readonly orNull: boolean;
};

const said = new WeakMap<object, Map<string, Partial<SwitchInfo>>>();

function say(part: Partial<SwitchInfo>): PropertyDecorator {
  return (target, key) => {
    const ofClass = said.get(target) ?? new Map<string, Partial<SwitchInfo>>();
    said.set(target, ofClass.set(String(key), { ...ofClass.get(String(key)), ...part }));
  };
}

/** What the switch does, for whoever sets it: the home shows it and docs/sandbox.md has it. */
export function Does(does: string): PropertyDecorator {
  return say({ does });
}

/** The property is one of these texts; its type must say the same. */
export function OneOf<const Value extends string>(
  ...values: readonly Value[]
): <Target extends Readonly<Record<Key, Value>>, Key extends keyof Target & string>(
  target: Target,
  key: [Value] extends [Target[Key]] ? Key : never,
) => void {
  return allOf(IsIn(values), say({ kind: 'choice', values }));
}

export function Flag(): PropertyDecorator {
  return allOf(IsBoolean(), say({ kind: 'flag' }));
}

export function IntegerFrom(min: number, max: number): PropertyDecorator {
  return allOf(IsInt(), Min(min), Max(max), say({ kind: 'integer', min, max }));
}

export function Text(): PropertyDecorator {
  return allOf(IsString(), MaxLength(TEXT_MAX), say({ kind: 'text' }));
}

/** The other rules of the property hold for what is not null. */
export function OrNull(): PropertyDecorator {
  return allOf(
    ValidateIf((_switches, value) => value !== null),
    say({ orNull: true }),
  );
}

function allOf(...decorators: readonly PropertyDecorator[]): PropertyDecorator {
  return (target, key) => {
    for (const decorate of decorators) decorate(target, key);
  };
}

/** In the order in which the class has them. Throws where one does not say what it does. */
export function switchesOf(valuesClass: new () => object): SwitchInfo[] {
  const ofClass = said.get(valuesClass.prototype as object);
  return Object.keys(new valuesClass()).map((name) => {
    const info: Partial<SwitchInfo> = { orNull: false, ...ofClass?.get(name) };
    if (info.kind === undefined || info.does === undefined)
      throw new Error(`The switch ${name} does not say what it does.`);
    return { ...info, name } as SwitchInfo;
  });
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

  get atStart(): Values {
    return this.#atStart;
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
