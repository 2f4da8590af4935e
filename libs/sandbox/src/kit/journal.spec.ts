import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Journal } from './journal.js';

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'journal-'));
  path = join(folder, 'journal.jsonl');
});
afterEach(() => rm(folder, { recursive: true }));

const isNumber = (value: unknown): value is number => typeof value === 'number';

describe('the journal', () => {
  it('replays each owner its own events, in order and once', async () => {
    const journal = await Journal.open(path);
    const [one, two] = [journal.scope('one', isNumber), journal.scope('two', isNumber)];
    for (let event = 0; event < 200; event += 1) {
      (event % 2 === 0 ? one : two).append(event);
      if (event % 50 === 0) await journal.flushed();
    }
    await journal.close();
    const again = await Journal.open(path);
    const scope = again.scope('two', isNumber);
    expect(scope.takeReplay()).toEqual(Array.from({ length: 100 }, (_, index) => index * 2 + 1));
    expect(scope.takeReplay()).toEqual([]);
    await again.close();
  });

  it('forgets one owner and what it appended before, not what it appends after', async () => {
    const journal = await Journal.open(path);
    const [one, two] = [journal.scope('one', isNumber), journal.scope('two', isNumber)];
    one.append(1);
    two.append(2, 3);
    one.forget();
    one.append(4);
    await journal.close();
    expect(await readFile(path, 'utf8')).toBe('{"owner":"two","events":[2,3]}\n{"owner":"one","events":[4]}\n');
  });

  it('refuses events that it does not know', async () => {
    const journal = await Journal.open(path);
    journal.scope<unknown>('one', (value): value is unknown => value !== undefined).append('text');
    await journal.close();
    const again = await Journal.open(path);
    expect(() => again.scope('one', isNumber).takeReplay()).toThrow(/cannot read/);
    await again.close();
  });

  it('keeps nothing without a path', async () => {
    const journal = await Journal.open(undefined);
    const scope = journal.scope('one', isNumber);
    scope.append(1);
    scope.forget();
    await journal.flushed();
    expect(scope.takeReplay()).toEqual([]);
    await journal.close();
  });
});
