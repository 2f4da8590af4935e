import { randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import type { Environment } from '../../../config/load-settings.js';
import { newSigningSecret } from '../../secrets/secret-box.js';

const FILE = '.data/development-keys.json';
const SECRETS_KEY_FILE = '.data/secrets-key';

export interface LocalKeys {
  BOOTSTRAP_API_KEY: string;
  BOOTSTRAP_NOTIFICATION_SECRET: string;
}

/** The key and the secret of the development organization: given, or made at the first start and kept. */
export async function localKeys(environment: Environment): Promise<LocalKeys> {
  const kept = await readKept();
  const keys = {
    BOOTSTRAP_API_KEY:
      environment['BOOTSTRAP_API_KEY'] || kept?.BOOTSTRAP_API_KEY || `rk_test_${randomBytes(24).toString('base64url')}`,
    BOOTSTRAP_NOTIFICATION_SECRET:
      environment['BOOTSTRAP_NOTIFICATION_SECRET'] || kept?.BOOTSTRAP_NOTIFICATION_SECRET || newSigningSecret(),
  };
  if (!kept) await keep(keys);
  return keys;
}

/** The environment with the key of stored secrets: the given one, or outside production one that is made once and kept. */
export async function withSecretsKey(environment: Environment): Promise<Environment> {
  if (environment['SECRETS_KEY'] || environment['NODE_ENV'] === 'production') return environment;
  await mkdir('.data', { recursive: true });
  const made = `${SECRETS_KEY_FILE}.${process.pid}-${randomBytes(4).toString('hex')}`;
  await writeFile(made, randomBytes(32).toString('base64'), { mode: 0o600 });
  // When several processes start together, all use the key that the first one made.
  await link(made, SECRETS_KEY_FILE).catch(ignoreThatItExists);
  await rm(made);
  return { ...environment, SECRETS_KEY: (await readFile(SECRETS_KEY_FILE, 'utf8')).trim() };
}

function ignoreThatItExists(error: unknown): void {
  if ((error as { code?: string }).code !== 'EEXIST') throw error;
}

async function readKept(): Promise<LocalKeys | undefined> {
  try {
    return JSON.parse(await readFile(FILE, 'utf8')) as LocalKeys;
  } catch {
    return undefined;
  }
}

async function keep(keys: LocalKeys): Promise<void> {
  await mkdir('.data', { recursive: true });
  await writeFile(`${FILE}.new`, JSON.stringify(keys, null, 2), { mode: 0o600 });
  await rename(`${FILE}.new`, FILE);
}
