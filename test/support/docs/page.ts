import { readFileSync } from 'node:fs';

/**
 * What stands behind the language of a fenced block says what it is:
 * - `sh run` is executed, in the page's folder, with what the blocks before have exported.
 * - `sh poll` is executed until its answer is the one of the page: "a moment later".
 * - `sh server` is started, and runs until the end of the page.
 * - `sh by-hand` is not executed: it needs what a test does not have.
 * - `<language> file=<name>` is written into the page's folder.
 * - `json answer` and `text answer` are what the block before has printed; `…` stands for any text, and of an object there may be more.
 * - `text server` is what the server has printed since the last such block.
 * - `<language> extract` shows a part of something, and is not executed.
 */
export interface Block {
  line: number;
  /** The heading above it. */
  section: string;
  language: string;
  /** What stands behind the language. */
  mark: string;
  code: string;
}

export interface Heading {
  level: number;
  text: string;
}

const FENCE = /^```(\S*) ?(.*)\n([^]*?)^```$/gm;

export function readPage(path: string): string {
  return readFileSync(path, 'utf8');
}

export function blocksOf(page: string): Block[] {
  return [...page.matchAll(FENCE)].map(({ 1: language = '', 2: mark = '', 3: code = '', index }) => ({
    line: page.slice(0, index).split('\n').length,
    section: headingsOf(page.slice(0, index)).at(-1)?.text ?? '',
    language,
    mark: mark.trim(),
    code,
  }));
}

export function headingsOf(page: string): Heading[] {
  return [...page.replaceAll(FENCE, '').matchAll(/^(#+) (.+)$/gm)].map(([, marks = '', text = '']) => ({
    level: marks.length,
    text,
  }));
}

/** Where the links and pictures of a page lead, outside of code. */
export function linksOf(page: string): string[] {
  const prose = page.replaceAll(FENCE, '').replaceAll(/`[^`\n]*`/g, '');
  return [...prose.matchAll(/\]\(([^()\s]+)\)/g)].map(([, to]) => to!);
}

/** The anchors of a page as GitHub makes them of its headings. */
export function anchorsOf(page: string): Set<string> {
  const anchors = new Set<string>();
  for (const { text } of headingsOf(page)) {
    const slug = text
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{M}\p{N}\p{Pc} -]/gu, '')
      .replaceAll(' ', '-');
    let anchor = slug;
    for (let count = 1; anchors.has(anchor); count += 1) anchor = `${slug}-${count}`;
    anchors.add(anchor);
  }
  return anchors;
}
