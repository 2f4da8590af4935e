import { normalizeText } from './normalize-text.js';

/**
 * The totals of a file are no payments. A line is a total where it is called so and has no other reference or id, or has nothing but the sum
 * of the lines before it. A line that may be a sum or a payment is refused.
 */

const LABEL = /^(?:SUMA|SUMAS|SUMATORIA)(?:$|[:= ])|(?:^|[ (])(?:SUB ?-?)?TOTAL(?:ES)?(?:$|[:=) ]|[_-]GENERAL)/;
/** Alone in the first cell; another cell may have the number of lines in place of a reference. */
const BARE_LABEL = /^(?:GRAND? |SUB ?-?)?TOTAL(?:ES)?(?:[ _-]GENERAL(?:ES)?)?:?$/;
/** A cell that begins with the name of a sum. Where the name comes later, it may be a remark, as `Pago total`. */
const BEGINS_WITH_LABEL = /^(?:GRAND? |SUB ?-?)?(?:TOTAL|SUMA)/;
/** Such a name written otherwise, or another name of a sum, with no digit in it. */
const NEARLY_LABEL = /^(?:\P{N}*[^\p{L}\p{N}])?(?:TOT$|TOT[^\p{L}]|TOTAL|SUMA|ACUMULAD|CONSOLIDAD)\P{N}*$/u;
/** Other lines with an amount that stand below the payments. */
const OTHER_SUM =
  /^(?:NETO|BRUTO|SALDO|RECAUDO|RECAUDADO|RESUMEN|COMISI[OÓ]N(?:ES)?|IVA|GMF|4X1000|GRAVAMEN|RETE(?:ICA|IVA|FUENTE)|RETENCI[OÓ]N(?:ES)?|PROMEDIO|DESCUENTOS?|IMPUESTOS?|REGISTROS|TRANSACCIONES|PAGOS|ABONOS|CARGOS|VENTAS|INGRESOS|CANTIDAD|CONTEO|N[UÚ]MERO)(?:$|[:= ])/;

/** The cells of a line that show whether it is a sum or a payment. */
export interface LineCells {
  all: readonly string[];
  /** Reference and external id. */
  keys: readonly string[];
  /** Status and time, where the file has the columns. */
  particulars: readonly string[];
  time: string;
}

type Kind = 'payment' | 'total' | 'unclear';
/** The kind of a line if its amount is the sum of the lines before it, and if it is not. */
export interface LineKinds {
  sum: Kind;
  other: Kind;
}

const always = (kind: Kind): LineKinds => ({ sum: kind, other: kind });

/** @param linesBefore payments before it in the file */
export function totalOrPayment(cells: LineCells, linesBefore: number): LineKinds {
  if (isNamedForTime(cells)) return always('total');
  const names = cells.keys.filter((key) => key !== '' && !LABEL.test(normalizeText(key)));
  return names.length === 0 ? ofNoName(cells) : ofNames(names, cells, linesBefore);
}

/** The name of a sum stands in place of the time, often the first column, and there is no status. */
function isNamedForTime({ particulars, time }: LineCells): boolean {
  const text = normalizeText(time);
  return LABEL.test(text) && BEGINS_WITH_LABEL.test(text) && particulars.every((cell) => cell === '' || cell === time);
}

function ofNoName({ all, keys, particulars }: LineCells): LineKinds {
  const isBare = particulars.every((cell) => cell === '');
  const labels = all.map(normalizeText).filter((text) => LABEL.test(text));
  if (labels.length === 0) return { sum: isBare ? 'total' : 'payment', other: 'payment' };
  const isNamed = keys.some((key) => key !== '') || labels.some((text) => BEGINS_WITH_LABEL.test(text));
  return { sum: 'total', other: isBare && isNamed ? 'total' : 'unclear' };
}

function ofNames(names: readonly string[], { all, particulars }: LineCells, linesBefore: number): LineKinds {
  if (particulars.some((cell) => cell !== '')) return always('payment');
  if (BARE_LABEL.test(normalizeText(all.find((cell) => cell.trim() !== '') ?? '')))
    return always(particulars.length > 0 ? 'total' : 'unclear');
  const texts = names.map(normalizeText);
  if (texts.every((text) => NEARLY_LABEL.test(text))) return { sum: 'total', other: 'unclear' };
  if (texts.every((text) => text.includes(' ') || OTHER_SUM.test(text))) return always('unclear');
  if (texts.every((text) => !/\d/.test(text))) return { sum: 'unclear', other: 'payment' };
  // The number of lines, in place of a reference.
  return { sum: names.length === 1 && names[0] === String(linesBefore) ? 'total' : 'payment', other: 'payment' };
}
