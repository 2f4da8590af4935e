import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { getMetadataStorage } from 'class-validator';
import { BREB_ORDER, errorOf, fixture, NEQUI_ORDER, PSE_ORDER, replyOf, SEED_003_ORDER } from './fixture.js';
import { AmountUnits } from './hellopay.amounts.js';
import { readCreateReply, STATUSES } from './hellopay.mapper.js';
import { customerRules, HELLOPAY_RAILS, PERSON_TYPE_WORDS, toCreateBody } from './hellopay.order.js';
import { HelloPaySettings } from './hellopay.settings.js';

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

const [[FIELDS = [], DOCUMENTS = []], [MEANINGS = []], [ERRORS = []]] = [
  tablesIn('Fields'),
  tablesIn('Statuses'),
  tablesIn('Errors'),
];
const THEIR_FIELDS = FIELDS.map(([theirs]) => theirs).join('\n');

describe('MAPPING.md', () => {
  it('has every status with its meaning, and no other', () => {
    expect(Object.fromEntries(MEANINGS)).toEqual(STATUSES);
  });

  it('has every document type with its code, and no other', () => {
    const { idTypes } = customerRules({ nitCheckDigit: false });
    const codes = Object.fromEntries(Object.entries(idTypes).map(([type, { code }]) => [type, code]));
    expect(Object.fromEntries(DOCUMENTS)).toEqual(codes);
  });

  it('has every rail and every kind of person', () => {
    expect(PAGE).toContain(`Rails: ${HELLOPAY_RAILS.map((rail) => `\`${rail}\``).join(', ')}.`);
    for (const [ours, theirs] of Object.entries(PERSON_TYPE_WORDS))
      expect(PAGE).toContain(`\`${ours}\` → \`${theirs}\``);
  });

  it('has every field of a request', () => {
    for (const order of [BREB_ORDER, PSE_ORDER, NEQUI_ORDER]) {
      const body = toCreateBody(order, { nitCheckDigit: false });
      for (const [field, value] of Object.entries(body)) {
        const own = typeof value === 'object' && value !== null ? Object.keys(value) : [];
        if (own.length === 0) expect(THEIR_FIELDS).toMatch(new RegExp(`(?<![\\w.])${field}\\b`));
        for (const inner of own) expect(THEIR_FIELDS).toMatch(new RegExp(`${field}\\..*\\.?${inner}\\b`));
      }
    }
  });

  it('has the fields that are read, each of which is in a published example', () => {
    const examples = ['seed003-create-reply', 'breb-qr-reply', 'pse-reply', 'list-reply', 'webhook'] as const;
    const published = examples.map((name) => JSON.stringify(fixture(name))).join('');
    const rows = FIELDS.flatMap(([theirs = '']) => (/^(?:answer|webhook): /.test(theirs) ? [theirs] : []));
    const read = rows.flatMap((row) => row.replace(/^\w+: /, '').match(/\w+/g) ?? []);
    expect(new Set(read).size).toBeGreaterThan(15);
    for (const field of read) expect(published).toContain(`"${field}":`);
  });

  it('is right about every HTTP status that it lists', () => {
    const read = (body: unknown, status: number) =>
      errorOf(() => readCreateReply(replyOf(body, status), SEED_003_ORDER, new AmountUnits('auto')));
    let tried = 0;
    // What a 2xx says depends on its body: the other specs have it.
    for (const [reply = '', kind, outcome] of ERRORS.filter(([cell]) => !cell?.startsWith('2xx'))) {
      const statuses = (reply.match(/\b\d{3}\b/g) ?? []).map(Number);
      if (reply.includes('5xx')) statuses.push(301, 302, 500, 502, 503, 504, 418);
      const said = reply.match(/"\w+"/g)?.map((word) => ({ message: `It is ${word}.` })) ?? [{ message: 'No.' }];
      for (const status of statuses)
        for (const body of reply.includes('not in JSON') ? ['<html>'] : said) {
          const error = read(body, status);
          expect([status, error.kind, error.outcome]).toEqual([status, kind, outcome?.replace(' ', '_')]);
          tried += 1;
        }
    }
    expect(tried).toBeGreaterThan(20);
  });

  it('names every setting', () => {
    const metadata = getMetadataStorage().getTargetValidationMetadatas(HelloPaySettings, '', false, false);
    expect(metadata.length).toBeGreaterThan(8);
    for (const { propertyName } of metadata) expect(PAGE).toContain(propertyName);
  });
});
