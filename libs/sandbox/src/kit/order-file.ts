import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { isJsonObject, type JsonObject } from './control-input.js';
import { type ClockMove, isMovedBy, older, olderByMs, type Timed } from './order-clock.js';

/** The first line. Give it another number when what is saved of an order changes. */
const FORMAT = '{"sandboxOrders":1}';

/** The file cannot be used; the message says what to do. */
export class OrderFileError extends Error {}

/** An order as it was saved: amounts are texts, because JSON has no bigint. */
export interface SavedOrder {
  readonly id: string;
}

/**
 * The orders of all simulated providers in one file of JSON lines. A line is one order as a change left it; the last line of an order
 * counts. The line is written before the change is answered, so `kill -9` loses nothing that a client knows. There is no fsync: a power
 * failure may lose orders.
 */
export class OrderFile {
  readonly #read = new Map<string, Map<string, SavedOrder>>();
  readonly #clocks = new Map<string, Map<string, ClockMove>>();
  #descriptor: number | undefined;

  /** Without a path nothing is kept. Throws `OrderFileError` when the file is damaged or another version wrote it. */
  constructor(path: string | undefined) {
    if (path === undefined) return;
    mkdirSync(dirname(path), { recursive: true });
    if (existsSync(path)) this.#readLines(path);
    // Starts with one line per order again, and without the part of a line that a kill may have left.
    writeFileSync(`${path}.new`, [FORMAT, ...this.#lines()].map((line) => `${line}\n`).join(''));
    renameSync(`${path}.new`, path);
    this.#descriptor = openSync(path, 'a');
  }

  /** What earlier runs saved, oldest order first; handed out once. */
  takeOrdersOf(provider: string): SavedOrder[] {
    const orders = [...(this.#read.get(provider)?.values() ?? [])];
    this.#read.delete(provider);
    return orders;
  }

  /** How far the clocks of merchants were, by what their references begin with; handed out once. */
  takeClocksOf(provider: string): ClockMove[] {
    const clocks = [...(this.#clocks.get(provider)?.values() ?? [])];
    this.#clocks.delete(provider);
    return clocks;
  }

  /** One line for all orders: a kill leaves none of them behind the others. */
  move(provider: string, clock: ClockMove): void {
    this.#write(lineOf({ provider, clock }));
  }

  save(provider: string, order: { readonly id: string }): void {
    this.#write(lineOf({ provider, order }));
  }

  /** Forgets one provider's orders and keeps the others'. */
  clear(provider: string): void {
    this.#write(lineOf({ provider, cleared: true }));
  }

  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }

  #write(line: string): void {
    if (this.#descriptor !== undefined) writeSync(this.#descriptor, `${line}\n`);
  }

  #readLines(path: string): void {
    // After the last line break there is nothing, or what a kill left of a line.
    const [format, ...lines] = readFileSync(path, 'utf8').split('\n').slice(0, -1);
    if (format === undefined) return;
    if (format !== FORMAT) throw new OrderFileError(`Another version of the sandbox wrote ${path}. Remove ${path}.`);
    for (const [index, line] of lines.entries()) {
      const { provider, order, clock, cleared } = parsed(line);
      if (typeof provider === 'string' && cleared === true) this.#forget(provider);
      else if (typeof provider === 'string' && isClockMove(clock)) this.#move(provider, clock);
      else if (typeof provider === 'string' && isSaved(order)) this.#keep(provider, order);
      else throw new OrderFileError(`Line ${index + 2} of ${path} is damaged. Remove that line, or ${path}.`);
    }
  }

  #keep(provider: string, order: SavedOrder): void {
    const orders = this.#read.get(provider) ?? new Map<string, SavedOrder>();
    this.#read.set(provider, orders.set(order.id, order));
  }

  #forget(provider: string): void {
    this.#read.delete(provider);
    this.#clocks.delete(provider);
  }

  #move(provider: string, clock: ClockMove): void {
    const clocks = this.#clocks.get(provider) ?? new Map<string, ClockMove>();
    const byMs = olderByMs(clock, clocks.get(clock.prefix)?.advancedSeconds);
    this.#clocks.set(provider, clocks.set(clock.prefix, clock));
    for (const [id, order] of this.#read.get(provider) ?? []) {
      // The format line says that an order was saved.
      const timed = order as SavedOrder & Timed;
      if (isMovedBy(timed, clock)) this.#keep(provider, { ...older(timed, byMs), id });
    }
  }

  #lines(): string[] {
    const orders = [...this.#read].flatMap(([provider, all]) =>
      [...all.values()].map((order) => lineOf({ provider, order })),
    );
    // These have moved the orders already.
    const clocks = [...this.#clocks].flatMap(([provider, all]) =>
      [...all.values()].map((clock) => lineOf({ provider, clock: { ...clock, bySeconds: 0 } })),
    );
    return [...orders, ...clocks];
  }
}

function lineOf(content: object): string {
  return JSON.stringify(content, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
}

function parsed(line: string): JsonObject {
  try {
    const value: unknown = JSON.parse(line);
    return isJsonObject(value) ? value : {};
  } catch {
    return {};
  }
}

function isClockMove(value: unknown): value is ClockMove {
  return isJsonObject(value) && typeof value['prefix'] === 'string' && typeof value['advancedSeconds'] === 'number';
}

function isSaved(value: unknown): value is SavedOrder {
  return isJsonObject(value) && typeof value['id'] === 'string';
}
