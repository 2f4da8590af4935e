import { useSyncExternalStore } from 'react';

export const LANGUAGES = { es: 'Español', en: 'English' } as const;
export type Language = keyof typeof LANGUAGES;
/** How days and numbers are written. */
export const LOCALES = { es: 'es-CO', en: 'en-GB' } as const satisfies Record<Language, string>;

const KEY = 'recaudo.language';
const listeners = new Set<() => void>();

function isLanguage(value: unknown): value is Language {
  return typeof value === 'string' && Object.hasOwn(LANGUAGES, value);
}

function readKept(): Language {
  try {
    const kept = localStorage.getItem(KEY);
    return isLanguage(kept) ? kept : 'es';
  } catch {
    return 'es';
  }
}

let current: Language = readKept();
document.documentElement.lang = current;

export function setLanguage(language: Language): void {
  current = language;
  document.documentElement.lang = language;
  try {
    localStorage.setItem(KEY, language);
  } catch {
    // Without storage it holds until the page is left.
  }
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useLanguage(): Language {
  return useSyncExternalStore(subscribe, () => current);
}

export function currentLanguage(): Language {
  return current;
}
