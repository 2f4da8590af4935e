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
  if (one.length !== other.length || !isAscii(one) || !isAscii(other)) {
    const lengths = Buffer.byteLength(one) - Buffer.byteLength(other);
    return lengths || Buffer.compare(Buffer.from(one), Buffer.from(other));
  }
  return one < other ? -1 : 1;
}

function isAscii(text: string): boolean {
  return /^[\x00-\x7f]*$/.test(text);
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
