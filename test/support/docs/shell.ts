import { once } from 'node:events';
import { connect } from 'node:net';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';
import { until } from '../until.js';

const RUN_MAX_MS = 60_000;

export function hasProgram(name: string): boolean {
  return spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0;
}

/** Runs the blocks of a page one after another, as a reader does: in one folder, and what one exports the next has. */
export class PageShell {
  #server: ChildProcess | undefined;
  #serverSaid = '';

  private constructor(
    private readonly folder: string,
    private readonly environment: Readonly<Record<string, string>>,
  ) {}

  /**
   * @param environment for the commands of a page, besides what the page itself exports
   * @param withCurl whether the machine's own curl is used, else ours
   */
  static async start(environment: Readonly<Record<string, string>>, withCurl = hasProgram('curl')): Promise<PageShell> {
    // Inside the project, so that its packages are found.
    await mkdir('.data', { recursive: true });
    const shell = new PageShell(resolve(await mkdtemp(join('.data', 'page-'))), environment);
    await writeFile(shell.#in('.state'), '');
    await mkdir(shell.#in('.bin'));
    await shell.#program('recaudo', 'bin/recaudo.mjs');
    if (!withCurl) await shell.#program('curl', 'test/support/docs/curl.mjs');
    return shell;
  }

  /** What `npm run sdk:pack` and `npm install` do. */
  async installSdk(): Promise<void> {
    const place = this.#in('node_modules', '@recaudo', 'sdk');
    const compile = spawn(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'libs/sdk', '--outDir', place]);
    const [status] = (await once(compile, 'close')) as [number];
    if (status !== 0) throw new Error('the SDK does not compile');
    await copyFile('libs/sdk/package.json', join(place, 'package.json'));
  }

  write(name: string, text: string): Promise<void> {
    return writeFile(this.#in(name), text);
  }

  /** @returns what it has printed */
  async run(code: string): Promise<string> {
    const script = `. ./.state\n${code}\nstatus=$?\nexport -p > .state\nexit $status`;
    const child = this.#spawn(script);
    const [said, errors] = [collect(child.stdout!), collect(child.stderr!)];
    const timer = setTimeout(() => process.kill(-child.pid!, 'SIGKILL'), RUN_MAX_MS);
    const status = await new Promise((done) => child.once('close', done));
    clearTimeout(timer);
    if (status !== 0) throw new Error(`ended with ${String(status)}:\n${code}\n${said()}\n${errors()}`);
    return said();
  }

  /** @param port on which it listens: it is waited for */
  async serve(code: string, port: number): Promise<void> {
    await this.#stopServer();
    const child = this.#spawn(`. ./.state\n${code}`);
    child.stdout!.on('data', (piece: Buffer) => void (this.#serverSaid += piece.toString()));
    child.stderr!.on('data', (piece: Buffer) => void (this.#serverSaid += piece.toString()));
    this.#server = child;
    await until('the page’s server to listen', () => isListening(port));
  }

  /** Waits until the server has printed what is right, and begins anew. */
  async serverSays(isRight: (said: string) => boolean): Promise<void> {
    await until('what the page shows of its server', () => isRight(this.#serverSaid)).catch((error: unknown) => {
      throw new Error(`the server has printed:\n${this.#serverSaid}`, { cause: error });
    });
    this.#serverSaid = '';
  }

  async end(): Promise<void> {
    await this.#stopServer();
    await rm(this.folder, { recursive: true });
  }

  async #stopServer(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server?.pid !== undefined && server.exitCode === null && server.signalCode === null) {
      const ended = once(server, 'close');
      // The whole group: the shell and what it has started.
      process.kill(-server.pid, 'SIGKILL');
      await ended;
    }
    this.#serverSaid = '';
  }

  #spawn(script: string): ChildProcess {
    const path = [this.#in('.bin'), process.env['PATH']].join(delimiter);
    // As on a reader's machine: nothing of the test's own environment.
    return spawn('sh', ['-c', script], {
      cwd: this.folder,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...this.environment,
        PATH: path,
        HOME: this.folder,
        PYTHONPATH: resolve('test/support'),
        PYTHONUTF8: '1',
        PYTHONDONTWRITEBYTECODE: '1',
      },
    });
  }

  /** A command of that name, as `npm link` makes it. */
  #program(name: string, script: string): Promise<void> {
    return writeFile(this.#in('.bin', name), `#!/bin/sh\nexec node '${resolve(script)}' "$@"\n`, { mode: 0o755 });
  }

  #in(...names: string[]): string {
    return join(this.folder, ...names);
  }
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, 'localhost', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

function collect(stream: NodeJS.ReadableStream): () => string {
  const pieces: Buffer[] = [];
  stream.on('data', (piece: Buffer) => pieces.push(piece));
  return () => Buffer.concat(pieces).toString();
}
