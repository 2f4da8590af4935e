import { UnreadableCell } from './unreadable.js';

/**
 * Cells as a spreadsheet leaves them when a statement was opened in it and saved again. A long number has lost digits: the rest could be the
 * number of another order, so it is refused. A guard against that is refused, too, because the number in it may have been changed before it
 * was guarded.
 */

/**
 * Excel writes the exponent with its sign, and a text that it took for such a number with two decimals; others leave the sign out or put
 * blanks in. Without a decimal mark and a sign, as `7E14`, it is a reference.
 */
const SHORTENED = /^[-+]?\d+(?: ?E ?\+ ?\d{1,3}|[.,]\d+ ?(?:E ?[-+] ?\d{1,3}|E ?\d{2,3}|[x*] ?10 ?\^ ?\d{1,3}))$/i;
const GUARDED = /^(?:=\s*["“”]|=\d+$|['‘’])/;
const ERROR = /^#(?:#+|N\/[AD]|[\p{L}\d¡¿/]+[!?])$/u;

const AGAIN = 'take the file as the provider sends it, or give the column the format Text before it is filled';

/** @throws UnreadableCell */
export function refuseSpoiled(cell: string): void {
  if (SHORTENED.test(cell))
    throw new UnreadableCell(`is a number that Excel has shortened, as 7,70123E+14, so that digits are lost; ${AGAIN}`);
  if (GUARDED.test(cell))
    throw new UnreadableCell(
      'is guarded against Excel, as ="7701234" or \'7701234, and may have been changed before; write just what stands in it, as 7701234',
    );
  if (ERROR.test(cell))
    throw new UnreadableCell(`is an error of Excel, as #NAME? or ####, in place of its content; ${AGAIN}`);
}

/** Excel keeps so many digits of a number, and makes the others zeros. */
const DIGITS_KEPT = 15;
/** So many zeros in a file are not a coincidence. */
const ZEROS_MIN = 6;
/** Lines that are named one by one. */
const LINES_MAX = 1_000;

/** The long numbers of one column. Excel may have rounded them, which only all of them together can show. */
export class LongNumbers {
  #zeros = 0;
  #lines: number[] = [];
  #isWhole = false;

  see(cell: string, line: number): void {
    if (this.#isWhole || cell.length <= DIGITS_KEPT || !/^\d+$/.test(cell)) return;
    this.#isWhole = !/^0+$/.test(cell.slice(DIGITS_KEPT));
    this.#zeros += cell.length - DIGITS_KEPT;
    if (this.#lines.length < LINES_MAX) this.#lines.push(line);
  }

  rounded(): { lines: readonly number[]; message: string } {
    const message = `is a number that Excel has rounded to ${DIGITS_KEPT} digits, with zeros for the others, as all long ones in the file are; ${AGAIN}`;
    return { lines: !this.#isWhole && this.#zeros >= ZEROS_MIN ? this.#lines : [], message };
  }
}
