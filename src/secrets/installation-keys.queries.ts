import { query } from '../database/query.js';

/** The first replica's stays. */
export const KEEP_INSTALLATION_KEY = query<{ id: string; key: string }>(
  'keep an installation key',
  'insert into installation_keys (id, key) values ($id, $key) on conflict (id) do nothing',
);

export const READ_INSTALLATION_KEY = query<{ id: string }, { key: string }>(
  'read an installation key',
  'select key from installation_keys where id = $id',
);
