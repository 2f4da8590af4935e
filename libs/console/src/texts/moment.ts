import { type Language, LOCALES } from './language.js';

const ZONE = 'America/Bogota';

const FORMS = {
  moment: { day: '2-digit', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  exact: {
    ...{ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric', hourCycle: 'h23' },
    ...{ hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3, timeZoneName: 'short' },
  },
  time: { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' },
  day: { day: '2-digit', month: 'short', year: 'numeric' },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>;
export type MomentForm = keyof typeof FORMS;

const formats = new Map<string, Intl.DateTimeFormat>();

/** In the time of Bogotá, wherever the person is. */
export function formatMoment(at: string | Date, language: Language, form: MomentForm = 'moment'): string {
  const key = `${language} ${form}`;
  let format = formats.get(key);
  if (!format) {
    format = new Intl.DateTimeFormat(LOCALES[language], { ...FORMS[form], timeZone: ZONE });
    formats.set(key, format);
  }
  // Colombian Spanish says `30 de nov de 2026`, which is long in a table.
  return form === 'exact' ? format.format(new Date(at)) : format.format(new Date(at)).replaceAll(' de ', ' ');
}

/** `2026-11-30`: the day it is in Bogotá. */
export function dayInBogota(at: Date = new Date()): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone: ZONE }).format(at);
}
