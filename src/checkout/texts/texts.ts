import { EN } from './en.js';
import { ES, type Texts } from './es.js';
import type { Language } from './language.js';

export type { Texts } from './es.js';

const TEXTS: Readonly<Record<Language, Texts>> = { es: ES, en: EN };

export function textsOf(language: Language): Texts {
  return TEXTS[language];
}
