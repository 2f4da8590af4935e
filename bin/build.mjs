// Builds dist/ unless nothing has changed since it was built. As a program: node bin/build.mjs [service | console | checkout | api-reference] [--force]
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
/** What browsers get, made by Vite of these folders. */
const IN_BROWSERS = { console: 'libs/console', checkout: 'libs/checkout', 'api-reference': 'libs/api-reference' };
/** What is built, of what, by what, and where it is noted. */
const PARTS = {
  service: {
    stamp: join(root, 'dist/.built'),
    sources: ['src', 'libs', 'config', 'nest-cli.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json'],
    isPart: (path) =>
      ![...Object.values(IN_BROWSERS), 'libs/sdk', 'libs/command-line'].some((folder) => path.startsWith(`${folder}/`)),
    command: ['node_modules/@nestjs/cli/bin/nest.js', 'build'],
    afterwards: removeOrphans,
  },
  console: inBrowsers('console'),
  checkout: inBrowsers('checkout'),
  'api-reference': inBrowsers('api-reference'),
};

function inBrowsers(name) {
  const folder = IN_BROWSERS[name];
  return {
    stamp: join(root, `dist/.built-${name}`),
    sources: [folder, 'package-lock.json'],
    isPart: (path) => !path.endsWith('.md'),
    // Else the parts of other people come with what they say to developers.
    environment: { NODE_ENV: 'production' },
    command: ['node_modules/vite/bin/vite.js', 'build', folder, '--logLevel', 'warn'],
    afterwards: () => {},
  };
}

/** By path, size and time of each file: a change of any of them builds anew. */
function fingerprint({ sources, isPart }) {
  const hash = createHash('sha256').update(process.version);
  const add = (path) => {
    if (!isPart(path)) return;
    const { size, mtimeMs } = statSync(join(root, path));
    hash.update(`${path} ${size} ${mtimeMs}\n`);
  };
  for (const source of sources) {
    if (!statSync(join(root, source)).isDirectory()) add(source);
    else
      for (const entry of readdirSync(join(root, source), { recursive: true, withFileTypes: true }))
        if (entry.isFile()) add(join(entry.parentPath.slice(root.length), entry.name));
  }
  return hash.digest('hex');
}

function isBuilt({ stamp }, wanted) {
  try {
    return readFileSync(stamp, 'utf8') === wanted;
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

/** @returns {Promise<boolean>} */
function run(command, environment) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join(root, command[0]), ...command.slice(1)], {
      cwd: root,
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    child.once('error', () => resolve(false));
    child.once('close', (code) => resolve(code === 0));
  });
}

async function buildPart(part, { force, onBuild }) {
  const wanted = fingerprint(part);
  if (!force && isBuilt(part, wanted)) return true;
  onBuild();
  if (!(await run(part.command, part.environment))) return false;
  part.afterwards();
  writeFileSync(part.stamp, wanted);
  return true;
}

/**
 * The service and what browsers get side by side, each where its own sources have changed.
 * @param {{ force?: boolean, onBuild?: () => void, only?: keyof typeof PARTS }} [options] `onBuild`: called once before a build that takes seconds
 * @returns {Promise<boolean>} whether dist/ is as the sources are; what is wrong has been printed
 */
export async function build({ force = false, onBuild = () => {}, only } = {}) {
  let isSaid = false;
  const sayOnce = () => {
    if (!isSaid) onBuild();
    isSaid = true;
  };
  mkdirSync(join(root, 'dist'), { recursive: true });
  const parts = Object.entries(PARTS).filter(
    ([name, { sources }]) => (only === undefined || name === only) && existsSync(join(root, sources[0])),
  );
  const built = await Promise.all(parts.map(([, part]) => buildPart(part, { force, onBuild: sayOnce })));
  return built.every(Boolean);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const only = process.argv.find((argument) => argument in PARTS);
  if (!(await build({ force: process.argv.includes('--force'), only }))) process.exitCode = 1;
}
