import { PROBLEMS } from '../http/problem.js';
import { EXAMPLES } from './examples.js';
import { PROBLEM_CODES } from './problem-page.js';
import { type Language, textsOf } from './texts/texts.js';

/** The last part of docs/en/errors.md and docs/es/errors.md: what the pages of the problems say. */
export function allErrors(language: Language): string {
  const t = textsOf(language);
  const sections = PROBLEM_CODES.map((code) => {
    const { title, what, todo } = t.problem(code);
    const again = `_${t.headings.again}_ ${t.againShort[EXAMPLES[code].again]}`;
    return `### ${code}\n\n${PROBLEMS[code].status} · ${title}\n\n${what} **${t.headings.todo}:** ${todo} ${again}`;
  });
  return [`## ${t.all}`, t.allNote, ...sections].join('\n\n');
}
