/** A value as it is kept in, or read as, JSON: amounts and times are texts. */
export type Stored<Value> = Value extends bigint | Date
  ? string
  : Value extends readonly (infer Item)[]
    ? Stored<Item>[]
    : Value extends object
      ? { [Name in keyof Value]: Stored<Value[Name]> }
      : Value;

/** The same value with its names in the order in which `jsonb` keeps them: what was just written is shown as it will be read. */
export function inStoredOrder<Value>(value: Value): Value {
  if (Array.isArray(value)) return value.map(inStoredOrder) as Value;
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(
    entries.toSorted(byStoredOrder).map(([name, item]) => [name, inStoredOrder(item)]),
  ) as Value;
}

/** By the bytes of the names: the shorter one first, then the smaller one. */
function byStoredOrder([one]: [string, unknown], [other]: [string, unknown]): number {
  const bytes = Buffer.byteLength(one);
  const longer = bytes - Buffer.byteLength(other);
  if (longer !== 0) return longer;
  // Of ASCII the characters are the bytes.
  if (bytes === one.length) return one < other ? -1 : 1;
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}

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
