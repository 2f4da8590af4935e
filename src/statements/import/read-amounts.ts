import { type AmountUnit, decimalsOf, HOME_CURRENCY, type StatementMapping } from '@recaudo/payment-provider';
import { UnreadableCell } from './unreadable.js';

/**
 * Amounts as people and programs in Colombia write them: `50000`, `50.000,00`, `50,000.00`, `$ 50.000`, `COP 1'250.000`, `(50.000)`. Which mark
 * stands before the decimals is given by the mapping, or shown by the file: by an amount with both marks, one mark twice, or one or two
 * digits after it. An amount that shows nothing, as `50.000`, is read as thousands, because no peso has thousandths. If another line shows
 * that the same mark stands before decimals, the file is refused, so that no line counts that could have been read in two ways.
 */

type Mark = '.' | ',';

/** More is not an amount of a payment, but another column. */
const AMOUNT_MAX_IN_CENTS = 10n ** 15n;
/** Longer is no amount. */
const LENGTH_MAX = 40;
/** Lines that are named one by one. */
const UNSURE_MAX = 1_000;

const SIGNED =
  /^(?<open>\()? ?(?<before>[-−])? ?(?<sign>COP|(?:COP|COL)? ?\$)? ?(?<inside>[-−])? ?(?<number>\d[\d.,' ’]*?) ?(?<behind>[-−])? ?(?<currency>COP)? ?(?<close>\))?$/i;

interface Digits {
  whole: string;
  fraction: string;
  /** The mark before the decimals, as this amount shows it. */
  decimal?: Mark;
  /** A mark before three digits, which could be thousands or decimals. */
  unsure?: Mark;
}

/** Reads the amounts of one file. */
export class AmountReader {
  #decimal: Mark | undefined;
  #unsureMark: Mark | undefined;
  #unsureLines: number[] = [];
  #isContradicted = false;

  constructor(private readonly mapping: Pick<StatementMapping, 'amountUnit' | 'decimalSeparator'>) {
    this.#decimal = mapping.decimalSeparator;
  }

  /** As it is given, or was shown so far. */
  get decimalSeparator(): Mark | undefined {
    return this.#decimal;
  }

  /** In cents of the currency; negative with a minus before or after it, or in parentheses. @throws UnreadableCell */
  read(cell: string, line: number, currency: string = HOME_CURRENCY): bigint {
    const { isNegative, number } = this.#signed(cell, currency);
    const digits = digitsOf(number);
    if (!digits) throw this.#unreadable();
    if (digits.decimal) this.#shown(digits.decimal);
    if (digits.unsure) this.#take(digits.unsure, line);
    const cents = IN_CENTS[this.mapping.amountUnit](digits, decimalsOf(currency));
    if (cents === undefined || cents > AMOUNT_MAX_IN_CENTS) throw this.#unreadable();
    return isNegative ? -cents : cents;
  }

  /** The lines that were read as thousands, if a later line shows that they may be decimals. */
  wrong(): { lines: readonly number[]; message: string } {
    const message = `an amount of it may be thousands or decimals: other lines have decimals after "${this.#unsureMark}"; write amounts without marks between thousands`;
    return { lines: this.#isContradicted ? this.#unsureLines : [], message };
  }

  #signed(cell: string, currency: string): { isNegative: boolean; number: string } {
    if (PLAIN.test(cell)) return { isNegative: false, number: cell };
    // Excel writes the currency's sign before parentheses, too.
    const text = cell
      .replace(/\s+/g, ' ')
      .trim()
      .replace(/^([^\d(]+)\(/, '($1');
    const parts = text.length <= LENGTH_MAX ? SIGNED.exec(text)?.groups : undefined;
    if (!parts) throw this.#unreadable();
    const { open, close, before, inside, behind, sign, currency: code, number = '' } = parts;
    const signs = [open, before, inside, behind].filter((part) => part !== undefined);
    if (signs.length > 1 || (open === undefined) !== (close === undefined)) throw this.#unreadable();
    if (currency !== HOME_CURRENCY && (code ?? sign?.replace('$', ''))) throw this.#unreadable();
    return { isNegative: signs.length === 1, number };
  }

  #shown(decimal: Mark): void {
    if (this.#decimal === undefined) {
      this.#decimal = decimal;
      this.#isContradicted = this.#unsureMark === decimal;
    } else if (this.#decimal !== decimal) throw this.#unreadable();
  }

  #take(unsure: Mark, line: number): void {
    if (this.#decimal === unsure) throw this.#unreadable();
    if (this.#decimal !== undefined) return;
    this.#unsureMark ??= unsure;
    if (this.#unsureMark !== unsure) throw this.#unreadable();
    if (this.#unsureLines.length < UNSURE_MAX && this.#unsureLines.at(-1) !== line) this.#unsureLines.push(line);
  }

  #unreadable(): UnreadableCell {
    const { amountUnit, decimalSeparator } = this.mapping;
    const known = decimalSeparator ?? this.#decimal;
    const decimals = known ? `its decimals after "${known}"` : 'as 50000 or 50000.00';
    const shown = known && !decimalSeparator ? ' as in the lines before' : '';
    return new UnreadableCell(`must be an amount in ${amountUnit}, ${decimals}${shown}`);
  }
}

const IN_CENTS: Readonly<Record<AmountUnit, (digits: Digits, decimals: number) => bigint | undefined>> = {
  cents: ({ whole, fraction }) => (/[1-9]/.test(fraction) ? undefined : BigInt(whole)),
  pesos: ({ whole, fraction }, decimals) =>
    /[1-9]/.test(fraction.slice(decimals))
      ? undefined
      : BigInt(whole + fraction.slice(0, decimals).padEnd(decimals, '0')),
};

const OTHER: Readonly<Record<Mark, Mark>> = { '.': ',', ',': '.' };

function digitsOf(number: string): Digits | undefined {
  if (PLAIN.test(number)) return { whole: number, fraction: '' };
  const marks = number.split('').filter((char): char is Mark => char === '.' || char === ',');
  const last = marks.at(-1);
  if (last === undefined) return wholeOnly(number);
  const isAlone = marks.every((mark) => mark === last);
  if (isAlone && marks.length > 1) return wholeOnly(number, last, { decimal: OTHER[last] });
  const at = number.lastIndexOf(last);
  const [before, behind] = [number.slice(0, at), number.slice(at + 1)];
  // The mark before the decimals stands once.
  if (!isAlone && number.indexOf(last) !== at) return undefined;
  if (/^\d\d?$/.test(behind)) {
    const whole = wholeOf(before, isAlone ? undefined : OTHER[last]);
    return whole === undefined ? undefined : { whole, fraction: behind, decimal: last };
  }
  return isAlone && /^[1-9]/.test(before) ? wholeOnly(number, last, { unsure: last }) : undefined;
}

function wholeOnly(
  number: string,
  thousands?: Mark,
  reported: Pick<Digits, 'decimal' | 'unsure'> = {},
): Digits | undefined {
  const whole = wholeOf(number, thousands);
  return whole === undefined ? undefined : { whole, fraction: '', ...reported };
}

const PLAIN = /^\d{1,16}$/;
/** Blanks and apostrophes separate thousands with any mark; millions may have an apostrophe beside points. */
const GROUPED = {
  none: /^\d{1,3}(?:[ '’]\d{3}){1,5}$/,
  '.': /^\d{1,3}(?:[. '’]\d{3}){1,5}$/,
  ',': /^\d{1,3}(?:[, '’]\d{3}){1,5}$/,
} as const;

function wholeOf(text: string, thousands?: Mark): string | undefined {
  return PLAIN.test(text) || GROUPED[thousands ?? 'none'].test(text) ? text.replace(/\D/g, '') : undefined;
}
