import { spawn, spawnSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { until } from '../support/until.js';

/** A folder with the project's `bin`, a source file, and a compiler that counts its calls. */
let folder: string;

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'recaudo-build-')));
  await cp('bin', join(folder, 'bin'), { recursive: true });
  for (const name of ['src/app', 'libs/a', 'config', 'dist/src/app', 'node_modules/@nestjs/cli/bin'])
    await mkdir(join(folder, name), { recursive: true });
  for (const name of [
    ...['nest-cli.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json'],
    ...['src/a.ts', 'src/app/start.ts', 'src/app/cli.ts'],
  ])
    await writeFile(join(folder, name), '{}');
  await writeFile(
    join(folder, 'node_modules/@nestjs/cli/bin/nest.js'),
    `const fs = require('node:fs');
     fs.appendFileSync('builds', 'x');
     if (fs.existsSync('broken')) process.exit(1);
     fs.writeFileSync('dist/src/app/start.js', 'console.log("it runs"); setTimeout(() => {}, 60_000)');
     fs.writeFileSync('dist/src/app/cli.js', 'console.log(process.argv.slice(2).join(" "))');`,
  );
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const run = (...args: string[]) =>
  spawnSync(process.execPath, ['bin/run.mjs', ...args], { cwd: folder, encoding: 'utf8' });
const builds = async () => (await readFile(join(folder, 'builds'), 'utf8').catch(() => '')).length;

describe('a command', () => {
  it('is built before its first run, and again only when a source has changed, came or went', async () => {
    expect(run('cli', 'keys', 'list').stdout).toBe('keys list\n');
    expect(run('cli').status).toBe(0);
    expect(await builds()).toBe(1);
    const changes = [
      () => writeFile(join(folder, 'src/a.ts'), '{ "changed": true }'),
      () => writeFile(join(folder, 'libs/a/b.ts'), '{}'),
      () => rm(join(folder, 'libs/a/b.ts')),
    ];
    for (const [index, change] of changes.entries()) {
      await change();
      expect(run('cli').stderr).toContain('Building');
      expect(run('cli').stderr).toBe('');
      expect(await builds()).toBe(index + 2);
    }
  });

  it('is without what an earlier build made of a source that has gone: a migration would still be applied', async () => {
    for (const name of ['gone.js', 'gone.js.map', 'gone.d.ts'])
      await writeFile(join(folder, 'dist/src/app', name), 'of a branch that was left');
    expect(run('cli', 'x').stdout).toBe('x\n');
    expect((await readdir(join(folder, 'dist/src/app'))).toSorted()).toEqual(['cli.js', 'start.js']);
  });

  it('does not run when the build fails, and is built again the next time', async () => {
    await writeFile(join(folder, 'broken'), '');
    expect(run('cli', 'x')).toMatchObject({ status: 1, stdout: '' });
    await rm(join(folder, 'broken'));
    expect(run('cli', 'x')).toMatchObject({ status: 0, stdout: 'x\n' });
  });
});

describe('npm start', () => {
  it('says that it runs already before it builds anything, and starts where the one before was killed', async () => {
    const first = spawn(process.execPath, ['bin/run.mjs', 'start'], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let said = '';
    first.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
    await until('it to run', () => said.includes('it runs'));
    await writeFile(join(folder, 'src/a.ts'), '{ "changed": true }');
    const second = run('start');
    expect(second).toMatchObject({ status: 1, stdout: '' });
    expect(second.stderr).toBe(`Recaudo is already running from this folder (process ${first.pid}): stop it first.\n`);
    expect(await builds()).toBe(1);
    first.kill('SIGKILL');
    await until('it to end', () => first.signalCode !== null);
    const third = spawn(process.execPath, ['bin/run.mjs', 'start'], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    await until('the third to run', async () => (await builds()) === 2);
    third.kill('SIGKILL');
  });

  it('starts where the one before was killed and had its own number, as in a container that is started again', async () => {
    await mkdir(join(folder, '.data'));
    const command = 'echo $$ > .data/start.pid && exec "$0" bin/run.mjs start';
    const again = spawn('sh', ['-c', command, process.execPath], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    for (const stream of [again.stdout, again.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
    await until('it to run or not', () => again.exitCode !== null || said.includes('it runs'));
    again.kill('SIGKILL');
    expect(said).toContain('it runs');
  });
});
