import { readFile, symlink } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { EmbeddedPostgresError } from './embedded-postgres.error.js';

/** Absolute paths of PostgreSQL's programs. */
export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

const COVERED_PLATFORMS = ['darwin-arm64', 'darwin-x64', 'linux-arm64', 'linux-x64'];

/** Finds the programs of `@embedded-postgres/<os>-<cpu>`. Throws EmbeddedPostgresError when there are none for this machine. */
export async function loadBinaries(platform = `${process.platform}-${process.arch}`): Promise<Binaries> {
  const covered = COVERED_PLATFORMS.join(', ');
  const insteadOfIt = 'set DATABASE_URL to a PostgreSQL of your own instead';
  if (!COVERED_PLATFORMS.includes(platform))
    throw new EmbeddedPostgresError(
      `The embedded PostgreSQL covers ${covered} and this machine is ${platform}: ${insteadOfIt}.`,
    );
  const packageName = `@embedded-postgres/${platform}`;
  const binaries = (await import(packageName).catch(() => undefined)) as Binaries | undefined;
  if (!binaries)
    throw new EmbeddedPostgresError(
      `The package ${packageName} is not installed (covered: ${covered}): install again with optional dependencies (npm install --include=optional), or ${insteadOfIt}.`,
    );
  await restoreSymbolicLinks(dirname(dirname(dirname(binaries.postgres))));
  return binaries;
}

/**
 * Creates the package's symbolic links, which are absent when npm ran without install scripts. Whatever prevents one (it exists, the folder
 * is read-only) is left for the server to report.
 */
export async function restoreSymbolicLinks(packageRoot: string): Promise<void> {
  const list = await readFile(join(packageRoot, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  const links = JSON.parse(list) as { source: string; target: string }[];
  await Promise.all(
    links.map(({ source, target }) =>
      symlink(relative(dirname(target), source), join(packageRoot, target)).catch(() => undefined),
    ),
  );
}
