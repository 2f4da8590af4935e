import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';

const { analyse } = createRequire(import.meta.url)('scslre') as {
  /** What makes matching take longer than the text is long: `Self` and `Trade` within a match, `Move` by where it may begin. */
  analyse: (pattern: { source: string; flags: string }) => { reports: { type: 'Self' | 'Trade' | 'Move' }[] };
};

/** Where what a caller, a provider or a file says meets patterns. Tools and simulators are not served to anybody. */
const FOLDERS = ['src', 'config', 'libs/payment-provider', 'libs/outbound-http', 'libs/providers'];

/** Patterns that take longer, and why they may. */
const BOUNDED: Readonly<Record<string, string>> = {
  '/0+$/': 'of a number of at most 24 characters, or of one that JavaScript wrote',
  '/\\ufffd+$/': 'of the first bytes of an answer',
  '/\\/+$/': 'of an operator’s own setting',
};

function patterns(): Map<string, string> {
  const found = new Map<string, string>();
  for (const folder of FOLDERS) {
    for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      if (!name.endsWith('.ts') || name.endsWith('.spec.ts')) continue;
      const path = `${folder}/${name}`;
      const visit = (node: ts.Node): void => {
        if (ts.isRegularExpressionLiteral(node)) found.set(node.text, path);
        ts.forEachChild(node, visit);
      };
      visit(ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest));
    }
  }
  return found;
}

function faultsOf(pattern: string): string[] {
  const end = pattern.lastIndexOf('/');
  const { reports } = analyse({ source: pattern.slice(1, end), flags: pattern.slice(end + 1) });
  return reports.map(({ type }) => type);
}

describe('every pattern', () => {
  it('that meets what others send takes time by the length of it, and not by its square', () => {
    const all = [...patterns()].filter(([pattern]) => !(pattern in BOUNDED));
    expect(all.length).toBeGreaterThan(50);
    expect(all.flatMap(([pattern, path]) => faultsOf(pattern).map((fault) => `${path}: ${pattern}: ${fault}`))).toEqual(
      [],
    );
  });

  it('that may take longer is there, and is one that would be found', () => {
    const all = [...patterns().keys()];
    for (const pattern of Object.keys(BOUNDED)) {
      expect(all).toContain(pattern);
      expect([pattern, faultsOf(pattern)]).toEqual([pattern, ['Move']]);
    }
    // What once took 100 ms for a header of 15 kB.
    expect(faultsOf('/^ *charset="?([^"]*)"? *$/')).toEqual(['Trade']);
  });
});
