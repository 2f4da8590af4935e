import { readFile } from 'node:fs/promises';
import { type Command, type CommandResult, runCommand } from './command.js';
import { EmbeddedPostgresError } from './embedded-postgres.error.js';

/** A way to run PostgreSQL's programs, and the owner that its files need on disk for that way (absent: leave as is). */
export interface Runner {
  readonly filesOwner?: { readonly uid: number; readonly gid: number };
  commandFor(program: string, args: readonly string[]): Command;
}

interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

const PROBE_TIMEOUT_MS = 10_000;

/**
 * Chooses how to run PostgreSQL, which refuses to run as root: as ourselves; for root as an unprivileged account where
 * that one can reach the programs and the folder; otherwise inside a user namespace, where root looks like that account.
 * Throws EmbeddedPostgresError when no way works. `postgres` is the server's program, `directory` an existing folder.
 */
export async function chooseRunner(postgres: string, directory: string): Promise<Runner> {
  if (process.getuid?.() !== 0) {
    const result = await runCommand({ file: postgres, args: ['--version'] }, PROBE_TIMEOUT_MS);
    if (result.exitCode === 0) return { commandFor: (file, args) => ({ file, args }) };
    throw new EmbeddedPostgresError(
      `The embedded PostgreSQL does not run on this machine (${lastLine(result)}): it needs glibc on Linux; set DATABASE_URL to a PostgreSQL of your own instead.`,
    );
  }
  const account = chooseAccount(await readFile('/etc/passwd', 'utf8').catch(() => ''));
  const runners = account === undefined ? [] : [asAccount(account), inUserNamespace(account)];
  for (const runner of runners) {
    if (await canReach(runner, postgres, directory)) return runner;
  }
  throw new EmbeddedPostgresError(
    `PostgreSQL refuses to run as root, and neither the account ${account?.name ?? 'nobody'} nor a user namespace can use ${directory}: run Recaudo as an ordinary user, or let others enter the folders that lead to it and to ${postgres}.`,
  );
}

/** The account `postgres` if the machine has it, else `nobody`, else any other than root. initdb needs it to have a name. */
export function chooseAccount(passwd: string): Account | undefined {
  const accounts = passwd.split('\n').flatMap((line): Account[] => {
    const [name, , uid, gid] = line.split(':');
    const account = { name: name ?? '', uid: Number(uid), gid: Number(gid) };
    return account.name !== '' && account.uid > 0 && account.gid > 0 ? [account] : [];
  });
  const named = (name: string): Account | undefined => accounts.find((account) => account.name === name);
  return named('postgres') ?? named('nobody') ?? accounts[0];
}

function asAccount({ uid, gid }: Account): Runner {
  return { filesOwner: { uid, gid }, commandFor: (file, args) => ({ file, args, uid, gid }) };
}

function inUserNamespace({ uid, gid }: Account): Runner {
  const options = ['--user', `--map-user=${uid}`, `--map-group=${gid}`, '--'];
  return {
    // Seen from outside, everything that runs in there is still root, with root's access to root's files and no more.
    filesOwner: { uid: 0, gid: 0 },
    commandFor: (program, args) => ({ file: 'unshare', args: [...options, program, ...args] }),
  };
}

async function canReach(runner: Runner, postgres: string, directory: string): Promise<boolean> {
  const script = 'cd "$1" && exec "$2" --version';
  const command = runner.commandFor('/bin/sh', ['-c', script, 'sh', directory, postgres]);
  return (await runCommand(command, PROBE_TIMEOUT_MS)).exitCode === 0;
}

/** The last line a program printed, which in PostgreSQL's programs is the reason or a hint. */
export function lastLine({ output, exitCode }: CommandResult): string {
  return output.split('\n').at(-1)?.trim() || `exit code ${exitCode ?? 'unknown'}`;
}
