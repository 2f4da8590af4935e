import { spawnSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { EmbeddedPostgresError } from '@recaudo/embedded-postgres';
import { chmod, mkdir, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Client } from 'pg';
import { loadBinaries, restoreSymbolicLinks } from '../../libs/embedded-postgres/src/binaries.js';
import { postgresFixture, query, serverIn } from '../support/postgres-fixture.js';
import { postmasterPid, processesOf } from '../support/processes.js';
import { until } from '../support/until.js';

const describeAsRoot = process.getuid?.() === 0 ? describe : describe.skip;

const postgres = postgresFixture();

async function refusalOf(start: Promise<unknown>): Promise<string> {
  const error = await start.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(EmbeddedPostgresError);
  return (error as EmbeddedPostgresError).message;
}

describe('embedded PostgreSQL: start and stop', () => {
  it('keeps the data of the first start through a stop and a second start', async () => {
    const directory = await postgres.directory();
    const server = serverIn(directory);
    const first = await server.start();
    expect(first).toMatch(/^postgres:\/\/recaudo:[\w-]{32}@127\.0\.0\.1:\d+\/recaudo$/);
    await query(first, 'create table kept as select 42 as value');
    await server.stop();
    const second = await server.start();
    expect(await query(second, 'select value from kept')).toEqual([{ value: 42 }]);
    await server.stop();
  });

  it('creates a checksummed UTF-8 cluster that only knows the password, and keeps that from others', async () => {
    const directory = await postgres.directory();
    const server = serverIn(directory);
    const url = await server.start();
    const facts = `select current_setting('data_checksums') as checksums, current_setting('server_encoding') as encoding,
      current_setting('listen_addresses') as addresses, current_setting('unix_socket_directories') as sockets,
      current_setting('max_connections') as connections, split_part(version(), '.', 1) as version`;
    expect(await query(url, facts)).toEqual([
      {
        checksums: 'on',
        encoding: 'UTF8',
        addresses: '127.0.0.1',
        sockets: '',
        connections: '100',
        version: 'PostgreSQL 18',
      },
    ]);
    await expect(query(url.replace(/:[\w-]{32}@/, ':wrong@'), 'select 1')).rejects.toMatchObject({ code: '28P01' });
    expect((await stat(join(directory, 'password'))).mode & 0o777).toBe(0o600);
    expect((await stat(join(directory, 'cluster'))).mode & 0o077).toBe(0);
    expect((await readdir(directory)).toSorted()).toEqual(['cluster', 'password', 'server.log']);
    await server.stop();
  });

  it('leaves no process after a stop, may be stopped twice, and leaves no process after a start that was stopped at once', async () => {
    const directory = await postgres.directory();
    const server = serverIn(directory);
    await server.stop();
    const starting = server.start();
    await server.stop();
    await starting;
    expect(await processesOf(directory)).toEqual([]);
    await server.start();
    expect(await postmasterPid(directory)).toBeGreaterThan(0);
    await Promise.all([server.stop(), server.stop()]);
    await server.stop();
    expect(await processesOf(directory)).toEqual([]);
  });

  it('gives the same URL to a second start of the same owner', async () => {
    const server = serverIn(await postgres.directory());
    const [first, second] = await Promise.all([server.start(), server.start()]);
    expect([second, await server.start()]).toEqual([first, first]);
    await server.stop();
  });

  it('passes settings on literally and refuses to be opened to other machines by them', async () => {
    const server = serverIn(await postgres.directory(), {
      'recaudo.note': `it's "$HOME" \`id\``,
      listen_addresses: '*',
    });
    const url = await server.start();
    expect(await query(url, 'show recaudo.note')).toEqual([{ 'recaudo.note': `it's "$HOME" \`id\`` }]);
    expect(await query(url, 'show listen_addresses')).toEqual([{ listen_addresses: '127.0.0.1' }]);
    await server.stop();
  });

  it('ends the server when its owner exits with stopNow', async () => {
    const directory = await postgres.directory();
    const owner = postgres.owner(directory);
    expect(await owner.report).toHaveProperty('url');
    owner.process.stdin?.end();
    await until('all processes to end', async () => (await processesOf(directory)).length === 0);
    expect(await postmasterPid(directory)).toBeNaN();
  });

  it('stops a server with a client that does not leave', async () => {
    const directory = await postgres.directory();
    const server = serverIn(directory);
    const client = new Client({ connectionString: await server.start() });
    client.on('error', () => undefined);
    await client.connect();
    const pending = client.query('select pg_sleep(60)').catch((error: unknown) => error);
    await server.stop();
    expect(await pending).toBeInstanceOf(Error);
    expect(await processesOf(directory)).toEqual([]);
  });
});

describe('embedded PostgreSQL: one owner', () => {
  it('refuses a second start, names the first owner, and leaves its server alone', async () => {
    const directory = await postgres.directory();
    const owner = postgres.owner(directory);
    const { url = '' } = await owner.report;
    const second = serverIn(directory);
    expect(await refusalOf(second.start())).toBe(
      `Recaudo is already running from this folder (process ${owner.pid}, data in ${directory}): stop it first.`,
    );
    second.stopNow();
    await second.stop();
    expect(await query(url, 'select 1 as alive')).toEqual([{ alive: 1 }]);
  });

  it('lets exactly one of four simultaneous first starts win', async () => {
    const directory = await postgres.directory();
    const owners = [1, 2, 3, 4].map(() => postgres.owner(directory));
    const reports = await Promise.all(owners.map(({ report }) => report));
    const winner = owners[reports.findIndex(({ url }) => url !== undefined)];
    const refusals = reports.flatMap(({ error }) => error ?? []);
    expect(new Set(refusals)).toEqual(
      new Set([
        `Recaudo is already running from this folder (process ${winner?.pid}, data in ${directory}): stop it first.`,
      ]),
    );
    expect(refusals).toHaveLength(3);
  });

  it('lets exactly one of two simultaneous starts adopt the server of a killed owner', async () => {
    const directory = await postgres.directory();
    const first = postgres.owner(directory);
    const { url } = await first.report;
    await first.kill();
    const reports = await Promise.all([postgres.owner(directory).report, postgres.owner(directory).report]);
    expect(reports.filter((report) => report.url === url)).toHaveLength(1);
    expect(reports.filter(({ error }) => error?.startsWith('Recaudo is already running') === true)).toHaveLength(1);
  });

  it('stays the owner, alive, when the server drops all of its connections', async () => {
    const directory = await postgres.directory();
    const owner = postgres.owner(directory);
    const { url = '' } = await owner.report;
    await query(url, 'select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid()');
    expect(await refusalOf(serverIn(directory).start())).toContain(`process ${owner.pid}`);
    expect(owner.process.exitCode).toBeNull();
  });
});

describeAsRoot('embedded PostgreSQL: root', () => {
  it('runs under another account, or in a user namespace where only root may enter, and changes between them', async () => {
    const directory = await postgres.directory(0o755);
    const server = serverIn(directory);
    await query(await server.start(), 'create table kept as select 42 as value');
    // The account must also reach the server's programs: a clone in a folder that only root may enter hides them.
    const alwaysOurs = !othersReachProject();
    expect((await stat(join(directory, 'cluster', 'base'))).uid === 0).toBe(alwaysOurs);
    await server.stop();
    for (const [mode, isOurs] of [
      [0o700, true],
      [0o755, alwaysOurs],
      [0o700, true],
    ] as const) {
      await chmod(dirname(directory), mode);
      expect(await query(await server.start(), 'select value from kept')).toEqual([{ value: 42 }]);
      expect((await stat(join(directory, 'cluster', 'base'))).uid === 0).toBe(isOurs);
      await server.stop();
    }
    expect(await processesOf(directory)).toEqual([]);
  });

  it('makes its first cluster in a folder that only root may enter', async () => {
    const directory = await postgres.directory(0o700);
    const owner = postgres.owner(directory);
    const { url = '' } = await owner.report;
    expect(await query(url, 'select 1 as alive')).toEqual([{ alive: 1 }]);
    await owner.kill();
    const server = serverIn(directory);
    expect(await server.start()).toBe(url);
    await server.stop();
  });
});

describe('embedded PostgreSQL: sentences', () => {
  it('says which platforms are covered and what to do on another', async () => {
    const message = await refusalOf(loadBinaries('win32-x64'));
    expect(message).toContain('linux-x64');
    expect(message).toContain('set DATABASE_URL');
  });

  it('says that the folder cannot be used', async () => {
    const directory = await postgres.directory();
    await writeFile(directory, 'a file');
    expect(await refusalOf(serverIn(join(directory, 'below')).start())).toMatch(
      /^The folder .* cannot be used for the database \(ENOTDIR\): /,
    );
  });

  it('gives the reason and the end of the log when the server does not start', async () => {
    const message = await refusalOf(serverIn(await postgres.directory(), { shared_buffers: 'many' }).start());
    expect(message).toMatch(
      /^The database in .* did not start \(invalid value for parameter "shared_buffers": "many"\): see .*server\.log/,
    );
  });

  it('says that the data are of another version of PostgreSQL', async () => {
    const directory = await postgres.directory();
    const server = serverIn(directory);
    await server.start();
    await server.stop();
    await writeFile(join(directory, 'cluster', 'PG_VERSION'), '17\n');
    expect(await refusalOf(server.start())).toMatch(
      /^The database in .* did not start \(database files are incompatible with server: The data directory was initialized by PostgreSQL version 17, which is not compatible with this version 18/,
    );
  });

  it('keeps the password out of refusals and of the log', async () => {
    const directory = await postgres.directory();
    const server = serverIn(directory);
    await server.start();
    const second = await refusalOf(serverIn(directory).start());
    await server.stop();
    const broken = await refusalOf(serverIn(directory, { shared_buffers: 'many' }).start());
    const passwordFile = join(directory, 'password');
    const password = (await readFile(passwordFile, 'utf8')).trim();
    await writeFile(passwordFile, 'another');
    const refused = await refusalOf(serverIn(directory).start());
    expect(refused).toMatch(/^The password in .* is not the one of the database beside it/);
    const log = await readFile(join(directory, 'server.log'), 'utf8');
    for (const text of [second, broken, refused, log]) {
      expect(text).not.toContain(password);
      expect(text).not.toContain('another');
    }
    expect(await processesOf(directory)).toEqual([]);
  });

  it('says that the password file is missing instead of making another', async () => {
    const directory = await postgres.directory();
    const server = serverIn(directory);
    await server.start();
    await server.stop();
    await rm(join(directory, 'password'));
    expect(await refusalOf(server.start())).toMatch(/password is missing/);
  });
});

describe('embedded PostgreSQL: the package', () => {
  it('completes the symbolic links that npm did not make, any number of times', async () => {
    const root = join(dirname(await postgres.directory()), 'package');
    await mkdir(join(root, 'native', 'lib'), { recursive: true });
    await writeFile(join(root, 'native', 'lib', 'libpq.so.5.18'), 'library');
    const links = ['libpq.so', 'libpq.so.5'].map((name) => ({
      source: 'native/lib/libpq.so.5.18',
      target: `native/lib/${name}`,
    }));
    await writeFile(join(root, 'native', 'pg-symlinks.json'), JSON.stringify(links));
    await Promise.all([restoreSymbolicLinks(root), restoreSymbolicLinks(root)]);
    await restoreSymbolicLinks(root);
    expect(await readFile(join(root, 'native', 'lib', 'libpq.so.5'), 'utf8')).toBe('library');
  });
});

/** Whether an unprivileged account can enter the folder of the project. */
function othersReachProject(): boolean {
  return spawnSync('test', ['-x', process.cwd()], { uid: 65534, gid: 65534 }).status === 0;
}
