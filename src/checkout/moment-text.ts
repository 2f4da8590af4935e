import { type Language, LOCALES } from './texts/language.js';

const ZONE = 'America/Bogota';
const MINUTES_PER_HOUR = 60;
const HOURS_PER_DAY = 24;
const MS_PER_MINUTE = 60_000;

const FORMS = {
  es: formatsOf('es'),
  en: formatsOf('en'),
} as const;

function formatsOf(language: Language) {
  const locale = LOCALES[language];
  return {
    time: new Intl.DateTimeFormat(locale, { timeZone: ZONE, hour: 'numeric', minute: '2-digit' }),
    whole: new Intl.DateTimeFormat(locale, {
      ...{ timeZone: ZONE, day: 'numeric', month: 'long', year: 'numeric' },
      ...{ hour: 'numeric', minute: '2-digit' },
    }),
    wholeDay: new Intl.DateTimeFormat(locale, { timeZone: ZONE, day: 'numeric', month: 'long', year: 'numeric' }),
    day: new Intl.DateTimeFormat('en-CA', { timeZone: ZONE }),
  };
}

/** The time in Bogotá; with its day where that is not today. */
export function dueText(at: Date, now: Date, language: Language): string {
  const { time, whole, day } = FORMS[language];
  if (day.format(at) !== day.format(now)) return `${language === 'es' ? 'el ' : ''}${whole.format(at)}`;
  return `${language === 'es' ? 'a las' : 'at'} ${time.format(at)}`;
}

export function momentText(at: Date, language: Language): string {
  return FORMS[language].whole.format(at);
}

/** When something ends. The end of a day is the day itself, and not the midnight after it. */
export function dayOrMomentText(end: Date, language: Language): string {
  const { wholeDay, day } = FORMS[language];
  const last = new Date(end.getTime() - 1);
  const the = language === 'es' ? 'el ' : '';
  return day.format(last) === day.format(end) ? `${the}${momentText(end, language)}` : `${the}${wholeDay.format(last)}`;
}

/** `15 min`, `12 h`, `3 días`. */
export function durationText(minutes: number, language: Language): string {
  if (minutes < MINUTES_PER_HOUR) return `${minutes} min`;
  const hours = Math.floor(minutes / MINUTES_PER_HOUR);
  if (hours < HOURS_PER_DAY) return `${hours} h`;
  const days = Math.floor(hours / HOURS_PER_DAY);
  if (language === 'es') return days === 1 ? '1 día' : `${days} días`;
  return days === 1 ? '1 day' : `${days} days`;
}

/** `14:05`, `2:14:05`: as the script of the page goes on to write it. */
export function clockText(leftMs: number): string {
  const seconds = Math.max(0, Math.ceil(leftMs / 1000));
  const two = (part: number) => String(part).padStart(2, '0');
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % MINUTES_PER_HOUR];
  return `${hours > 0 ? `${hours}:${two(minutes)}` : minutes}:${two(seconds % 60)}`;
}

export const LONGEST_CLOCK_MS = HOURS_PER_DAY * MINUTES_PER_HOUR * MS_PER_MINUTE;
