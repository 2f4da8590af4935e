import { readFileSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import type { BenchResult, Table } from './benchmark.js';
import type { Provenance } from './machine.js';

export const PAGE = 'docs/performance.md';

/** Between these lines of the page stands what a benchmark measured last. */
export const markersOf = (name: string) => ({ begin: `<!-- bench:${name} -->`, end: `<!-- /bench:${name} -->` });

/** For the page, and for people at a terminal. */
export function toMarkdown(
  { tables, notes }: BenchResult,
  { date, commit, machine, software, database }: Provenance,
): Promise<string> {
  const provenance = `${date}, commit ${commit}. ${machine}. ${software}; ${database}.`;
  return formatted([...tables.map(toMarkdownTable), ...notes.map((note) => `- ${note}`), '', provenance].join('\n'));
}

function toMarkdownTable({ columns, rows, notes = [] }: Table): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const alignments = columns.map((_, index) => (index === 0 ? '---' : '---:'));
  const paragraphs = notes.flatMap((note) => [note, '']);
  return [line(columns), line(alignments), ...rows.map(line), '', ...paragraphs].join('\n');
}

/** So that no figure is copied by hand. */
export async function writeIntoPage(name: string, markdown: string): Promise<void> {
  const page = readFileSync(PAGE, 'utf8');
  const { begin, end } = markersOf(name);
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${PAGE} has no place for "${name}": put ${begin} and ${end} into it`);
  writeFileSync(PAGE, await formatted(`${page.slice(0, from)}${begin}\n\n${markdown}\n${page.slice(to)}`));
}

const formatted = async (markdown: string) => format(markdown, { ...(await resolveConfig(PAGE)), filepath: PAGE });
