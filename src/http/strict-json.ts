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
    refuseInexact(text);
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

function refuseInexact(text: string): void {
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
