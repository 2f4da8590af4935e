export type Json = null | boolean | number | string | Json[] | JsonObject;
export interface JsonObject {
  [key: string]: Json;
}

/** A place in a JSON document, as RFC 6901 writes it, e.g. `/data/status`; `*` stands for every element of a list. */
export type Place = `/${string}`;

/** What stands there: nothing, one value, or as many as a `*` finds. */
export function valuesAt(document: unknown, place: Place): unknown[] {
  return place
    .slice(1)
    .split('/')
    .reduce<unknown[]>((holders, key) => holders.flatMap((holder) => childrenOf(holder, key)), [document]);
}

/** A copy in which every value at the place is another one; the last key is made where it is missing. */
export function withValueAt(document: Json, place: Place, change: Json | ((value: Json) => Json)): Json {
  const copy = structuredClone(document);
  const cut = place.lastIndexOf('/');
  const key = place.slice(cut + 1);
  const holders = cut === 0 ? [copy] : valuesAt(copy, place.slice(0, cut) as Place);
  for (const holder of holders.filter(isHolder)) {
    for (const own of key === '*' ? Object.keys(holder) : [key]) {
      const value = typeof change === 'function' ? change(holder[own] ?? null) : change;
      // Not by assignment: `__proto__` is a key like any other in a document.
      Object.defineProperty(holder, own, { value, enumerable: true, configurable: true, writable: true });
    }
  }
  return copy;
}

/** A copy that repeats the reference where the document has one. */
export function withReference(document: Json, place: Place | undefined, reference: string): Json {
  return place && valuesAt(document, place).length > 0 ? withValueAt(document, place, reference) : document;
}

/** Every place of a document, deepest last. */
export function placesOf(document: Json, above: Place | '' = ''): Place[] {
  if (!isHolder(document)) return [];
  return Object.keys(document).flatMap((key) => {
    const place: Place = `${above}/${key}`;
    return [place, ...placesOf(document[key]!, place)];
  });
}

/** A copy without what stands at the place. */
export function without(document: Json, place: Place): Json {
  const copy = structuredClone(document);
  const cut = place.lastIndexOf('/');
  const [holder] = cut === 0 ? [copy] : valuesAt(copy, place.slice(0, cut) as Place);
  if (isHolder(holder)) delete holder[place.slice(cut + 1)];
  return copy;
}

const WRONG_TYPES: Json[] = [null, true, 0, -1, 1e21, '', 'x', [], {}, ['APPROVED']];

/** Copies in which what stands at the place is of another type, or nothing of the kind. */
export function wrongTypes(document: Json, place: Place): Json[] {
  return WRONG_TYPES.map((value) => withValueAt(document, place, value));
}

/** The text as one JSON object; undefined for anything else. */
export function objectIn(text: string): JsonObject | undefined {
  try {
    const value = JSON.parse(text) as Json;
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Every value below another that holds no further one. A loop, because a hostile document is as deep as it likes. */
export function leavesOf(value: unknown): Json[] {
  const leaves: Json[] = [];
  const left = [value];
  while (left.length > 0) {
    const one = left.pop();
    if (isHolder(one)) left.push(...Object.values(one));
    else leaves.push(one as Json);
  }
  return leaves;
}

/** Every text and number below a value, as text. */
export function textsIn(value: unknown): string[] {
  return leavesOf(value).flatMap((leaf) =>
    typeof leaf === 'string' || typeof leaf === 'number' ? [String(leaf)] : [],
  );
}

function childrenOf(holder: unknown, key: string): unknown[] {
  if (!isHolder(holder)) return [];
  if (key === '*') return Array.isArray(holder) ? holder : [];
  return Object.hasOwn(holder, key) ? [holder[key]] : [];
}

function isHolder(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null;
}
