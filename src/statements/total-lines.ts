import { wordOf } from './words.js';

/**
 * The totals of a file are no payments. A line is one where it is named so and has no other reference or id, or has nothing but the sum of the
 * lines before it. A line of which nobody can say whether it is a sum or a payment is refused.
 */

const LABEL = /^(?:SUMA|SUMAS|SUMATORIA)(?:$|[:= ])|(?:^|[ (])(?:SUB ?-?)?TOTAL(?:ES)?(?:$|[:=) ]|[_-]GENERAL)/;
/** Alone in the first cell, where another may hold how many lines there are in place of a reference. */
const BARE_LABEL = /^(?:GRAND? |SUB ?-?)?TOTAL(?:ES)?(?:[ _-]GENERAL(?:ES)?)?:?$/;
/** What else stands below the lines with an amount of its own. */
const OTHER_SUM =
  /^(?:NETO|SALDO|COMISI[OÓ]N(?:ES)?|IVA|GMF|RETENCI[OÓ]N(?:ES)?|PROMEDIO|DESCUENTOS?|IMPUESTOS?|REGISTROS|TRANSACCIONES|PAGOS|CANTIDAD|CONTEO|N[UÚ]MERO)(?:$|[:= ])/;

/** The cells of a line that tell a sum from a payment. */
export interface TellingCells {
  all: readonly string[];
  /** Reference and external id. */
  keys: readonly string[];
  /** Status and time, where the file has the columns. */
  particulars: readonly string[];
}

/** Where the sum decides: what a line is that is the sum of those before it, and what it is otherwise. */
export type Verdict = 'payment' | 'total' | 'total or payment' | 'total or nobody can say' | 'nobody can say';

/** @param linesBefore payments before it in the file */
export function totalOrPayment({ all, keys, particulars }: TellingCells, linesBefore: number): Verdict {
  const names = keys.filter((key) => key !== '' && !LABEL.test(wordOf(key)));
  const isBare = particulars.every((cell) => cell === '');
  if (names.length === 0) {
    if (!all.some((cell) => LABEL.test(wordOf(cell)))) return isBare ? 'total or payment' : 'payment';
    return isBare ? 'total' : 'total or nobody can say';
  }
  if (!isBare) return 'payment';
  if (BARE_LABEL.test(wordOf(all.find((cell) => cell.trim() !== '') ?? '')))
    return particulars.length > 0 ? 'total' : 'nobody can say';
  if (names.every((name) => name.includes(' ') || OTHER_SUM.test(wordOf(name)))) return 'nobody can say';
  // How many lines there are, in place of a reference.
  return names.length === 1 && names[0] === String(linesBefore) ? 'total or payment' : 'payment';
}
