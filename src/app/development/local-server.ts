import { EmbeddedPostgres, EmbeddedPostgresError } from '@recaudo/embedded-postgres';
import { CommandError } from '../command.js';

/** The PostgreSQL server under `.data/`, for machines without one. It ends with this process, except after `kill -9`. */
export class LocalServer {
  readonly #server = new EmbeddedPostgres({ directory: '.data/postgres', database: 'recaudo' });

  constructor() {
    process.once('exit', () => this.#server.stopNow());
  }

  /** URL of the server that `npm start` runs; undefined where it runs none. */
  urlIfRunning(): string | undefined {
    return this.#server.urlIfRunning();
  }

  /** @throws CommandError */
  start(): Promise<string> {
    return this.#server.start().catch(throwSentence);
  }

  /** @throws CommandError */
  stop(): Promise<void> {
    return this.#server.stop().catch(throwSentence);
  }
}

function throwSentence(error: unknown): never {
  throw error instanceof EmbeddedPostgresError ? new CommandError(error.message) : error;
}
