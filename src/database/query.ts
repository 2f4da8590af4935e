/** A prepared statement: planned once by each connection. Its parameters have names: `$payinId` stands for the value of that name. */
export interface Query<Values extends object, Row = unknown> {
  /** Unique in the whole program. */
  readonly name: string;
  /** As PostgreSQL takes it, with `$1`, `$2`, … */
  readonly text: string;
  /** The names of `$1`, `$2`, …, in this order. */
  readonly parameters: readonly (keyof Values & string)[];
  /** What a row of its result is; only a type. */
  readonly row?: Row;
}

const PARAMETER = /\$([A-Za-z_][A-Za-z0-9_]*)/g;

/** @param text SQL, with `$name` for each value; a name may stand in several places */
export function query<Values extends object, Row = unknown>(name: string, text: string): Query<Values, Row> {
  const parameters: PropertyKey[] = [];
  const numbered = text.replace(PARAMETER, (_, parameter: string) => {
    if (!parameters.includes(parameter)) parameters.push(parameter);
    return `$${parameters.indexOf(parameter) + 1}`;
  });
  return { name, text: numbered, parameters: parameters as (keyof Values & string)[] };
}

/** @throws when a parameter has no value: it would be null without a word */
export function valuesOf<Values extends object>({ name, parameters }: Query<Values>, values: Values): unknown[] {
  return parameters.map((parameter) => {
    if (!(parameter in values)) throw new Error(`the query "${name}" has no value for $${parameter}`);
    return values[parameter];
  });
}

/** A list of our own words for `in (…)`. Never for what a caller sent. */
export function sqlList(words: readonly string[]): string {
  return words.map((word) => `'${word}'`).join(', ');
}
