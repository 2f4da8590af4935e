import { type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { EmbeddedPostgresError } from './embedded-postgres.error.js';

interface Ids {
  readonly uid: number;
  readonly gid: number;
}

/** The account that PostgreSQL's programs run as. */
export interface Account {
  /** Before the program and its arguments. */
  readonly prefix: readonly string[];
  /** Absent: the process's own. */
  readonly ids?: Ids;
  /** The owner that its files need; absent: leave as is. */
  readonly filesOwner?: Ids;
}

const OURSELVES: Account = { prefix: [] };

/**
 * PostgreSQL refuses to run as root. For root it runs as an unprivileged account where that one can reach the programs and the folder, and
 * otherwise inside a user namespace, in which root looks like that account. Throws EmbeddedPostgresError when no way works.
 */
export async function chooseAccount(postgres: string, directory: string): Promise<Account> {
  const isRoot = process.getuid?.() === 0;
  let reason = '';
  for (const account of isRoot ? await unprivileged() : [OURSELVES]) {
    const script = 'cd "$1" && exec "$2" --version';
    const { exitCode, output } = await run(account, '/bin/sh', ['-c', script, 'sh', directory, postgres]);
    if (exitCode === 0) return account;
    reason = output.split('\n').at(-1) || `exit code ${exitCode}`;
  }
  throw new EmbeddedPostgresError(
    isRoot
      ? `PostgreSQL refuses to run as root, and neither an unprivileged account nor a user namespace can use ${directory} (${reason}): run Recaudo as an ordinary user, or let others enter the folders that lead to it and to ${postgres}.`
      : `The embedded PostgreSQL does not run on this machine (${reason}): it needs glibc on Linux; set DATABASE_URL to a PostgreSQL of your own instead.`,
  );
}

/** Of the account `postgres` if the machine has it, else `nobody`, else any other than root: initdb needs it to have a name. */
async function unprivileged(): Promise<Account[]> {
  const accounts = (await readFile('/etc/passwd', 'utf8').catch(() => ''))
    .split('\n')
    .map((line) => line.split(':'))
    .map(([name = '', , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }))
    .filter(({ uid, gid }) => uid > 0 && gid > 0);
  const named = (wanted: string) => accounts.find(({ name }) => name === wanted);
  const { uid, gid } = named('postgres') ?? named('nobody') ?? accounts[0] ?? { uid: 65_534, gid: 65_534 };
  return [
    { prefix: [], ids: { uid, gid }, filesOwner: { uid, gid } },
    // Seen from outside, everything that runs in there is still root, with root's access to root's files and no more.
    { prefix: ['unshare', '--user', `--map-user=${uid}`, `--map-group=${gid}`, '--'], filesOwner: { uid: 0, gid: 0 } },
  ];
}

/** Starts a program in a session of its own, so that Ctrl-C reaches us and not it. */
export function spawnAs({ prefix, ids }: Account, program: string, args: readonly string[], options: SpawnOptions) {
  const [file = '', ...all] = [...prefix, program, ...args];
  return spawn(file, all, {
    // Our working directory may be closed to the account.
    cwd: '/',
    // Stated and not inherited, so that PGDATA, PGPORT or a locale of the operator's shell change nothing and messages are English.
    env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' },
    detached: true,
    ...ids,
    ...options,
  });
}

/** Runs a program to its end. Never rejects: what could not be started has no exit code. */
export async function run(account: Account, program: string, args: readonly string[], timeoutMs = 10_000) {
  const options: SpawnOptions = { stdio: ['ignore', 'pipe', 'pipe'], timeout: timeoutMs, killSignal: 'SIGKILL' };
  const child = spawnAs(account, program, args, options);
  try {
    const [stdout, stderr, [exitCode]] = await Promise.all([
      text(child.stdout!),
      text(child.stderr!),
      once(child, 'close'),
    ]);
    return { exitCode: exitCode as number | null, output: `${stdout}${stderr}`.trim() };
  } catch (error) {
    return { exitCode: null, output: (error as Error).message };
  }
}
