import type { ProblemCode } from '../../http/problem.js';
import type { Again } from '../examples.js';

/** What a developer reads about problems; words between backticks are code. */
export interface ProblemTexts {
  title: string;
  problem(code: ProblemCode): { title: string; what: string; todo: string };
  headings: Readonly<Record<'what' | 'todo' | 'again' | 'example', string>>;
  again: Readonly<Record<Again, string>>;
  againShort: Readonly<Record<Again, string>>;
  all: string;
  allNote: string;
  otherLanguage: string;
}
