import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { getMetadataStorage } from 'class-validator';
import { errorOf, EXAMPLE_ORDER, fixture, replyOf, SEED_004_ORDER } from './fixture.js';
import { ERROR_CODES } from './teemopay.envelope.js';
import { CHANNEL_MESSAGES, readCreateReply, STATUSES } from './teemopay.mapper.js';
import { CUSTOMER_RULES, PAYMENT_TYPES, toCreateBody } from './teemopay.order.js';
import { TeemoPaySettings } from './teemopay.settings.js';

const PAGE = readFileSync(new URL('../MAPPING.md', import.meta.url), 'utf8');

/** The tables of a section: their rows, cell by cell, without the head and without code marks. */
function tablesIn(section: string): string[][][] {
  const [, text = ''] = PAGE.split(`\n## ${section}\n`);
  const [own = ''] = text.split('\n## ');
  const tables = own.replaceAll('`', '').match(/(?:^\|.*\n)+/gm) ?? [];
  return tables.map((table) => table.trim().split('\n').slice(2).map(cellsOf));
}

function cellsOf(row: string): string[] {
  const cells = row.split('|').slice(1, -1);
  return cells.map((cell) => cell.trim());
}

const [[FIELDS = [], RAILS = [], DOCUMENTS = []], [MEANINGS = [], MESSAGES = []], [CODES = [], REPLIES = []]] = [
  tablesIn('Fields'),
  tablesIn('Statuses'),
  tablesIn('Errors'),
];

/** Numbers of three digits of a cell, as in `401, 403`. */
function numbersIn(cell = ''): number[] {
  return (cell.match(/\b\d{3}\b/g) ?? []).map(Number);
}

describe('MAPPING.md', () => {
  it('has every status with its meaning, and no other', () => {
    expect(Object.fromEntries(MEANINGS.map(([theirs, ours]) => [theirs, ours]))).toEqual(STATUSES);
  });

  it('has every message of a channel with its meaning, and no other', () => {
    const documented = MESSAGES.filter(([message]) => message !== 'anything else');
    expect(Object.fromEntries(documented.map(([message, kind, code]) => [message, { kind, code }]))).toEqual(
      CHANNEL_MESSAGES,
    );
  });

  it('has every rail with its payment type, and no other', () => {
    expect(Object.fromEntries(RAILS.map(([rail, type]) => [rail, Number(type)]))).toEqual(PAYMENT_TYPES);
  });

  it('has every document that is taken, and no other', () => {
    expect(DOCUMENTS.map(([document]) => document)).toEqual(Object.keys(CUSTOMER_RULES.idTypes));
  });

  it('has every error code with its meaning, and no other', () => {
    const documented = CODES.flatMap(([cell, kind, outcome]) =>
      numbersIn(cell).map((code) => [code, { kind, outcome: outcome?.replace(' ', '_') }]),
    );
    expect(Object.fromEntries(documented)).toEqual(ERROR_CODES);
  });

  it('is right about every HTTP status that it lists', () => {
    let tried = 0;
    // What a 200 says depends on its body: the other specs have it.
    for (const [reply = '', kind, outcome] of REPLIES.filter(([cell]) => !cell?.startsWith('200'))) {
      const body = reply.includes('not in JSON') ? '<html>' : '{"message":"x"}';
      for (const status of [...numbersIn(reply), ...(reply.includes('5xx') ? [301, 302, 500, 502, 503, 418] : [])]) {
        const error = errorOf(() => readCreateReply(replyOf(body, status), EXAMPLE_ORDER));
        expect([status, error.kind, error.outcome]).toEqual([status, kind, outcome?.replace(' ', '_')]);
        tried += 1;
      }
    }
    expect(tried).toBeGreaterThan(20);
  });

  it('has every field of a request', () => {
    const fields = FIELDS.map(([theirs]) => theirs).join(' ');
    for (const field of Object.keys(toCreateBody(SEED_004_ORDER, new Date())))
      expect(fields).toMatch(new RegExp(`\\b${field}\\b`));
  });

  it('has the fields that are read, each of which is in a published example', () => {
    const read = (source: string) =>
      FIELDS.flatMap(([cell = '']) =>
        cell.startsWith(`${source}: `) ? cell.slice(source.length).match(/[a-z]\w+/gi) : [],
      );
    const examples = {
      reply: fixture('create-reply-breb'),
      query: fixture('query-reply'),
      callback: fixture('callback'),
      list: fixture('list-reply'),
    };
    for (const [source, example] of Object.entries(examples)) {
      expect(read(source).length).toBeGreaterThan(1);
      for (const field of read(source))
        expect([source, JSON.stringify(example)]).toEqual([source, expect.stringContaining(`"${field}"`)]);
    }
  });

  it('names every setting', () => {
    const metadata = getMetadataStorage().getTargetValidationMetadatas(TeemoPaySettings, '', false, false);
    expect(new Set(metadata.map(({ propertyName }) => propertyName)).size).toBe(8);
    for (const { propertyName } of metadata) expect(PAGE).toContain(`\`${propertyName}\``);
  });
});
