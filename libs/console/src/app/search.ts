/** What stands in the address behind `?`: one text for each name. Pages read theirs by `validateSearch`. */
export type RawSearch = Partial<Record<string, unknown>>;

export function parseSearch(query: string): RawSearch {
  return Object.fromEntries(new URLSearchParams(query));
}

/** Several values of a name are joined by commas; what is undefined or empty does not stand there. */
export function stringifySearch(search: RawSearch): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(search)) {
    const text = Array.isArray(value) ? value.join(',') : typeof value === 'boolean' ? (value ? '1' : '') : value;
    if (typeof text === 'string' && text !== '') query.set(name, text);
    if (typeof text === 'number') query.set(name, String(text));
  }
  const text = query.toString().replaceAll('%2C', ',');
  return text === '' ? '' : `?${text}`;
}

/** One of these, or nothing. */
export function oneOf<Value extends string>(raw: unknown, values: readonly Value[]): Value | undefined {
  return values.find((value) => value === raw);
}

/** Those of these that stand there. */
export function someOf<Value extends string>(raw: unknown, values: readonly Value[]): Value[] | undefined {
  const given = Array.isArray(raw) ? (raw as unknown[]) : typeof raw === 'string' ? raw.split(',') : [];
  const some = values.filter((value) => given.includes(value));
  return some.length > 0 ? some : undefined;
}

export function textOf(raw: unknown, pattern = /\S/): string | undefined {
  return typeof raw === 'string' && pattern.test(raw) ? raw : undefined;
}

export function dayOf(raw: unknown): string | undefined {
  return textOf(raw, /^\d{4}-\d{2}-\d{2}$/);
}
