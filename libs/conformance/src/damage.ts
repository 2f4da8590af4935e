import type { OutboundReply } from '@recaudo/outbound-http';
import { ProviderError } from '@recaudo/payment-provider';
import fc from 'fast-check';
import { type Json, objectIn, type Place, placesOf, valuesAt, withValueAt, without } from './places.js';
import type { Reply } from './wire.js';

// Real replies, damaged in every way we could think of: in their JSON, in their text, in their bytes, and around them.

/** What is done to a value somewhere in the document; `at` picks the place. */
interface Wound {
  at: number;
  kind: 'drop' | 'replace' | 'retype' | 'wrap' | 'move' | 'rename' | 'grow';
  /** Of what is added or renamed. */
  key: string;
  value: Json;
}

type Scar =
  'none' | 'cut' | 'flip' | 'double' | 'bom' | 'utf16' | 'latin1' | 'deep' | 'html' | 'empty' | 'tail' | 'huge';

export interface Damage {
  wounds: Wound[];
  scar: Scar;
  /** Where in the text, from 0 to 1. */
  where: number;
  status: number;
  headers: Record<string, string>;
}

const SCARS: Scar[] = ['cut', 'flip', 'double', 'bom', 'utf16', 'latin1', 'deep', 'html', 'empty', 'tail', 'huge'];
const STATUSES = [
  201, 202, 204, 206, 300, 302, 304, 400, 401, 403, 404, 405, 408, 409, 422, 425, 429, 500, 502, 503, 504, 599,
];
const HEADERS: Record<string, string>[] = [
  {},
  { 'content-type': 'text/html; charset=iso-8859-1' },
  { 'content-encoding': 'gzip' },
  { 'content-encoding': 'br' },
  { 'retry-after': '1e999' },
  { 'retry-after': '5' },
  { location: 'http://127.0.0.1:9/elsewhere' },
];
const VALUES: Json[] = [
  ...[null, true, false, 0, -1, 1, 2, 3, 4, 0.5, 1e21, 200, 404, 5000],
  ...['', ' ', '0', '1', '2', '5000', '50.00', '1e3', '01', '00', 'SUCCESS', 'ERROR', 'COP', 'USD', 'not found'],
  ...['javascript:alert(1)', 'http://', '__proto__', '\u0000', '💥', 'x'.repeat(5_000), [], {}, [[]], { length: 1 }],
];

/**
 * @param words values that mean something to this provider: references, statuses
 * @param keys names of fields that mean something to it
 */
export function damage(words: readonly Json[], keys: readonly string[] = []): fc.Arbitrary<Damage> {
  const value = fc.oneof(
    fc.constantFrom(...words, ...VALUES),
    fc.integer() as fc.Arbitrary<Json>,
    fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json>,
  );
  const wound = fc.record({
    at: fc.nat(1_000),
    kind: fc.constantFrom<Wound['kind']>('drop', 'replace', 'replace', 'retype', 'wrap', 'move', 'rename', 'grow'),
    key: fc.constantFrom(...keys, 'extra', '__proto__'),
    value,
  });
  return fc.record({
    wounds: fc.array(wound, { maxLength: 3 }),
    scar: fc.oneof({ weight: 3, arbitrary: fc.constant<Scar>('none') }, fc.constantFrom(...SCARS)),
    where: fc.double({ min: 0, max: 1, noNaN: true }),
    status: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.constantFrom(...STATUSES)),
    headers: fc.oneof({ weight: 5, arbitrary: fc.constant({}) }, fc.constantFrom(...HEADERS)),
  });
}

export function damaged(original: Reply, { wounds, scar, where, status, headers }: Damage): Reply {
  const document = wounds.reduce<Json>(wounded, objectIn(original.body.toString()) ?? null);
  return {
    status: status === 0 ? original.status : status,
    headers: { 'content-type': 'application/json', ...headers },
    body: scarred(JSON.stringify(document), scar, where),
  };
}

/** The same for a mapper, which is given what the client has read. */
export function damagedReply(original: object, plan: Damage): OutboundReply {
  const whole = { status: 200, headers: {}, body: Buffer.from(JSON.stringify(original)) };
  const { status, headers, body } = damaged(whole, plan);
  return { status, headers, bodyText: body.toString() };
}

/** What reading came to: the result, or the ProviderError; anything else that is thrown fails the test. */
export function attempt<T>(read: () => T): { result?: T; error?: ProviderError } {
  try {
    return { result: read() };
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    return { error };
  }
}

function wounded(document: Json, { at, kind, key, value }: Wound): Json {
  const places = placesOf(document);
  const place = places[at % places.length];
  const other = places[(at * 7 + 3) % places.length];
  if (!place || !other) return document;
  const [own] = valuesAt(document, place) as Json[];
  const sibling = `${place.slice(0, place.lastIndexOf('/'))}/${key}` as Place;
  const changes: Record<Wound['kind'], () => Json> = {
    drop: () => without(document, place),
    replace: () => withValueAt(document, place, value),
    retype: () => withValueAt(document, place, retyped(own!)),
    wrap: () => withValueAt(document, place, [own!]),
    // Another field's value: an amount where the status was.
    move: () => withValueAt(document, place, (valuesAt(document, other) as Json[])[0]!),
    rename: () => withValueAt(without(document, place), sibling, own!),
    grow: () => withValueAt(document, sibling, value),
  };
  return changes[kind]();
}

function retyped(value: Json): Json {
  if (typeof value === 'string') return /^\d{1,15}$/.test(value) ? Number(value) : [value];
  return typeof value === 'number' ? String(value) : JSON.stringify(value);
}

function scarred(text: string, scar: Scar, where: number): Buffer {
  const at = Math.floor(text.length * where);
  const scars: Record<Scar, () => Buffer> = {
    none: () => Buffer.from(text),
    cut: () => Buffer.from(text.slice(0, at)),
    flip: () => flipped(Buffer.from(text), at),
    double: () => Buffer.from(doubled(text, at)),
    bom: () => Buffer.from(`\uFEFF${text}`),
    utf16: () => Buffer.from(text, 'utf16le'),
    latin1: () => Buffer.from(text.replace(/:"/, ':"ñ'), 'latin1'),
    deep: () => Buffer.from(text.replace(/:("[^"]*"|\d+)/, `:${'['.repeat(20_000)}${']'.repeat(20_000)}`)),
    html: () => Buffer.from(`<html>${text}</html>`),
    empty: () => Buffer.alloc(0),
    tail: () => Buffer.from(`${text}${['}', '<html>', '\u0000', '{}'][at % 4]}`),
    huge: () =>
      Buffer.from(text.replace(/:\d+/, [':1e400', ':99999999999999999999', ':1.0000000000000001', ':-0'][at % 4]!)),
  };
  return scars[scar]();
}

function flipped(bytes: Buffer, at: number): Buffer {
  if (at < bytes.length) bytes[at]! ^= 1 << (at % 8);
  return bytes;
}

/** A field of the document twice, before or after its own: which of the two counts? */
function doubled(text: string, at: number): string {
  const keys = Object.keys(objectIn(text) ?? {});
  if (keys.length === 0) return text;
  const field = `${JSON.stringify(keys[at % keys.length])}:${JSON.stringify(['2', 'APPROVED', 200][at % 3])}`;
  return at % 2 === 0 ? `{${field},${text.slice(1)}` : `${text.slice(0, -1)},${field}}`;
}
