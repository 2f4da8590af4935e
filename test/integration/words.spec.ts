import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

/** Where the words of the field must stand. Migrations that were applied somewhere are as they were written. */
const PLACES = ['src', 'libs', 'config', 'docs', 'README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', '.env.example'];
const AS_WRITTEN = /^src\/database\/migrations\/|\.(png|webp|svg|ico|gz|xlsx)$/;

/** Private words that were replaced, and what to say instead. In names they stand as a part between capitals or underscores. */
const RETIRED: readonly [what: RegExp, say: string][] = [
  [/\bnews\b/, 'update'],
  // As a verb of its own it is plain English: what it looks like, to look for.
  [
    /\blook(s|ed|ing)? at\b|\b(a|an|the|each|every|next|last|first|late|one|more|two|of|between|failed|no) looks?\b|\blooks? (delay|plan|reason|late|again)\b/,
    'status check',
  ],
  [/\b(told|tells?|telling)\b/, 'report, notify, say'],
  [/\b(hears?|heard|hearing)\b/, 'receive'],
  [/\bdesk\b/, 'discrepancy resolution; a person'],
  [/\b(the|our|own|of) books\b|\bbooks (agree|disagree|balance)|\bbook check/, 'ledger; integrity check'],
  [/\bjournals?\b/, 'ledger, ledger entries'],
  [/\blanes?\b/, 'partition'],
  [/\bfences?\b/, 'fencing token'],
  [/\b(taken|takes?|took|taking) back\b/, 'reversed; released'],
  [/\btries\b(?! (them|others|all|it|the|to|again)\b|[,:])/, 'attempts'],
  [/\bpaid answer since\b/, 'unconfirmedPaidSince'],
  [/\badds up\b.*\bboolean\b|\bmay echo amount\b/, 'acceptsSeveralPayments; amountMayBeEchoed'],
  [/\breversal watch\b/, 'reversal check'],
  [
    /\b(left behind|tell differences|their word|our word)\b/,
    'PayinsOfDisabledProviders; ReportMismatches; StatementSide; LedgerSide',
  ],
  [
    /\b(cashier|switchboard|arena|fleet|database cable|postgres lab|doorkeeper|fair places)\b/,
    'OrderBook; Switches; contest; replicas; database proxy; postgres fixture',
  ],
  [/\b(hurry|ask soon)\b/, 'checkSoon'],
];

/** Names come apart into their words: `nextLookAt`, `NEXT_LOOK_AT` and `next-look-at` are `next look at`. */
function wordsOf(line: string): string {
  return line
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replaceAll(/[_-]/g, ' ')
    .toLowerCase();
}

function retiredIn(text: string): string[] {
  return text.split('\n').flatMap((line, index) => {
    const words = wordsOf(line);
    return RETIRED.filter(([what]) => what.test(words)).map(([, say]) => `${index + 1}: ${line.trim()} (say: ${say})`);
  });
}

describe('the words of the field', () => {
  const files = execFileSync('git', ['ls-files', '--', ...PLACES], { encoding: 'utf8' })
    .split('\n')
    .filter((file) => file !== '' && !AS_WRITTEN.test(file));

  it('stand in every name, comment, message and document', () => {
    expect(files.length).toBeGreaterThan(500);
    const found = files.flatMap((file) =>
      [...retiredIn(file), ...retiredIn(readFileSync(file, 'utf8'))].map((where) => `${file}:${where}`),
    );
    expect(found).toEqual([]);
  });

  it.each([
    'const nextLookAt = 1',
    'NEXT_LOOK',
    "from './look-plan.js'",
    '// what we were told',
    'takenBack',
    'taken_back',
    'the books agree',
  ])('are asked for: %s', (line) => {
    expect(retiredIn(line)).toHaveLength(1);
  });

  it.each([
    'look up a name',
    'what it looks like',
    'look for it',
    'it tries them',
    'he books a receipt',
    'a bookmark',
    'fencingToken',
    'outlook',
  ])('are not: %s', (line) => {
    expect(retiredIn(line)).toEqual([]);
  });
});
