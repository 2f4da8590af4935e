import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { getMetadataStorage } from 'class-validator';
import { DIRECT, errorOf, fixture, replyOf, SEED_000_ORDER } from './fixture.js';
import {
  INSTRUCTIONS_BY_TYPE,
  readCreateReply,
  STATUSES,
  toCreateBody,
  TUMIPAY_SIGNATURE_HEADER,
} from './tumipay.mapper.js';
import { DIRECT_METHODS, HOSTED_METHODS } from './tumipay.rules.js';
import { TumiPaySettings } from './tumipay.settings.js';

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

const [[FIELDS = [], RAILS = [], TYPES = []], [MEANINGS = []], [ERRORS = []]] = [
  tablesIn('Fields'),
  tablesIn('Statuses'),
  tablesIn('Errors'),
];

/** Statuses of the first cell that are one number, as in `401, 403`. */
function numbersIn(cell = ''): number[] {
  return (cell.match(/\b\d{3}\b/g) ?? []).map(Number);
}

describe('MAPPING.md', () => {
  it('has every status with its meaning, and no other', () => {
    const documented = Object.fromEntries(MEANINGS.map(([theirs, ours]) => [theirs, ours]));
    expect(documented).toEqual(STATUSES);
  });

  it('has every rail with its payment method, and no other', () => {
    expect(Object.fromEntries(RAILS.map(([rail, method]) => [rail, method]))).toEqual(DIRECT_METHODS);
    const hosted = RAILS.filter(([, , mode]) => mode === 'hosted, direct').map(([rail]) => rail);
    expect(hosted).toEqual(Object.keys(HOSTED_METHODS));
  });

  it('has every type of a direct answer with the instructions that it gives', () => {
    const data = { key_value: '@key', payment_url: 'https://example.com', confirmation: 'Confirma' };
    const given = Object.entries(INSTRUCTIONS_BY_TYPE).map(([type, read]) => [type, read(data)?.type]);
    expect(TYPES.map(([type, instructions]) => [type, instructions])).toEqual(given);
  });

  it('has every field of a request', () => {
    const { customer_data: customer, ...body } = { ...toCreateBody(SEED_000_ORDER, 'cents', DIRECT) } as Record<
      string,
      object
    >;
    const fields = FIELDS.map(([theirs]) => theirs).join(' ');
    for (const field of Object.keys(body)) expect(fields).toMatch(new RegExp(`(?<![\\w.])${field}\\b`));
    for (const field of Object.keys(customer!)) expect(fields).toMatch(new RegExp(`\\.${field}\\b`));
  });

  it('has the fields that are read, each of which is in a published example', () => {
    for (const field of [
      'ticket',
      'account_number',
      'key_value',
      'confirmation',
      'type',
      'payment_url',
      'transaction',
      'status',
      'amount',
      'currency',
    ]) {
      expect(PAGE).toMatch(new RegExp(`[.]${field}\\b`));
    }
    const webhook = fixture('webhook');
    const read = PAGE.match(/top_\w+/g) ?? [];
    expect(new Set(read).size).toBeGreaterThanOrEqual(5);
    for (const field of read) expect(webhook).toHaveProperty(field);
  });

  it('is right about every HTTP status that it lists', () => {
    const inJson = JSON.stringify({ code: '00', status: 'ERROR' });
    let tried = 0;
    // What a 200 says depends on its body: the other specs have it.
    for (const [reply = '', kind, outcome] of ERRORS.filter(([cell]) => !cell?.startsWith('200'))) {
      const said = reply.match(/(?<=says .*)"[^"]+"/g) ?? [];
      for (const message of said) {
        const error = errorOf(() => readCreateReply(replyOf({ code: '00', status: 'ERROR', message }, 400)));
        expect([message, error.kind, error.outcome]).toEqual([message, kind, outcome?.replace(' ', '_')]);
        tried += 1;
      }
      const body = reply.includes('not in JSON') ? '<html>' : inJson;
      for (const status of [
        ...(reply.startsWith('the same') ? [] : numbersIn(reply)),
        ...(reply.includes('3xx, 5xx') ? [301, 302, 500, 502, 503, 504, 418] : []),
      ]) {
        const error = errorOf(() => readCreateReply(replyOf(body, status)));
        expect([status, error.kind, error.outcome]).toEqual([status, kind, outcome?.replace(' ', '_')]);
        tried += 1;
      }
    }
    expect(tried).toBeGreaterThan(25);
  });

  it('names the signature’s header and every setting', () => {
    expect(PAGE).toContain(`\`${TUMIPAY_SIGNATURE_HEADER}\``);
    const metadata = getMetadataStorage().getTargetValidationMetadatas(TumiPaySettings, '', false, false);
    expect(metadata.length).toBeGreaterThan(5);
    for (const { propertyName } of metadata) expect(PAGE).toContain(propertyName);
  });
});
