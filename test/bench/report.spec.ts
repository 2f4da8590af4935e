import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { BENCHMARKS } from './benchmarks.js';
import { markersOf, PAGE, toMarkdown } from './report.js';

describe('the bench', () => {
  it('has a place for each benchmark in the page that shows the figures', () => {
    const page = readFileSync(PAGE, 'utf8');
    const homeless = BENCHMARKS.filter(({ name }) => {
      const { begin, end } = markersOf(name);
      return page.split(begin).length !== 2 || page.split(end).length !== 2 || page.indexOf(end) < page.indexOf(begin);
    });
    expect(homeless.map(({ name }) => name)).toEqual([]);
  });

  it('shows figures with the machine, the versions, the date and the commit they come from', async () => {
    const markdown = await toMarkdown(
      { tables: [{ columns: ['side', 'per second'], rows: [['ours', '7']] }], notes: ['On one machine.'], raw: null },
      { date: '2026-01-02', commit: 'abc', machine: '2 cores', software: 'Node 24', database: 'fsync=on' },
    );
    expect(markdown).toBe(
      '| side | per second |\n| ---- | ---------: |\n| ours |          7 |\n\n- On one machine.\n\n2026-01-02, commit abc. 2 cores. Node 24; fsync=on.\n',
    );
  });
});
