import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chown, lchown, mkdir, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Account, run } from './account.js';
import { EmbeddedPostgresError } from './embedded-postgres.error.js';

export const SUPERUSER = 'recaudo';
const INITDB_TIMEOUT_MS = 120_000;

/** PGDATA; exists only complete, because it is renamed into place. */
export const clusterIn = (directory: string) => join(directory, 'cluster');
/** The superuser's password; only we may read it. */
export const passwordFileIn = (directory: string) => join(directory, 'password');

/** Whether initdb has completed in this folder. */
const clusterExists = (directory: string) => existsSync(join(clusterIn(directory), 'PG_VERSION'));

/** Reads the superuser's password, or makes one while there is no cluster yet. */
export async function ensurePassword(directory: string): Promise<string> {
  const file = passwordFileIn(directory);
  if (!clusterExists(directory)) {
    const password = randomBytes(24).toString('base64url');
    await rm(file, { force: true });
    await writeFile(file, `${password}\n`, { mode: 0o600, flush: true });
    return password;
  }
  const password = (await readFile(file, 'utf8').catch(sayWhy(file))).trim();
  if (password !== '') return password;
  throw new EmbeddedPostgresError(
    `The file ${file} is missing, without which the database beside it cannot be opened: restore that file, or move ${directory} away to begin with an empty database.`,
  );
}

const sayWhy = (file: string) => (error: NodeJS.ErrnoException) => {
  if (error.code === 'ENOENT') return '';
  throw new EmbeddedPostgresError(
    `The file ${file} cannot be read (${error.code}): give it to the user that runs Recaudo.`,
  );
};

/** Makes the cluster on first use, and gives it to the account that the server will run as. */
export async function ensureCluster(
  directory: string,
  { initdb, account, password, isDurable }: { initdb: string; account: Account; password: string; isDurable: boolean },
): Promise<void> {
  const inTheMaking = join(directory, 'cluster.new');
  const clear = () => rm(inTheMaking, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  // Whatever is left in it was interrupted.
  await clear();
  if (!clusterExists(directory)) {
    // A name of its own for each attempt: an initdb whose starter was killed may still be writing into the last one.
    const attempt = join(inTheMaking, randomBytes(8).toString('hex'));
    await mkdir(inTheMaking, { mode: 0o700 });
    await mkdir(attempt, { mode: 0o700 });
    const passwordCopy = join(inTheMaking, 'password');
    await writeFile(passwordCopy, `${password}\n`, { mode: 0o600 });
    await giveAway(inTheMaking, account);
    const { exitCode, output } = await run(
      account,
      initdb,
      [
        ...[`--pgdata=${attempt}`, `--username=${SUPERUSER}`, `--pwfile=${passwordCopy}`, '--auth=scram-sha-256'],
        // PostgreSQL's own C.UTF-8, which musl and old macOS do not have.
        ...['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'],
        ...['--data-checksums', '--no-instructions', ...(isDurable ? [] : ['--no-sync'])],
      ],
      INITDB_TIMEOUT_MS,
    );
    if (exitCode === 0) await rename(attempt, clusterIn(directory));
    await clear();
    if (exitCode !== 0)
      throw new EmbeddedPostgresError(
        `The database in ${directory} could not be created: ${reasonIn(output) ?? `initdb ended with ${exitCode ?? 'a signal'}`}.`,
      );
  }
  await giveAway(clusterIn(directory), account);
}

/** What one of PostgreSQL's programs gives as its reason. */
export function reasonIn(output: string): string | undefined {
  const [, reason = '', detail] =
    [...output.matchAll(/(?:initdb: error|FATAL|PANIC):\s*(.*)(?:\n.*DETAIL:\s*(.*))?/g)].at(-1) ?? [];
  return [reason, detail].filter(Boolean).join(': ').replace(/\.$/, '') || undefined;
}

/**
 * Changes the owner of a folder and all it holds when the way to run the server has changed since the last start. The folder itself comes
 * last, so that an interrupted change is seen and repeated.
 */
async function giveAway(folder: string, { filesOwner }: Account): Promise<void> {
  const { uid, gid } = await stat(folder);
  if (!filesOwner || (uid === filesOwner.uid && gid === filesOwner.gid)) return;
  for (const { parentPath, name } of await readdir(folder, { recursive: true, withFileTypes: true }))
    await lchown(join(parentPath, name), filesOwner.uid, filesOwner.gid);
  await chown(folder, filesOwner.uid, filesOwner.gid);
}
