import { randomBytes } from 'node:crypto';
import { chmod, chown, lchown, mkdir, open, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Binaries } from './binaries.js';
import { type CommandResult, runCommand } from './command.js';
import { EmbeddedPostgresError, errorCode } from './embedded-postgres.error.js';
import { type Layout, SUPERUSER } from './layout.js';
import type { Runner } from './runner.js';

const INITDB_TIMEOUT_MS = 120_000;

/** PostgreSQL's locales in order of preference; musl and old macOS have no C.UTF-8. */
const LOCALES = ['C.UTF-8', 'C'];

/** Creates the folder and checks that what stands in it may be used by us. Throws EmbeddedPostgresError. */
export async function prepareDirectory({ directory, cluster }: Layout): Promise<void> {
  try {
    await mkdir(directory, { recursive: true });
  } catch (error) {
    throw notWritable(directory, error);
  }
  const [ourUid, clusterUid] = [process.getuid?.(), (await statOrUndefined(cluster))?.uid];
  if (ourUid === undefined || ourUid === 0 || clusterUid === undefined || clusterUid === ourUid) return;
  throw new EmbeddedPostgresError(
    `The database in ${directory} belongs to another user (uid ${clusterUid}): run Recaudo as that user, or give the folder to yours with chown -R.`,
  );
}

/** Whether initdb has completed in this folder. */
export async function clusterExists({ cluster }: Layout): Promise<boolean> {
  return (await statOrUndefined(join(cluster, 'PG_VERSION'))) !== undefined;
}

/** Reads the superuser's password, or makes one when there is no cluster yet. Throws EmbeddedPostgresError. */
export async function ensurePassword(layout: Layout): Promise<string> {
  const { directory, passwordFile } = layout;
  const stored = await readFile(passwordFile, 'utf8').catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return '';
    throw new EmbeddedPostgresError(
      `The file ${passwordFile} cannot be read (${reasonOf(error)}): give it to the user that runs Recaudo.`,
    );
  });
  if (stored.trim() !== '') return stored.trim();
  if (await clusterExists(layout)) {
    throw new EmbeddedPostgresError(
      `The file ${passwordFile} is missing, without which the database beside it cannot be opened: restore that file, or move ${directory} away to begin with an empty database.`,
    );
  }
  const password = randomBytes(24).toString('base64url');
  try {
    // Renamed into place, so that a kill leaves a whole password or none.
    await writeFile(`${passwordFile}.new`, `${password}\n`, { mode: 0o600, flush: true });
    await chmod(`${passwordFile}.new`, 0o600);
    await rename(`${passwordFile}.new`, passwordFile);
  } catch (error) {
    throw notWritable(directory, error);
  }
  return password;
}

/** Everything it takes to make a cluster. */
export interface ClusterPlan {
  readonly layout: Layout;
  readonly binaries: Binaries;
  readonly runner: Runner;
  readonly password: string;
  /** False for a throw-away cluster: its files need not reach the disk. */
  readonly isDurable: boolean;
}

/** Makes the cluster on first use, and gives it to the account the server will run as. Throws EmbeddedPostgresError. */
export async function ensureCluster(plan: ClusterPlan): Promise<void> {
  const { layout, runner } = plan;
  try {
    await rm(layout.clusterInTheMaking, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
    if (!(await clusterExists(layout))) await initialise(plan);
    if (runner.filesOwner !== undefined) await giveAwayOnce(layout.cluster, runner.filesOwner);
  } catch (error) {
    if (error instanceof EmbeddedPostgresError) throw error;
    throw notWritable(layout.directory, error);
  }
}

async function initialise(plan: ClusterPlan): Promise<void> {
  const { clusterInTheMaking, initdbPasswordFile, cluster, directory } = plan.layout;
  const { filesOwner } = plan.runner;
  const remaining = await readdir(cluster).catch(() => []);
  if (remaining.length > 0) {
    throw new EmbeddedPostgresError(
      `The folder ${cluster} holds files and no PostgreSQL database: move it away, then start again.`,
    );
  }
  // A name of its own for each attempt: an initdb whose starter was killed may still be writing into the last one.
  const attempt = join(clusterInTheMaking, randomBytes(8).toString('hex'));
  await mkdir(clusterInTheMaking, { mode: 0o700 });
  await mkdir(attempt, { mode: 0o700 });
  await writeFile(initdbPasswordFile, `${plan.password}\n`, { mode: 0o600 });
  if (filesOwner !== undefined) await giveAway(clusterInTheMaking, filesOwner);
  const result = await runInitdb(attempt, plan);
  if (result.exitCode !== 0) {
    await rm(clusterInTheMaking, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
    throw new EmbeddedPostgresError(`The database in ${directory} could not be created: ${initdbReason(result)}.`);
  }
  await rm(cluster, { recursive: true, force: true });
  await rename(attempt, cluster);
  await rm(clusterInTheMaking, { recursive: true, force: true });
  await syncDirectory(directory);
}

async function runInitdb(attempt: string, plan: ClusterPlan): Promise<CommandResult> {
  const { binaries, layout, runner, isDurable } = plan;
  let result: CommandResult = { exitCode: null, output: '' };
  for (const locale of LOCALES) {
    const args = [
      ...(isDurable ? [] : ['--no-sync']),
      `--pgdata=${attempt}`,
      `--username=${SUPERUSER}`,
      `--pwfile=${layout.initdbPasswordFile}`,
      '--auth=scram-sha-256',
      '--data-checksums',
      '--encoding=UTF8',
      `--locale=${locale}`,
      '--no-instructions',
    ];
    result = await runCommand(runner.commandFor(binaries.initdb, args), INITDB_TIMEOUT_MS);
    if (!/invalid locale/i.test(result.output)) return result;
  }
  return result;
}

function initdbReason({ output, exitCode }: CommandResult): string {
  const lines = output.split('\n').map((line) => line.trim());
  const told = lines.findLast((line) => /^(initdb: error:|FATAL:|PANIC:)|\bFATAL: /.test(line)) ?? lines.at(-1);
  const reason = (told ?? '').replace(/^.*?(initdb: error:|FATAL:|PANIC:)\s*/, '').replace(/\.$/, '');
  return reason === '' ? `initdb ended with ${exitCode ?? 'a signal'}` : reason;
}

interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** Only when the way to run the server changed since the last start: a large cluster has many files. */
async function giveAwayOnce(folder: string, owner: Owner): Promise<void> {
  const { uid, gid } = await stat(folder);
  if (uid !== owner.uid || gid !== owner.gid) await giveAway(folder, owner);
}

/** Changes the owner of a folder and all it holds; the folder itself last, so that an interrupted change is seen and repeated. */
async function giveAway(folder: string, owner: Owner): Promise<void> {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    await lchown(join(entry.parentPath, entry.name), owner.uid, owner.gid);
  }
  await chown(folder, owner.uid, owner.gid);
}

async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function statOrUndefined(path: string): Promise<{ readonly uid: number } | undefined> {
  return stat(path).catch(() => undefined);
}

/** The one sentence for a disk that does not let us work. */
export function notWritable(directory: string, error: unknown): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    `The folder ${directory} cannot be used for the database (${reasonOf(error)}): make it writable and check the free space of its disk, or set DATABASE_URL to a PostgreSQL of your own.`,
  );
}

function reasonOf(error: unknown): string {
  return errorCode(error) ?? (error instanceof Error ? error.message : String(error));
}
