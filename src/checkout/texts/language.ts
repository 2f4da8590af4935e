export const LANGUAGES = ['es', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

export const LOCALES = { es: 'es-CO', en: 'en-US' } as const satisfies Record<Language, string>;

export function isLanguage(value: unknown): value is Language {
  return value === 'es' || value === 'en';
}
