import { readFileSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import type { Provenance } from './machine.js';
import type { BenchResult, Table } from './part.js';

export const PAGE = 'docs/performance.md';

/** Between these lines of the page stands what a part measured last. */
export const markersOf = (name: string) => ({ begin: `<!-- bench:${name} -->`, end: `<!-- /bench:${name} -->` });

export function toMarkdown({ tables, notes }: BenchResult, { date, commit, machine, software, database }: Provenance) {
  return [
    ...tables.map(toMarkdownTable),
    ...notes.map((note) => `- ${note}`),
    '',
    `${date}, commit ${commit}. ${machine}. ${software}; ${database}.`,
  ].join('\n');
}

function toMarkdownTable({ columns, rows }: Table): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const alignments = columns.map((_, index) => (index === 0 ? '---' : '---:'));
  return [line(columns), line(alignments), ...rows.map(line), ''].join('\n');
}

/** Puts a part's figures into the page, so that none is copied by hand. */
export async function writeIntoPage(name: string, markdown: string): Promise<void> {
  const page = readFileSync(PAGE, 'utf8');
  const { begin, end } = markersOf(name);
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${PAGE} has no place for "${name}": put ${begin} and ${end} into it`);
  const changed = `${page.slice(0, from)}${begin}\n\n${markdown}\n\n${page.slice(to)}`;
  writeFileSync(PAGE, await format(changed, { ...(await resolveConfig(PAGE)), filepath: PAGE }));
}

/** For people at a terminal. */
export function toText({ tables, notes }: BenchResult): string {
  return [...tables.map(toTextTable), ...notes.map((note) => `- ${note}`)].join('\n');
}

function toTextTable({ columns, rows }: Table): string {
  const widths = columns.map((_, index) => Math.max(...[columns, ...rows].map((row) => (row[index] ?? '').length)));
  const line = (row: readonly string[]) =>
    row.map((cell, index) => (index ? cell.padStart(widths[index] ?? 0) : cell.padEnd(widths[0] ?? 0))).join('  ');
  return [columns, ...rows].map(line).join('\n') + '\n';
}
