// Builds dist/ unless nothing has changed since it was built. As a program: node bin/build.mjs [--force]
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const STAMP = join(root, 'dist/.built');
/** What the build reads. */
const SOURCES = ['src', 'libs', 'config', 'nest-cli.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json'];

/** By path, size and time of each file: a change of any of them builds anew. */
function fingerprint() {
  const hash = createHash('sha256').update(process.version);
  const add = (path) => {
    const { size, mtimeMs } = statSync(join(root, path));
    hash.update(`${path} ${size} ${mtimeMs}\n`);
  };
  for (const source of SOURCES) {
    if (!statSync(join(root, source)).isDirectory()) add(source);
    else
      for (const entry of readdirSync(join(root, source), { recursive: true, withFileTypes: true }))
        if (entry.isFile()) add(join(entry.parentPath.slice(root.length), entry.name));
  }
  return hash.digest('hex');
}

function isBuilt(wanted) {
  try {
    return readFileSync(STAMP, 'utf8') === wanted;
  } catch {
    return false;
  }
}

/** The compiler leaves what it made of sources that have gone since; a migration among them would be applied. */
function removeOrphans() {
  for (const path of readdirSync(join(root, 'dist'), { recursive: true, encoding: 'utf8' })) {
    const [, source] = /^((?:src|libs|config)\/.*?)\.(?:js|js\.map|d\.ts)$/.exec(path) ?? [];
    if (source && !existsSync(join(root, `${source}.ts`))) rmSync(join(root, 'dist', path), { force: true });
  }
}

/**
 * @param {{ force?: boolean, onBuild?: () => void }} [options] `onBuild`: called before a build that takes seconds
 * @returns {boolean} whether dist/ is as the sources are; what is wrong has been printed
 */
export function build({ force = false, onBuild = () => {} } = {}) {
  const wanted = fingerprint();
  if (!force && isBuilt(wanted)) return true;
  onBuild();
  const { status } = spawnSync(process.execPath, [join(root, 'node_modules/@nestjs/cli/bin/nest.js'), 'build'], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (status !== 0) return false;
  removeOrphans();
  writeFileSync(STAMP, wanted);
  return true;
}

if (process.argv[1] === fileURLToPath(import.meta.url) && !build({ force: process.argv.includes('--force') }))
  process.exitCode = 1;
