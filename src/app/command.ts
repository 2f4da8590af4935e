import { SettingsError } from '../../config/load-settings.js';
import { MigrationRefusedError } from '../database/online-migrator.js';
import { describeError } from '../logging/describe-error.js';

/** A sentence for the person at the terminal. */
export class CommandError extends Error {}

/** Signals that mean: come to an orderly end. */
export const END_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Runs a command to its end: what goes wrong is a sentence and a status of 1, never a stack trace. */
export function runCommand(command: () => Promise<void>): void {
  const run = async () => {
    const tooOld = sentenceOfOldNode(process.versions.node);
    if (tooOld) throw new CommandError(tooOld);
    await command();
  };
  run().catch((error: unknown) => {
    process.stderr.write(`${sentenceOf(error)}\n`);
    process.exitCode = 1;
    // Whatever is still open must not keep a failed command alive.
    setTimeout(() => process.exit(1), 2_000).unref();
  });
}

/** What is missing of a Node that is older than the code was written for; npm's scripts bring their own, a bare `node dist/…` does not. */
export function sentenceOfOldNode(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > 22 || (major === 22 && minor >= 18)) return undefined;
  return `Node 22.18 or newer is needed, and this is ${version}. Run it by npm (npm start, npm run start:prod, npm run cli), which brings its own.`;
}

/**
 * Ends everything in the given order on the first signal, and the process with it. A part that hangs, and a second signal, do not keep it
 * alive: then it ends hard after the deadline.
 */
export function endOnSignal(end: () => Promise<void>, deadlineMs: number): void {
  let ending = false;
  const onSignal = () => {
    if (ending) return;
    ending = true;
    const deadline = setTimeout(() => {
      process.stderr.write('The orderly end took too long; ended hard. Nothing acknowledged is lost.\n');
      process.exit(1);
    }, deadlineMs);
    end()
      .then(() => process.exit(0))
      .catch((error: unknown) => {
        process.stderr.write(`${sentenceOf(error)}\n`);
        process.exit(1);
      })
      .finally(() => clearTimeout(deadline));
  };
  for (const signal of END_SIGNALS) process.on(signal, onSignal);
}

const UNREACHABLE_CODE =
  /^(?:ECONNREFUSED|ECONNRESET|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EPIPE|57P0|08)/;
/** What the driver says without a code when nothing or nobody that it knows answers at the address. */
const UNREACHABLE_MESSAGE = /timeout expired|connection timeout|Connection terminated/;

/** Node's and OpenSSL's reasons to refuse a server's certificate. */
const CERTIFICATE_CODE =
  /^(?:ERR_TLS_CERT|ERR_SSL|CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|HOSTNAME_MISMATCH|INVALID_CA)/;
/** The driver's words. */
const NO_TLS = 'The server does not support SSL connections';

export function sentenceOf(error: unknown): string {
  if (error instanceof CommandError || error instanceof SettingsError || error instanceof MigrationRefusedError)
    return error.message;
  const { code, port, message } = error as { code?: string; port?: number; message?: string };
  if (code === 'EADDRINUSE')
    return `Port ${port} is in use. Stop the program that has it, or choose another port (PORT, SANDBOX_PORT).`;
  if (code === 'EACCES' && port)
    return `Port ${port} may not be used by this account. Choose one above 1023 (PORT, SANDBOX_PORT).`;
  if ((code && UNREACHABLE_CODE.test(code)) || (message && UNREACHABLE_MESSAGE.test(message))) {
    return `The database of DATABASE_URL cannot be reached (${code ?? 'no answer'}). Is it running, and is the address right?`;
  }
  if (code && CERTIFICATE_CODE.test(code))
    return `The database of DATABASE_URL shows a certificate that its sslmode does not accept (${code}). Are the host's name and sslrootcert right?`;
  if (message === NO_TLS)
    return 'The database of DATABASE_URL takes no encrypted connections, and its sslmode asks for one.';
  if (code === '28P01' || code === '28000') return 'The database of DATABASE_URL refuses the user or the password.';
  if (code === '3D000') return 'The database that DATABASE_URL names does not exist. Create it first.';
  return `Unexpected: ${describeError(error)}${message ? ` (${message.split('\n')[0]!.slice(0, 200)})` : ''}`;
}
