import { currentLanguage, type Language, LOCALES } from './language.js';

const MS_PER_DAY = 86_400_000;

const FORMS = {
  long: { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' },
  short: { day: 'numeric', month: 'short' },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>;

/** A day by its date: it begins at no moment here, so no time zone moves it. */
export function formatDay(
  day: string,
  form: keyof typeof FORMS = 'long',
  language: Language = currentLanguage(),
): string {
  const at = new Date(`${day}T00:00:00Z`);
  if (Number.isNaN(at.getTime())) return day;
  return new Intl.DateTimeFormat(LOCALES[language], { ...FORMS[form], timeZone: 'UTC' }).format(at);
}

/** So many days later. */
export function addDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * MS_PER_DAY).toISOString().slice(0, 10);
}
