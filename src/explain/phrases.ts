import { decimalsOf, formatAmount, isWholeUnits, type Rail } from '@recaudo/payment-provider';

/** Spanish for people in Colombia, English for everybody else. */
export const LANGUAGES = ['es', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

/** The same sentence in each language, with `{places}` for values. */
export type Phrase = Readonly<Record<Language, string>>;

/** The value of a place. */
export type Value = { cents: bigint; currency: string } | { time: Date } | { rail: Rail } | { name: string };
export type Values = Readonly<Record<string, Value>>;

const RAIL_NAMES: Readonly<Record<Rail, Phrase>> = {
  PSE: { es: 'PSE', en: 'PSE' },
  BRE_B: { es: 'Bre-B', en: 'Bre-B' },
  NEQUI: { es: 'Nequi', en: 'Nequi' },
  EFECTY: { es: 'Efecty', en: 'Efecty' },
  CARD: { es: 'tarjeta', en: 'card' },
  TRANSFIYA: { es: 'Transfiya', en: 'Transfiya' },
  ANY: { es: 'el medio que elija el pagador', en: 'the payment method that the payer chooses' },
};

const LOCALES: Readonly<Record<Language, string>> = { es: 'es-CO', en: 'en-US' };
const ZONE_NAMES: Phrase = { es: 'hora de Bogotá', en: 'Bogotá time' };

/** A phrase with its places filled in. Pure; the same on every machine. */
export function say(phrase: Phrase, values: Values, language: Language): string {
  return phrase[language].replaceAll(/\{(\w+)\}/g, (place, name: string) => {
    const value = values[name];
    return value ? write(value, language) : place;
  });
}

function write(value: Value, language: Language): string {
  if ('name' in value) return value.name;
  if ('rail' in value) return RAIL_NAMES[value.rail][language];
  return 'time' in value ? writeTime(value.time, language) : writeAmount(value.cents, value.currency, language);
}

/** `$ 50.000` or `COP 50,000`; with cents only where there are some. */
function writeAmount(cents: bigint, currency: string, language: Language): string {
  const digits = isWholeUnits(cents, currency) ? 0 : decimalsOf(currency);
  const format = new Intl.NumberFormat(LOCALES[language], {
    style: 'currency',
    currency,
    currencyDisplay: language === 'es' ? 'symbol' : 'code',
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  return plainSpaces(format.format(formatAmount(cents, currency) as Intl.StringNumericLiteral));
}

function writeTime(time: Date, language: Language): string {
  const format = new Intl.DateTimeFormat(LOCALES[language], {
    timeZone: 'America/Bogota',
    dateStyle: 'long',
    timeStyle: 'short',
  });
  return `${plainSpaces(format.format(time))} (${ZONE_NAMES[language]})`;
}

/** Intl writes narrow and unbreakable spaces, which searches do not find. */
function plainSpaces(text: string): string {
  return text.replaceAll(/[\u00A0\u202F]/g, ' ');
}
