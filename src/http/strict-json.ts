import jsonc from 'jsonc-parser';
import { Problem } from './problem.js';

/**
 * Parses a request's body and refuses what JSON.parse takes but a payment must not: names given twice (the last would win), numbers that
 * a double cannot hold exactly, and texts that PostgreSQL cannot store (NUL, lone surrogates).
 * @throws Problem MALFORMED_JSON that names the place
 */
export function parseStrictJson(body: Buffer): unknown {
  const text = decode(body);
  try {
    const value: unknown = JSON.parse(text);
    refuseInexact(text);
    return value;
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw malformed(error instanceof RangeError ? 'it is nested too deeply' : 'it cannot be parsed');
  }
}

/** True for text that every part of the system can carry unchanged. */
export function isCleanText(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0');
}

function refuseInexact(text: string): void {
  const names: Set<string>[] = [];
  const place = (path: () => jsonc.JSONPath) => path().join('.') || 'the top level';
  jsonc.visit(text, {
    onObjectBegin: () => void names.push(new Set()),
    onObjectEnd: () => void names.pop(),
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
  return Number.isFinite(value) && written.length <= 24 && (!Number.isInteger(value) || Number.isSafeInteger(value));
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
