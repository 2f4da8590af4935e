import { createHash } from 'node:crypto';

/**
 * A prepared statement: planned once by each connection. Its parameters have names: `$payinId` stands for the value of that name. A value
 * that is cast to `jsonb` is sent as JSON.
 */
export interface Query<Values extends object, Row = unknown> {
  /** Unique in the whole program, and no longer than PostgreSQL keeps it. */
  readonly name: string;
  /** As PostgreSQL takes it, with `$1`, `$2`, … */
  readonly text: string;
  /** The names of `$1`, `$2`, …, in this order. */
  readonly parameters: readonly string[];
  /** Those of them that are cast to `jsonb`. */
  readonly json: readonly string[];
  /** The values that it takes, and a row of its result; only types. */
  readonly values?: Values;
  readonly row?: Row;
}

const PARAMETER = /\$([A-Za-z_][A-Za-z0-9_]*)(::jsonb(?!\[))?/g;

/** @param text SQL, with `$name` for each value; a name may stand in several places */
export function query<Values extends object, Row = unknown>(name: string, text: string): Query<Values, Row> {
  const parameters: string[] = [];
  const json: string[] = [];
  const numbered = text.replace(PARAMETER, (_, parameter: string, cast = '') => {
    if (!parameters.includes(parameter)) parameters.push(parameter);
    if (cast) json.push(parameter);
    return `$${parameters.indexOf(parameter) + 1}${cast}`;
  });
  return { name: keptName(name), text: numbered, parameters, json };
}

/** PostgreSQL keeps so many bytes of a name: two that begin alike would be one. */
const NAME_MAX = 63;
const HASH_LENGTH = 16;

function keptName(name: string): string {
  if (name.length <= NAME_MAX) return name;
  const hash = createHash('sha256').update(name).digest('hex').slice(0, HASH_LENGTH);
  return `${name.slice(0, NAME_MAX - HASH_LENGTH - 1)} ${hash}`;
}

/** @throws when a parameter has no value: it would be null without a word */
export function valuesOf<Values extends object>(
  { name, parameters, json }: Query<Values>,
  values: NoInfer<Values>,
): unknown[] {
  return parameters.map((parameter) => {
    if (!(parameter in values)) throw new Error(`the query "${name}" has no value for $${parameter}`);
    return json.includes(parameter) ? toJson(values[parameter as keyof Values]) : values[parameter as keyof Values];
  });
}

/** A text is JSON already. */
function toJson(value: unknown): unknown {
  return value === null || value === undefined || typeof value === 'string' ? value : jsonOf(value);
}

/** Amounts as texts: JSON numbers end where bigints go on. */
function jsonOf(value: unknown): string {
  try {
    // Several times as fast as with a function for each value.
    return JSON.stringify(value);
  } catch {
    return JSON.stringify(value, (_key, item: unknown) => (typeof item === 'bigint' ? item.toString() : item));
  }
}

/**
 * A statement that carries out many items at once, in one commit. Each of its parameters is a list of what is said of all items, cast to `jsonb`; each
 * entry says by `row` which item it belongs to, and so does each row of the result.
 */
export interface BatchQuery<Item extends object, Row = unknown> extends Query<Item, Row & { row: number }> {
  /** For how long its items may gather. */
  readonly gatherMs: number;
}

export function batchQuery<Item extends object, Row = unknown>(
  name: string,
  text: string,
  gatherMs = 0,
): BatchQuery<Item, Row> {
  return { ...query<Item, Row & { row: number }>(name, text), gatherMs };
}

/** What is said of one item, by parameter: JSON objects without their first character. */
export type BatchItem = readonly (readonly string[])[];

/** @throws when it cannot be written as JSON, or has no value for a parameter: before it is among others */
export function batchItem<Item extends object>({ name, parameters }: BatchQuery<Item>, item: NoInfer<Item>): BatchItem {
  return parameters.map((parameter) => {
    const value = (item as Record<string, object | readonly object[] | undefined>)[parameter];
    if (value === undefined) throw new Error(`the query "${name}" has no value for $${parameter}`);
    return (Array.isArray(value) ? value : [value]).map((entry) => jsonOf(entry).slice(1));
  });
}

export function batchValues({ parameters }: Pick<Query<object>, 'parameters'>, items: readonly BatchItem[]): string[] {
  return parameters.map((_, parameter) => {
    const entries = items.flatMap((item, row) => item[parameter]!.map((entry) => `{"row":${row},${entry}`));
    return `[${entries.join(',')}]`;
  });
}

type ColumnType = 'text' | 'int' | 'bigint' | 'boolean' | 'uuid' | 'timestamptz' | 'jsonb';

/** Something for every field of a value, of those that may be absent, too. */
type ForEveryField<Value, Item> = { readonly [Name in keyof Value]-?: Item };

/** The columns of a `jsonb_to_recordset`, and `row` before them. */
export function batchColumns<Value extends object>(types: ForEveryField<Value, ColumnType>): string {
  return `row int, ${jsonColumns(types)}`;
}

/** The columns of a `jsonb_to_recordset`. The compiler asks for every field of the value: one without a column would be lost without a word. */
export function jsonColumns<Value extends object>(types: ForEveryField<Value, ColumnType>): string {
  return Object.entries<ColumnType>(types)
    .map(([name, type]) => `"${name}" ${type}`)
    .join(', ');
}

/** SQL for a JSON object. The compiler asks for the SQL of every field of the value: one without it would never be read. */
export function jsonObject<Value extends object>(fields: ForEveryField<Value, string>): string {
  const parts = Object.entries<string>(fields).map(([name, sql]) => `'${name}', ${sql}`);
  return `jsonb_build_object(${parts.join(', ')})`;
}

/** The columns of a `select`. The compiler asks for the SQL of every field of a row. */
export function selected<Row extends object>(fields: ForEveryField<Row, string>): string {
  return Object.entries<string>(fields)
    .map(([name, sql]) => `${sql} as "${name}"`)
    .join(', ');
}

/** What an `update` sets. The compiler asks for the assignment of every field: one without it would be lost without a word. */
export function assignments<Value extends object>(fields: ForEveryField<Value, string>): string {
  return Object.values<string>(fields).join(', ');
}

/** A list of our own words for `in (…)`. Never for what a caller sent. */
export function sqlList(words: readonly string[]): string {
  return words.map((word) => `'${word}'`).join(', ');
}
