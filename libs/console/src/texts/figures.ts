import { currentLanguage, type Language, LOCALES } from './language.js';

const SECONDS_PER_MINUTE = 60;
const SECONDS_PER_HOUR = 3_600;
const SECONDS_PER_DAY = 86_400;
const BYTES_PER_MEGABYTE = 1_000_000;
const CENTS = 100n;
/** All of something, as progress bars and axes count it. */
export const PERCENT = 100;

/** `94,2 %`; a dash where nothing is counted. */
export function formatRate(part: number, whole: number, language: Language = currentLanguage()): string {
  if (whole === 0) return '—';
  return new Intl.NumberFormat(LOCALES[language], { style: 'percent', maximumFractionDigits: 1 }).format(part / whole);
}

export function formatCount(count: number, language: Language = currentLanguage()): string {
  return new Intl.NumberFormat(LOCALES[language], { useGrouping: 'always' }).format(count);
}

/** `0,3 MB`. */
export function formatBytes(bytes: number, language: Language = currentLanguage()): string {
  const megabytes = new Intl.NumberFormat(LOCALES[language], { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  return `${megabytes.format(bytes / BYTES_PER_MEGABYTE)} MB`;
}

/** `45 s`, `3 min 20 s`, `2 h 5 min`; a dash for null. */
export function formatSeconds(seconds: number | null): string {
  if (seconds === null) return '—';
  const pair = (big: number, bigUnit: string, small: number, smallUnit: string) =>
    small === 0 ? `${big} ${bigUnit}` : `${big} ${bigUnit} ${small} ${smallUnit}`;
  const whole = Math.round(seconds);
  if (whole < SECONDS_PER_MINUTE) return `${whole} s`;
  if (whole < SECONDS_PER_HOUR)
    return pair(Math.floor(whole / SECONDS_PER_MINUTE), 'min', whole % SECONDS_PER_MINUTE, 's');
  const minutes = Math.floor((whole % SECONDS_PER_HOUR) / SECONDS_PER_MINUTE);
  if (whole < SECONDS_PER_DAY) return pair(Math.floor(whole / SECONDS_PER_HOUR), 'h', minutes, 'min');
  return pair(Math.floor(whole / SECONDS_PER_DAY), 'd', Math.floor((whole % SECONDS_PER_DAY) / SECONDS_PER_HOUR), 'h');
}

/** `$ 1,2 M`: for the axis of a chart alone, where there is no room for the amount. */
export function roughMoney(cents: number, language: Language = currentLanguage()): string {
  const pesos = BigInt(Math.round(cents)) / CENTS;
  return `$ ${new Intl.NumberFormat(LOCALES[language], { notation: 'compact', maximumFractionDigits: 1 }).format(pesos)}`;
}
