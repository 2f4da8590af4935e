import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CommandError, EXIT } from './command-error.mjs';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const LOCAL = new Set(['localhost', '127.0.0.1', '[::1]']);

/** @typedef {{ server: string, key: string, sandbox: string }} Connection */

/**
 * Where a command goes, and with which key: what was said on the command line, else the environment, else the development start of this machine.
 * @param {{ server?: string, key?: string, sandbox?: string }} given
 * @param {NodeJS.ProcessEnv} environment
 * @returns {Connection}
 */
export function connectionOf(given, environment = process.env) {
  const server = urlOf(
    '--server',
    given.server ?? (environment.RECAUDO_URL || `http://localhost:${environment.PORT || 3000}`),
  );
  const isLocal = LOCAL.has(new URL(server).hostname);
  const key = given.key ?? (environment.RECAUDO_API_KEY || (isLocal ? developmentKey() : undefined));
  if (!key)
    throw new CommandError(
      isLocal
        ? 'There is no API key. Start the service with npm start in this folder, or set RECAUDO_API_KEY.'
        : 'There is no API key. Set RECAUDO_API_KEY to one of your organization.',
      { status: EXIT.USAGE },
    );
  const sandbox = urlOf(
    '--sandbox',
    given.sandbox ?? (environment.RECAUDO_SANDBOX_URL || `http://localhost:${environment.SANDBOX_PORT || 4000}`),
  );
  return { server, key, sandbox };
}

/** Of `npm start` in the folder where the command runs, or in that of Recaudo. */
function developmentKey() {
  for (const folder of [process.cwd(), ROOT]) {
    try {
      return JSON.parse(readFileSync(join(folder, '.data/development-keys.json'), 'utf8')).BOOTSTRAP_API_KEY;
    } catch {
      // There is none here.
    }
  }
  return undefined;
}

/** @param {string} option @param {string} text */
export function urlOf(option, text) {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password)
    throw new CommandError(`${option} must be an address such as http://localhost:3000.`, { status: EXIT.USAGE });
  return url.href.replace(/\/+$/, '');
}
