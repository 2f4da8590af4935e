/** A value as it is kept in, or read as, JSON: amounts and times are texts. */
export type Stored<Value> = Value extends bigint | Date
  ? string
  : Value extends readonly (infer Item)[]
    ? Stored<Item>[]
    : Value extends object
      ? { [Name in keyof Value]: Stored<Value[Name]> }
      : Value;

const AMOUNT = /InCents$/;
const TIME = /^at$|At$/;

/** Makes amounts (`…InCents`) and times (`…At`) of their texts. Only for JSON whose names are ours: a caller's may mean something else. */
export function fromStored<Value>(stored: Stored<Value>): Value {
  return revive(stored) as Value;
}

function revive(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(revive);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, reviveNamed(name, item)]));
}

function reviveNamed(name: string, item: unknown): unknown {
  if (typeof item !== 'string') return revive(item);
  if (AMOUNT.test(name)) return BigInt(item);
  return TIME.test(name) ? new Date(item) : item;
}
