import { describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, readdir, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Client } from 'pg';
import { postgresFixture, query, serverIn } from '../support/postgres-fixture.js';
import { kill, postmasterPid, processesOf } from '../support/processes.js';
import { until } from '../support/until.js';

const describeWithProc = process.platform === 'linux' ? describe : describe.skip;

const postgres = postgresFixture();

/** kill -9 of the postmaster, which leaves its pid file behind; returns its pid. */
async function crash(directory: string): Promise<number> {
  const pid = await postmasterPid(directory);
  kill(pid);
  await until('the server to be gone', async () => !(await processesOf(directory)).includes(pid));
  return pid;
}

async function rewritePid(directory: string, replace: (text: string) => string): Promise<void> {
  const file = join(directory, 'cluster', 'postmaster.pid');
  await writeFile(file, replace(await readFile(file, 'utf8')));
}

describe('embedded PostgreSQL: kill -9', () => {
  it('recovers committed data after the server was killed', async () => {
    const directory = await postgres.directory();
    const server = serverIn(directory);
    await query(await server.start(), 'create table kept as select 42 as value');
    await crash(directory);
    expect(await query(await server.start(), 'select value from kept')).toEqual([{ value: 42 }]);
    await server.stop();
  });

  it('adopts the living server of a killed owner, and stops it in the end', async () => {
    const directory = await postgres.directory();
    const owner = postgres.owner(directory);
    const { url = '' } = await owner.report;
    await query(url, 'create table kept as select 42 as value');
    const pid = await postmasterPid(directory);
    await owner.kill();
    const server = serverIn(directory);
    expect(await server.start()).toBe(url);
    expect(await postmasterPid(directory)).toBe(pid);
    expect(await query(url, 'select value from kept')).toEqual([{ value: 42 }]);
    await server.stop();
    expect(await processesOf(directory)).toEqual([]);
  });

  it('recovers after owner and server were killed together', async () => {
    const directory = await postgres.directory();
    const owner = postgres.owner(directory);
    await query((await owner.report).url ?? '', 'create table kept as select 42 as value');
    await Promise.all([owner.kill(), crash(directory)]);
    const server = serverIn(directory);
    expect(await query(await server.start(), 'select value from kept')).toEqual([{ value: 42 }]);
    await server.stop();
  });

  it('waits for a server that shuts down, then starts another', async () => {
    const directory = await postgres.directory();
    const owner = postgres.owner(directory);
    await owner.report;
    const pid = await postmasterPid(directory);
    await owner.kill();
    process.kill(pid, 'SIGINT');
    const server = serverIn(directory);
    expect(await query(await server.start(), 'select 1 as alive')).toEqual([{ alive: 1 }]);
    expect(await postmasterPid(directory)).not.toBe(pid);
    await server.stop();
  });

  it('takes over from an owner that was killed while its server was starting', async () => {
    const directory = await postgres.directory();
    const owner = postgres.owner(directory);
    await until('a pid file', async () => (await postmasterPid(directory)) > 0);
    await owner.kill();
    const server = serverIn(directory);
    expect(await query(await server.start(), 'select 1 as alive')).toEqual([{ alive: 1 }]);
    await server.stop();
    expect(await postmasterPid(directory)).toBeNaN();
    expect(await processesOf(directory)).toEqual([]);
  });

  it.each(['before anything is written', 'in the middle', 'twice'])(
    'starts cleanly after a kill during initdb: %s',
    async (moment) => {
      const directory = await postgres.directory();
      for (let kills = 0; kills < (moment === 'twice' ? 2 : 1); kills += 1) {
        const owner = postgres.owner(directory);
        const depth = moment === 'before anything is written' ? '.' : 'base/1';
        await until('initdb to be there', async () => {
          const [attempt = 'none'] = (await readdir(join(directory, 'cluster.new')).catch(() => [])).filter(
            (name) => name !== 'password',
          );
          return (await stat(join(directory, 'cluster.new', attempt, depth)).catch(() => undefined)) !== undefined;
        });
        await owner.kill();
      }
      const server = serverIn(directory);
      expect(await query(await server.start(), 'select 1 as alive')).toEqual([{ alive: 1 }]);
      expect((await readdir(directory)).toSorted()).toEqual(['cluster', 'password', 'server.log']);
      await server.stop();
      await until('all processes to end', async () => (await processesOf(directory)).length === 0);
    },
  );

  it('removes a leftover cluster.new', async () => {
    const directory = await postgres.directory();
    await mkdir(join(directory, 'cluster.new', 'base'), { recursive: true });
    await writeFile(join(directory, 'cluster.new', 'base', 'half'), 'made');
    const server = serverIn(directory);
    await server.start();
    expect(await readdir(directory)).not.toContain('cluster.new');
    await server.stop();
  });
});

// Elsewhere the library cannot tell which processes belonged to a server, and waits for them.
describeWithProc('embedded PostgreSQL: processes of a killed server', () => {
  it('ends a busy query that outlived its killed server and would keep the next one from starting', async () => {
    const directory = await postgres.directory();
    const server = serverIn(directory);
    const client = new Client({ connectionString: await server.start() });
    client.on('error', () => undefined);
    await client.connect();
    const busy = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
    // Counts without ever waiting, so the backend does not notice that its postmaster died.
    client.query('do $$ begin loop perform 1; end loop; end $$').catch(() => undefined);
    await until(
      'the query to run',
      async () =>
        (
          await query(
            await server.start(),
            `select 1 from pg_stat_activity where pid = ${busy.rows[0]?.pid} and state = 'active'`,
          )
        ).length === 1,
    );
    await crash(directory);
    expect(await processesOf(directory)).toContain(busy.rows[0]?.pid);
    expect(await query(await server.start(), 'select 1 as alive')).toEqual([{ alive: 1 }]);
    expect(await processesOf(directory)).not.toContain(busy.rows[0]?.pid);
    await server.stop();
  });
});

describe('embedded PostgreSQL: stale pid files', () => {
  const cases: [string, () => string][] = [
    ['a dead process', () => String(spawnSync(process.execPath, ['-e', '']).pid)],
    ['a foreign process', () => String(postgres.stranger())],
    ['ourselves', () => String(process.pid)],
  ];

  // Mode 700 makes root use a user namespace, where PostgreSQL sees the foreign process as one of its own user.
  it.each(cases.flatMap(([name, pid]) => [[name, 'open', pid] as const, [name, 'closed', pid] as const]))(
    'recovers by itself when the pid belongs to %s (folder %s)',
    async (_name, folder, pidOf) => {
      const directory = await postgres.directory(folder === 'open' ? 0o755 : 0o700);
      const server = serverIn(directory);
      await query(await server.start(), 'create table kept as select 42 as value');
      await crash(directory);
      await rewritePid(directory, (text) => text.replace(/^\d+/, pidOf()));
      expect(await query(await server.start(), 'select value from kept')).toEqual([{ value: 42 }]);
      await server.stop();
    },
  );

  it('recovers by itself from an empty pid file, as a power failure leaves one', async () => {
    const directory = await postgres.directory();
    const server = serverIn(directory);
    await server.start();
    await crash(directory);
    await rewritePid(directory, () => '');
    expect(await query(await server.start(), 'select 1 as alive')).toEqual([{ alive: 1 }]);
    await server.stop();
  });

  it('leaves the port of a killed server to whoever has it by now', async () => {
    const directory = await postgres.directory();
    const server = serverIn(directory);
    const { port } = new URL(await server.start());
    await crash(directory);
    const stranger = createServer((socket) => socket.destroy()).listen(Number(port), '127.0.0.1');
    await once(stranger, 'listening');
    const url = await server.start();
    expect(new URL(url).port).not.toBe(port);
    expect(await query(url, 'select 1 as alive')).toEqual([{ alive: 1 }]);
    await server.stop();
    stranger.close();
  });

  it('does not touch the server of another folder whose pid stands in the file', async () => {
    const [ours, theirs] = [await postgres.directory(), await postgres.directory()];
    const [server, other] = [serverIn(ours), serverIn(theirs)];
    const otherUrl = await other.start();
    await server.start();
    await crash(ours);
    const otherPid = await postmasterPid(theirs);
    await rewritePid(ours, (text) => text.replace(/^\d+/, String(otherPid)));
    const url = await server.start();
    expect(url).not.toBe(otherUrl);
    await server.stop();
    expect(await query(otherUrl, 'select 1 as alive')).toEqual([{ alive: 1 }]);
    await other.stop();
  });
});
