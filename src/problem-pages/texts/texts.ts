import { EN } from './en.js';
import { ES } from './es.js';
import type { ProblemTexts } from './problem-texts.js';

export const LANGUAGES = ['en', 'es'] as const;
export type Language = (typeof LANGUAGES)[number];

export function textsOf(language: Language): ProblemTexts {
  return { en: EN, es: ES }[language];
}
