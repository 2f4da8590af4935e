import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import type { Environment } from '../../config/load-settings.js';

const FILE = '.data/development-keys.json';

export interface LocalKeys {
  BOOTSTRAP_API_KEY: string;
  BOOTSTRAP_NOTIFICATION_SECRET: string;
}

/** The key and the secret of the development organization: given ones, or ones made at the first start and kept. */
export async function localKeys(environment: Environment): Promise<LocalKeys> {
  const kept = await readKept();
  const keys = {
    BOOTSTRAP_API_KEY:
      environment['BOOTSTRAP_API_KEY'] || kept?.BOOTSTRAP_API_KEY || `rk_test_${randomBytes(24).toString('base64url')}`,
    BOOTSTRAP_NOTIFICATION_SECRET:
      environment['BOOTSTRAP_NOTIFICATION_SECRET'] ||
      kept?.BOOTSTRAP_NOTIFICATION_SECRET ||
      `whsec_${randomBytes(32).toString('base64')}`,
  };
  if (!kept) await keep(keys);
  return keys;
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
