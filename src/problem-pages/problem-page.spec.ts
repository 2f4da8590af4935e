import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { pathOfProblem, PROBLEMS } from '../http/problem.js';
import { allErrors } from './errors-page.js';
import { EXAMPLES } from './examples.js';
import { exampleOf, indexPage, PROBLEM_CODES, problemPage } from './problem-page.js';
import { LANGUAGES, textsOf } from './texts/texts.js';

const BASE = 'https://pay.example';

/** All that is said in `src`, but for these pages: string literals come apart into pieces at what differs. */
const SAID = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts') && !file.startsWith('problem-pages'))
  .map((file) => readFileSync(`src/${file}`, 'utf8').replaceAll('\\`', '`'))
  .join('\n');
const pieces = (text: string) => text.split(/\{[a-z]+\}/).map((piece) => piece.trim());

describe('what is said of a problem', () => {
  it.each(PROBLEM_CODES)('is in its example what the service says: %s', (code) => {
    // `{id}` of a path is no placeholder.
    const asked = EXAMPLES[code].detail.replaceAll('/{id}', '/');
    const said = SAID.replaceAll('/{id}', '/').replaceAll(/\/\$\{\w+\}/g, '/');
    const missing = pieces(asked).filter((piece) => piece.length > 2 && !said.includes(piece));
    expect(missing).toEqual([]);
  });

  it.each(LANGUAGES)('is short, whole sentences, with its code closed (%s)', (language) => {
    for (const code of PROBLEM_CODES) {
      const { title, what, todo } = textsOf(language).problem(code);
      expect([code, title]).toEqual([code, expect.stringMatching(/^.{5,90}[^.]$/)]);
      for (const text of [what, todo]) {
        expect([code, text]).toEqual([code, expect.stringMatching(/^[^a-z].{10,260}\.$/)]);
        expect([code, text.split('`').length % 2]).toEqual([code, 1]);
      }
    }
  });

  it('differs between the languages', () => {
    for (const code of PROBLEM_CODES) {
      const [en, es] = LANGUAGES.map((language) => textsOf(language).problem(code));
      for (const part of ['title', 'what', 'todo'] as const) expect([code, en![part]]).not.toEqual([code, es![part]]);
    }
  });

  it('of waiting stands at each that is about now, and at no other', () => {
    const later = PROBLEM_CODES.filter((code) => EXAMPLES[code].again === 'LATER');
    expect(later.toSorted()).toEqual(
      PROBLEM_CODES.filter((code) => [408, 429, 500, 503].includes(PROBLEMS[code].status)).toSorted(),
    );
  });
});

describe('the page of a problem', () => {
  it.each(LANGUAGES)(
    'has its title, what happened, what to do, and an example, and leads to the others (%s)',
    (language) => {
      for (const code of PROBLEM_CODES) {
        const page = problemPage(code, language, BASE);
        const { title, what } = textsOf(language).problem(code);
        const [head = ''] = what.split('`');
        for (const part of [
          escaped(title),
          escaped(head),
          `<code>${code}</code>`,
          `HTTP ${PROBLEMS[code].status}`,
          `<html lang="${language}">`,
          `${BASE}/problems?lang=${language}`,
        ])
          expect(page).toContain(part);
        expect(page.replace(/<pre>[^]*<\/pre>/, '')).not.toMatch(/undefined|\[object|`/);
      }
      const index = indexPage(language, BASE);
      for (const code of PROBLEM_CODES) expect(index).toContain(`${BASE}${pathOfProblem(code)}?lang=${language}`);
    },
  );

  it('has an example of just the members of a problem', () => {
    expect(exampleOf('VALIDATION_FAILED', BASE)).toEqual({
      type: 'https://pay.example/problems/validation-failed',
      title: 'Some fields are not valid',
      status: 400,
      detail: 'See `errors` for what to fix.',
      code: 'VALIDATION_FAILED',
      requestId: expect.any(String),
      errors: [{ field: 'amountInCents', message: 'amountInCents must be a multiple of 100' }],
    });
  });
});

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

describe('errors.md', () => {
  it.each(LANGUAGES)('has what the pages say: npm run docs:errors (%s)', (language) => {
    expect(readFileSync(`docs/${language}/errors.md`, 'utf8').endsWith(`\n${allErrors(language)}\n`)).toBe(true);
  });
});
