import { LANGUAGES, type Language } from './texts/texts.js';

/** The language of ours that `Accept-Language` wants most (RFC 9110, 12.5.4); English where it wants none of them. */
export function preferredLanguage(acceptLanguage: string | undefined): Language {
  const wishes = (acceptLanguage ?? '').split(',').map((wish) => {
    const [range = '', ...parameters] = wish.toLowerCase().split(';');
    const quality = parameters.find((parameter) => /^\s*q\s*=/.test(parameter))?.split('=')[1];
    return { language: range.trim().split('-')[0], quality: quality === undefined ? 1 : Number(quality) || 0 };
  });
  const qualityOf = (language: Language) =>
    Math.max(0, ...wishes.filter((wish) => wish.language === language).map(({ quality }) => quality));
  return LANGUAGES.reduce((best, language) => (qualityOf(language) > qualityOf(best) ? language : best));
}

export function isLanguage(value: unknown): value is Language {
  return LANGUAGES.includes(value as Language);
}
