import { hasFourDigitYear } from '@recaudo/payment-provider';
import { COLOMBIAN_OFFSET, isDay } from '../../http/period.js';
import { UnreadableCell } from './unreadable.js';

/**
 * Dates and times as statements in Colombia have them: the year or the day first, never the month. A date that could be read in two ways is
 * read with the day first. One that is a date only with the month first is refused, and with it the file, so that no other line of it is
 * read wrongly. Years are those of this century: 1900 is a spreadsheet’s empty date.
 */

/** As programs write it, and as JavaScript reads it. Most times are so, and there are millions of them. */
const PLAIN = /^20\d\d-\d\d-\d\dT(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{3})?(?:Z|[+-](?:0\d|1[0-5]):[0-5]\d)$/;

const DATE = [
  /^(?<year>20\d{2})([-/.])(?<month>\d{1,2})\2(?<day>\d{1,2})(?!\d)/,
  /^(?<day>\d{1,2})([-/.])(?<month>\d{1,2})\2(?<year>20\d{2})(?!\d)/,
  /^(?<day>\d{1,2})(?:[-/. ]| de )(?<name>\p{L}{3,10})(?:\.?[-/ ]|\.| de | del )(?<year>20\d{2})(?!\d)/u,
] as const;

const CLOCK =
  /^(?:T|,? | - )(?<hour>\d{1,2}):(?<minute>\d\d)(?::(?<second>\d\d)(?:[.,](?<fraction>\d{1,9}))?)?(?: ?(?:(?<half>[ap])\.? ?m|(?<noon>m))\.?)?(?= |$|[Z+-]|UTC|GMT)/i;

const ZONE =
  /^ ?(?:(?<utc>Z|UTC|GMT)|(?<colombian>COT)|(?:UTC|GMT)?(?<sign>[+-])(?<hours>\d\d?)(?<minutes>:\d\d|(?<=[+-]\d\d)\d\d)?)$/i;

/** Their first three letters are enough. */
const MONTHS = [
  ['enero', 'january'],
  ['febrero', 'february'],
  ['marzo', 'march'],
  ['abril', 'april'],
  ['mayo', 'may'],
  ['junio', 'june'],
  ['julio', 'july'],
  ['agosto', 'august'],
  ['septiembre', 'setiembre', 'september'],
  ['octubre', 'october'],
  ['noviembre', 'november'],
  ['diciembre', 'december'],
];

const TWO_DIGIT_YEAR = /^\d{1,2}[-/. ](?:\d{1,2}|\p{L}{3,10}\.?)[-/. ]\d{2}(?![\d:])/u;
/** Today is day 46,355. */
const EXCEL_DAYS = /^\d{5}(?:[.,]\d+)?$/;

const NO_TIME = 'must be a date or a time, as 2026-11-29, 2026-11-29 10:00:00 or 29/11/2026 10:00 a. m.';

/**
 * A time, or a date, which means the beginning of its day.
 * @param utcOffset where the cell has none: `-05:00`
 * @throws UnreadableCell
 */
export function readTime(cell: string, utcOffset: string): Date {
  if (PLAIN.test(cell) && isKnownDay(cell.slice(0, 10))) return new Date(cell);
  const text = cell.replace(/\s+/g, ' ');
  if (TWO_DIGIT_YEAR.test(text)) throw new UnreadableCell('has a year of two digits; write 2026-11-29 or 29/11/2026');
  if (EXCEL_DAYS.test(text))
    throw new UnreadableCell('is a number of days, as Excel keeps dates; give the column a date format, as yyyy-mm-dd');
  const { day, length } = readDay(text);
  const { clock, rest } = readClock(text.slice(length));
  const time = new Date(`${day}T${clock}${readOffset(rest) ?? utcOffset}`);
  if (!hasFourDigitYear(time)) throw new UnreadableCell(NO_TIME);
  return time;
}

function readDay(text: string): { day: string; length: number } {
  const found = DATE[0].exec(text) ?? DATE[1].exec(text) ?? DATE[2].exec(text);
  const { year, month, day, name } = found?.groups ?? {};
  const number = name === undefined ? Number(month) : monthNamed(name);
  if (found && name === undefined && !/^\d{4}/.test(text) && number > 12 && number <= 31 && Number(day) <= 12) {
    throw new UnreadableCell(
      'has the month before the day, and in Colombia the day is first: write 2026-11-29 or 29/11/2026, all lines alike',
    );
  }
  const iso = `${year}-${String(number).padStart(2, '0')}-${day?.padStart(2, '0')}`;
  if (!found || !isKnownDay(iso)) throw new UnreadableCell(NO_TIME);
  return { day: iso, length: found[0].length };
}

/** Most lines have the day of the line before. */
let lastDay: string | undefined;

function isKnownDay(iso: string): boolean {
  if (iso === lastDay) return true;
  if (!isDay(iso)) return false;
  lastDay = iso;
  return true;
}

function monthNamed(name: string): number {
  return MONTHS.findIndex((names) => names.some((full) => full.startsWith(name.toLowerCase()))) + 1;
}

function readClock(text: string): { clock: string; rest: string } {
  const found = CLOCK.exec(text);
  if (!found) return { clock: '00:00:00', rest: text };
  const { hour = '', minute, second = '00', fraction = '', half, noon } = found.groups ?? {};
  const hours = noon === undefined ? hoursOf(Number(hour), half?.toLowerCase()) : noonOf(Number(hour));
  const clock = `${String(hours).padStart(2, '0')}:${minute}:${second}.${fraction.slice(0, 3).padEnd(3, '0')}`;
  return { clock, rest: text.slice(found[0].length) };
}

/** Twelve o'clock begins its half of the day. */
function hoursOf(hour: number, half: string | undefined): number {
  if (half === undefined ? hour > 23 : hour < 1 || hour > 12) throw new UnreadableCell(NO_TIME);
  return half === undefined ? hour : (hour % 12) + (half === 'p' ? 12 : 0);
}

/** `12:00 m.` is noon in Colombia. */
function noonOf(hour: number): number {
  if (hour !== 12) throw new UnreadableCell(NO_TIME);
  return hour;
}

function readOffset(text: string): string | undefined {
  if (text === '') return undefined;
  const { utc, colombian, sign, hours = '', minutes = '' } = ZONE.exec(text)?.groups ?? {};
  if (utc) return 'Z';
  if (colombian) return COLOMBIAN_OFFSET;
  if (sign === undefined) throw new UnreadableCell(NO_TIME);
  return `${sign}${hours.padStart(2, '0')}:${minutes.replace(':', '').padEnd(2, '0')}`;
}
