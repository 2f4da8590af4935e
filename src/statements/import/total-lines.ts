import { normalizeText } from './normalize-text.js';

/**
 * The totals of a file are no payments. A line is one where it is named so and has no other reference or id, or has nothing but the sum of the
 * lines before it. A line of which nobody can say whether it is a sum or a payment is refused.
 */

const LABEL = /^(?:SUMA|SUMAS|SUMATORIA)(?:$|[:= ])|(?:^|[ (])(?:SUB ?-?)?TOTAL(?:ES)?(?:$|[:=) ]|[_-]GENERAL)/;
/** Alone in the first cell, where another may hold how many lines there are in place of a reference. */
const BARE_LABEL = /^(?:GRAND? |SUB ?-?)?TOTAL(?:ES)?(?:[ _-]GENERAL(?:ES)?)?:?$/;
/** A cell that begins with the name of a sum: with the word further on it may be a remark, as `Pago total`. */
const BEGINS_WITH_LABEL = /^(?:GRAND? |SUB ?-?)?(?:TOTAL|SUMA)/;
/** Such a name written otherwise, or another name of a sum, with no digit in it. */
const NEARLY_LABEL = /^(?:\P{N}*[^\p{L}\p{N}])?(?:TOT$|TOT[^\p{L}]|TOTAL|SUMA|ACUMULAD|CONSOLIDAD)\P{N}*$/u;
/** What else stands below the lines with an amount of its own. */
const OTHER_SUM =
  /^(?:NETO|BRUTO|SALDO|RECAUDO|RECAUDADO|RESUMEN|COMISI[OÓ]N(?:ES)?|IVA|GMF|4X1000|GRAVAMEN|RETE(?:ICA|IVA|FUENTE)|RETENCI[OÓ]N(?:ES)?|PROMEDIO|DESCUENTOS?|IMPUESTOS?|REGISTROS|TRANSACCIONES|PAGOS|ABONOS|CARGOS|VENTAS|INGRESOS|CANTIDAD|CONTEO|N[UÚ]MERO)(?:$|[:= ])/;

/** The cells of a line that tell a sum from a payment. */
export interface LineCells {
  all: readonly string[];
  /** Reference and external id. */
  keys: readonly string[];
  /** Status and time, where the file has the columns. */
  particulars: readonly string[];
  time: string;
}

type Kind = 'payment' | 'total' | 'nobody can say';
/** What a line is that has the sum of the lines before it, and what it is otherwise. */
export interface Verdict {
  sum: Kind;
  other: Kind;
}

const always = (kind: Kind): Verdict => ({ sum: kind, other: kind });

/** @param linesBefore payments before it in the file */
export function totalOrPayment(cells: LineCells, linesBefore: number): Verdict {
  if (isNamedForTime(cells)) return always('total');
  const names = cells.keys.filter((key) => key !== '' && !LABEL.test(normalizeText(key)));
  return names.length === 0 ? ofNoName(cells) : ofNames(names, cells, linesBefore);
}

/** The name of a sum stands where a payment has its time, often the first column, and there is no status. */
function isNamedForTime({ particulars, time }: LineCells): boolean {
  const word = normalizeText(time);
  return LABEL.test(word) && BEGINS_WITH_LABEL.test(word) && particulars.every((cell) => cell === '' || cell === time);
}

function ofNoName({ all, keys, particulars }: LineCells): Verdict {
  const isBare = particulars.every((cell) => cell === '');
  const labels = all.map(normalizeText).filter((word) => LABEL.test(word));
  if (labels.length === 0) return { sum: isBare ? 'total' : 'payment', other: 'payment' };
  const isNamed = keys.some((key) => key !== '') || labels.some((word) => BEGINS_WITH_LABEL.test(word));
  return { sum: 'total', other: isBare && isNamed ? 'total' : 'nobody can say' };
}

function ofNames(names: readonly string[], { all, particulars }: LineCells, linesBefore: number): Verdict {
  if (particulars.some((cell) => cell !== '')) return always('payment');
  if (BARE_LABEL.test(normalizeText(all.find((cell) => cell.trim() !== '') ?? '')))
    return always(particulars.length > 0 ? 'total' : 'nobody can say');
  const words = names.map(normalizeText);
  if (words.every((word) => NEARLY_LABEL.test(word))) return { sum: 'total', other: 'nobody can say' };
  if (words.every((word) => word.includes(' ') || OTHER_SUM.test(word))) return always('nobody can say');
  if (words.every((word) => !/\d/.test(word))) return { sum: 'nobody can say', other: 'payment' };
  // How many lines there are, in place of a reference.
  return { sum: names.length === 1 && names[0] === String(linesBefore) ? 'total' : 'payment', other: 'payment' };
}
