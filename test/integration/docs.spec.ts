import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { execFileSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { anchorsOf, blocksOf, headingsOf, linksOf, readPage } from '../support/docs/page.js';

const [EN, ES] = ['docs/en', 'docs/es'] as const;
const PAGES = readdirSync(EN).toSorted();

/** What a reader of the repository can open. */
const ALL = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '--', '*.md'], {
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => file !== '' && existsSync(file));

describe('the pages for merchants', () => {
  it('are the same in English and Spanish', () => {
    expect(readdirSync(ES).toSorted()).toEqual(PAGES);
    expect(PAGES).toEqual(expect.arrayContaining(['index.md', 'start.md', 'errors.md']));
  });

  it.each(PAGES)('have the same headings, by level, and the same code: %s', (name) => {
    const [english, spanish] = [readPage(`${EN}/${name}`), readPage(`${ES}/${name}`)];
    expect(headingsOf(spanish).map(({ level }) => level)).toEqual(headingsOf(english).map(({ level }) => level));
    const codeOf = (page: string) => blocksOf(page).map(({ language, mark, code }) => [language, mark, code]);
    expect(codeOf(spanish)).toEqual(codeOf(english));
  });

  it.each(PAGES)('lead to the same pages: %s', (name) => {
    const targets = (folder: string) =>
      linksOf(readPage(`${folder}/${name}`)).map((link) => link.replace(/#.*/, '').replace(/^\.\.\/e[ns]\//, '../'));
    expect(targets(ES)).toEqual(targets(EN));
  });

  it.each(PAGES)('are in two languages, sentence by sentence: %s', (name) => {
    const sentences = (folder: string) =>
      readPage(`${folder}/${name}`)
        .replaceAll(/^```[^]*?^```$/gm, '')
        .split('\n')
        .filter((line) => line.split(' ').length > 6);
    const english = new Set(sentences(EN));
    expect(sentences(ES).filter((line) => english.has(line))).toEqual([]);
  });

  it.each(PAGES)('say of each block whether a test runs it, and leave few to the reader: %s', (name) => {
    const marks = blocksOf(readPage(`${EN}/${name}`)).map(({ language, mark }) => `${language} ${mark}`);
    const known =
      /^(?:sh (?:run|poll|server|by-hand)|(?:json|text) answer|text server|(?:js|python|php) file=[\w.-]+|\w+ extract)$/;
    expect(marks.filter((mark) => !known.test(mark))).toEqual([]);
    expect(marks.filter((mark) => mark === 'sh by-hand').length).toBeLessThanOrEqual(2);
    expect(marks.filter((mark) => mark.endsWith(' extract')).length).toBeLessThanOrEqual(3);
  });
});

describe('every document', () => {
  it.each(ALL)('leads to files and headings that exist: %s', (file) => {
    const broken = linksOf(readPage(file))
      .filter((link) => !/^[a-z]+:/.test(link))
      .filter((link) => !leads(file, link));
    expect(broken).toEqual([]);
  });

  it('is reached from README, if it is for merchants', () => {
    const seen = new Set<string>();
    const visit = (file: string) => {
      if (seen.has(file)) return;
      seen.add(file);
      for (const link of linksOf(readPage(file))) {
        const to = normalize(join(dirname(file), link.replace(/#.*/, '')));
        if (!/^[a-z]+:/.test(link) && to.endsWith('.md') && existsSync(to)) visit(to);
      }
    };
    visit('README.md');
    for (const name of PAGES) expect([...seen]).toEqual(expect.arrayContaining([`${EN}/${name}`, `${ES}/${name}`]));
  });
});

function leads(from: string, link: string): boolean {
  const [path = '', anchor] = link.split('#');
  const to = path === '' ? from : normalize(join(dirname(from), decodeURI(path)));
  if (!existsSync(to)) return false;
  return anchor === undefined || (statSync(to).isFile() && anchorsOf(readPage(to)).has(decodeURIComponent(anchor)));
}
