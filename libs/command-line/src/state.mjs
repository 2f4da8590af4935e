import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** @typedef {{ after: string, forwarded: string[] }} Place behind a cursor, and what of the page behind it is forwarded already */

/** What `listen` keeps of an organization of a server, in the user's own folder. */
export class State {
  #folder;

  /** @param {string} server @param {string} organizationId @param {NodeJS.ProcessEnv} environment */
  constructor(server, organizationId, environment = process.env) {
    const base =
      environment.RECAUDO_STATE_FOLDER ||
      join(environment.XDG_STATE_HOME || join(homedir(), '.local/state'), 'recaudo');
    this.#folder = join(base, nameOf(`${server} ${organizationId}`));
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
  }

  /** The secret with which messages are signed here: made once, and no secret of the server's. */
  secret() {
    const path = join(this.#folder, 'secret');
    const known = textIn(path);
    if (known) return known;
    const secret = `whsec_${randomBytes(24).toString('base64')}`;
    try {
      writeFileSync(path, secret, { mode: 0o600, flag: 'wx' });
      return secret;
    } catch (error) {
      // Another one that begins at the same time was faster.
      if (/** @type {any} */ (error).code !== 'EEXIST') throw error;
      return textIn(path) ?? secret;
    }
  }

  /** @param {string} reader what is forwarded where @returns {Place | undefined} */
  place(reader) {
    try {
      const { after, forwarded } = JSON.parse(textIn(this.#path(reader)) ?? '');
      return typeof after === 'string' && Array.isArray(forwarded) ? { after, forwarded } : undefined;
    } catch {
      return undefined;
    }
  }

  /** All of it or nothing, whatever ends the process. @param {string} reader @param {Place} place */
  keep(reader, place) {
    const path = this.#path(reader);
    writeFileSync(`${path}.${process.pid}`, JSON.stringify(place), { mode: 0o600 });
    renameSync(`${path}.${process.pid}`, path);
  }

  /** @param {string} reader */
  #path(reader) {
    return join(this.#folder, `${nameOf(reader)}.json`);
  }
}

/** @param {string} path */
function textIn(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** @param {string} text */
function nameOf(text) {
  return createHash('sha256').update(text).digest('hex').slice(0, 24);
}
