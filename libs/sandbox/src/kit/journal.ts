import { mkdir, open, readFile, rename, writeFile, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { asObject } from './control-input.js';

interface JournalLine {
  readonly owner: string;
  readonly events: readonly unknown[];
}

/** One simulated provider's part of the journal. `append` keeps the events of one mutation together on one line. */
export interface OwnerJournal<Event> {
  /** Events of earlier runs, oldest first; handed out once. */
  takeReplay(): Event[];
  append(...events: Event[]): void;
  /** Settles when everything appended so far by anybody is in the file; rejects for good once a write has failed. */
  flushed(): Promise<void>;
  /** Drops this owner's lines and keeps the others'. */
  forget(): void;
}

/** The file cannot be used; the message says what to do. */
export class JournalError extends Error {}

/**
 * Append-only JSON lines. Appends are synchronous and ordered; `flushed` is awaited before anything is answered, so a
 * `kill -9` loses nothing that was told to a client. There is no fsync: a power cut may lose lines, which a simulator can bear.
 */
export class Journal {
  #replay: JournalLine[];
  #batch: string[] | undefined;
  #last: Promise<void> = Promise.resolve();

  private constructor(
    private readonly path: string | undefined,
    private handle: FileHandle | undefined,
    replay: JournalLine[],
  ) {
    this.#replay = replay;
  }

  /** Without a path the journal keeps nothing. A torn last line is cut off; any other unreadable line is an error. */
  static async open(path: string | undefined): Promise<Journal> {
    if (path === undefined) return new Journal(undefined, undefined, []);
    await mkdir(dirname(path), { recursive: true });
    const handle = await open(path, 'a+');
    try {
      const bytes = await handle.readFile();
      const end = bytes.lastIndexOf(0x0a) + 1;
      const replay = parseLines(bytes.subarray(0, end).toString('utf8'));
      if (end < bytes.length) await handle.truncate(end);
      return new Journal(path, handle, replay);
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /** @param isEvent tells this owner's events; a line with anything else was written by another version and is an error */
  scope<Event>(owner: string, isEvent: (value: unknown) => value is Event): OwnerJournal<Event> {
    return {
      takeReplay: () => {
        const mine = this.#replay.filter((line) => line.owner === owner);
        this.#replay = this.#replay.filter((line) => line.owner !== owner);
        return mine.flatMap(({ events }) => {
          if (!events.every(isEvent))
            throw new JournalError(
              `The sandbox journal has a line of ${owner} that it cannot read: another version wrote it. Remove ${this.path}.`,
            );
          return events;
        });
      },
      append: (...events) => this.#append({ owner, events }),
      flushed: () => this.flushed(),
      forget: () => this.#forget(owner),
    };
  }

  flushed(): Promise<void> {
    return this.#last;
  }

  async close(): Promise<void> {
    try {
      await this.flushed();
    } finally {
      await this.handle?.close();
      this.handle = undefined;
    }
  }

  #append(line: JournalLine): void {
    if (this.path === undefined) return;
    if (this.#batch === undefined) {
      const batch: string[] = [];
      this.#batch = batch;
      this.#enqueue(async () => {
        if (this.#batch === batch) this.#batch = undefined;
        await this.handle?.appendFile(batch.join(''));
      });
    }
    this.#batch.push(`${JSON.stringify(line)}\n`);
  }

  #forget(owner: string): void {
    const path = this.path;
    if (path === undefined) return;
    // Lines that come after this must not join a batch that is written before it.
    this.#batch = undefined;
    this.#enqueue(async () => {
      const kept = (await readFile(path, 'utf8'))
        .split('\n')
        .filter((text) => text !== '' && parseLine(text).owner !== owner);
      const replacement = `${path}.new`;
      await writeFile(replacement, kept.map((text) => `${text}\n`).join(''));
      await rename(replacement, path);
      await this.handle?.close();
      this.handle = await open(path, 'a');
    });
  }

  #enqueue(write: () => Promise<void>): void {
    this.#last = this.#last.then(write);
    // A failed write is reported to whoever awaits flushed(); nobody awaiting it must not end the process.
    this.#last.catch(() => undefined);
  }
}

function parseLines(text: string): JournalLine[] {
  return text.split('\n').flatMap((line, index) => {
    if (line === '') return [];
    try {
      return [parseLine(line)];
    } catch {
      throw new JournalError(`The sandbox journal is damaged at line ${index + 1}: remove that line or the file.`);
    }
  });
}

function parseLine(text: string): JournalLine {
  const { owner, events } = asObject(JSON.parse(text), 'a journal line');
  if (typeof owner !== 'string' || !Array.isArray(events)) throw new Error('not a journal line');
  return { owner, events };
}
