import jsonc from 'jsonc-parser';
import { Problem } from './problem.js';

/** Far more than any request needs. */
const DEPTH_MAX = 20;

/**
 * Parses a request's body and refuses what JSON.parse takes but a payment must not: names given twice (the last would win), numbers that
 * a double cannot hold exactly, texts that PostgreSQL cannot store (NUL, lone surrogates), and nesting that could exhaust a stack.
 * @throws Problem MALFORMED_JSON that names the path
 */
export function parseStrictJson(body: Buffer): unknown {
  const text = decode(body);
  try {
    const value: unknown = JSON.parse(text);
    if (!isPlain(text, value)) refuseInexact(text);
    return value;
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw malformed('it cannot be parsed');
  }
}

/** True for text that every part of the system can carry unchanged. */
export function isCleanText(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0');
}

/**
 * Whether it is certain, without reading it token by token, that nothing in it is to be refused: as many names are written as the value has, so none
 * twice; its numbers are safe integers without fraction or exponent; its texts are clean; and its depth is within bounds.
 */
function isPlain(text: string, value: unknown): boolean {
  return namesWritten(text) === namesOf(value, 1, text.includes('\\u'));
}

const [QUOTE, POINT, COLON, BACKSLASH, NINE, ZERO, CAPITAL_E, E] = Array.from('".:\\90Ee', (one) => one.charCodeAt(0));

/** @param json that can be parsed @returns how many names are in it; NaN where a number has a fraction or an exponent */
function namesWritten(json: string): number {
  let names = 0;
  for (let at = 0; at < json.length; at += 1) {
    const code = json.charCodeAt(at);
    if (code === QUOTE) at = endOfText(json, at);
    else if (code === COLON) names += 1;
    else if (code === POINT || code === CAPITAL_E) return NaN;
    else if (code === E) {
      const before = json.charCodeAt(at - 1);
      if (before >= ZERO! && before <= NINE!) return NaN;
    }
  }
  return names;
}

function endOfText(json: string, begin: number): number {
  let at = begin + 1;
  for (let code = json.charCodeAt(at); code !== QUOTE; code = json.charCodeAt(at)) at += code === BACKSLASH ? 2 : 1;
  return at;
}

/** @returns how many names are in it, at all depths; NaN where something needs a closer look */
function namesOf(value: unknown, depth: number, hasEscapes: boolean): number {
  if (typeof value === 'string') return hasEscapes && !isCleanText(value) ? NaN : 0;
  if (typeof value === 'number') return Number.isSafeInteger(value) ? 0 : NaN;
  if (typeof value !== 'object' || value === null) return 0;
  if (depth > DEPTH_MAX) return NaN;
  let names = 0;
  if (Array.isArray(value)) {
    for (const item of value) names += namesOf(item, depth + 1, hasEscapes);
    return names;
  }
  for (const name of Object.keys(value)) {
    if (hasEscapes && !isCleanText(name)) return NaN;
    names += 1 + namesOf((value as Record<string, unknown>)[name], depth + 1, hasEscapes);
  }
  return names;
}

/** @throws Problem MALFORMED_JSON that names the path */
export function refuseInexact(text: string): void {
  const names: Set<string>[] = [];
  let depth = 0;
  const deeper = () => {
    depth += 1;
    if (depth > DEPTH_MAX) throw malformed('it is nested too deeply');
  };
  const place = (path: () => jsonc.JSONPath) => path().join('.') || 'the top level';
  jsonc.visit(text, {
    onObjectBegin: () => {
      deeper();
      names.push(new Set());
    },
    onObjectEnd: () => {
      depth -= 1;
      names.pop();
    },
    onArrayBegin: deeper,
    onArrayEnd: () => void (depth -= 1),
    onObjectProperty: (name, _offset, _length, _line, _character, path) => {
      if (!isCleanText(name)) throw malformed(`a name at ${place(path)} has characters that cannot be stored`);
      if (names.at(-1)?.has(name)) throw malformed(`"${name.slice(0, 64)}" is given twice`);
      names.at(-1)?.add(name);
    },
    onLiteralValue: (value: unknown, offset, length, _line, _character, path) => {
      if (typeof value === 'string' && !isCleanText(value)) {
        throw malformed(`${place(path)} has characters that cannot be stored (NUL or half of a surrogate pair)`);
      }
      if (typeof value === 'number' && !isExact(value, text.slice(offset, offset + length))) {
        throw malformed(`the number at ${place(path)} cannot be taken exactly`);
      }
    },
  });
}

function isExact(value: number, written: string): boolean {
  if (!Number.isFinite(value) || written.length > 24 || (Number.isInteger(value) && !Number.isSafeInteger(value)))
    return false;
  return decimal(written) === decimal(String(value));
}

/** A number's digits and the power of ten of the last one, the same for every way to write the number. */
function decimal(number: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i.exec(number) ?? [];
  const digits = `${whole}${fraction}`.replace(/0+$/, '');
  const zeros = whole.length + fraction.length - digits.length;
  const significant = digits.replace(/^0+/, '');
  return significant ? `${sign}${significant}e${Number(exponent) - fraction.length + zeros}` : '0';
}

function decode(body: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    throw malformed('it is not UTF-8');
  }
}

function malformed(reason: string): Problem {
  return new Problem('MALFORMED_JSON', `The body was refused: ${reason}.`);
}
