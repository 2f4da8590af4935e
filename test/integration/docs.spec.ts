import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { execFileSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { type Rail, RAILS } from '@recaudo/payment-provider';
import { RAIL_POLICIES } from '../../config/rail-policies.js';
import { RETRY_SECONDS } from '../../src/notifications/retry-schedule.js';
import { DISCREPANCY_KINDS } from '../../src/payins/domain/discrepancy.js';
import { EVENT_TYPES } from '../../src/payins/domain/history.js';
import { PAYIN_STATUSES } from '../../src/payins/domain/status.js';
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

describe.each([EN, ES])('the facts in %s', (folder) => {
  const MINUTES = { min: 1, h: 60, d: 24 * 60 } as const;
  const minutesOf = (text: string) => {
    const [, count, unit] = /^(\d+) (min|h|d)$/.exec(text) ?? [];
    return Number(count) * MINUTES[unit as 'h'];
  };
  const rowsOf = (name: string) =>
    readPage(`${folder}/${name}`)
      .split('\n')
      .filter((line) => line.startsWith('|'))
      .map((line) =>
        line
          .slice(1, -1)
          .split('|')
          .map((cell) => cell.trim()),
      );

  it('are those of the rails’ policies', () => {
    const rows = rowsOf('rails.md').filter(([rail]) => RAILS.includes(rail as Rail));
    expect(rows.map(([rail]) => rail)).toEqual(RAILS);
    for (const [rail, ...lives] of rows) {
      const { defaultMinutes, maxMinutes, lateHours } = RAIL_POLICIES[rail as Rail];
      expect([rail, ...lives.map(minutesOf)]).toEqual([rail, defaultMinutes, maxMinutes, 60 * lateHours]);
    }
  });

  it('name every status once, and the first and last wait of a retry', () => {
    const named = rowsOf('webhooks.md').map(([first]) => first!.replaceAll('`', ''));
    expect(named.filter((name) => /^[A-Z]+$/.test(name))).toEqual(PAYIN_STATUSES);
    const [, first, last] = /\b(\d+) (?:seconds|segundos) (?:up to|hasta) (\d+) (?:hours|horas)/.exec(
      readPage(`${folder}/webhooks.md`),
    )!;
    expect([Number(first), 3600 * Number(last)]).toEqual([RETRY_SECONDS[0], RETRY_SECONDS.at(-1)]);
  });

  it('name kinds of discrepancies and events that there are', () => {
    const cells = rowsOf('money.md').slice(2);
    expect(cells).toHaveLength(6);
    for (const [, status, , kind, messages] of cells) {
      expect(PAYIN_STATUSES).toContain(status!.replaceAll('`', ''));
      expect(DISCREPANCY_KINDS).toContain(kind!.replaceAll('`', ''));
      for (const [, type] of messages!.matchAll(/`([a-z_.]+)`/g)) expect(EVENT_TYPES).toContain(type);
    }
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
