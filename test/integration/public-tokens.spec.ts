import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MikroORM } from '@mikro-orm/postgresql';
import fc from 'fast-check';
import { Database } from '../../src/database/database.js';
import { newId } from '../../src/database/id-at.js';
import { ormOptions } from '../../src/database/orm-options.js';
import { PublicTokens, TOKEN_KINDS } from '../../src/secrets/public-tokens.js';
import { SecretBox } from '../../src/secrets/secret-box.js';
import { StoredSecrets } from '../../src/secrets/stored-secrets.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { thoroughly } from '../support/thorough.js';

const key = () => randomBytes(32).toString('base64');
const KEY = key();

describe('tokens in public addresses', () => {
  let database: TestDatabase;
  let orm: MikroORM;
  let tokens: PublicTokens;

  const start = async (keys: { key: string; previous?: string }) => {
    const box = new SecretBox(keys);
    const made = new PublicTokens(new Database(orm), box);
    await new StoredSecrets(new Database(orm), box).onModuleInit();
    await made.onModuleInit();
    return made;
  };

  beforeAll(async () => {
    database = await createTestDatabase();
    orm = await MikroORM.init(ormOptions(database.url, []));
    tokens = await start({ key: KEY });
  });

  afterAll(async () => {
    await orm.close();
    await database.drop();
  });

  it('lead back to what they were made for, as that kind alone', () => {
    for (const kind of TOKEN_KINDS) {
      const subject = { organizationId: randomUUID(), id: newId() };
      const token = tokens.seal(kind, subject);
      expect(token).toMatch(/^[A-Za-z0-9_-]{43}$/);
      expect(tokens.open(kind, token)).toEqual(subject);
      for (const other of TOKEN_KINDS) if (other !== kind) expect(tokens.open(other, token)).not.toEqual(subject);
    }
  });

  it('say nothing: not the ids, not that two things are of one organization or of one moment', () => {
    const organizationId = randomUUID();
    const [one, other] = [newId(), newId()].map((id) => tokens.seal('payin', { organizationId, id }));
    const bytes = (token: string) => Buffer.from(token, 'base64url').toString('hex');
    for (const part of [organizationId.replaceAll('-', ''), newId().slice(0, 8)])
      expect(bytes(one!)).not.toContain(part);
    expect(bytes(one!).slice(0, 32)).not.toBe(bytes(other!).slice(0, 32));
    expect(bytes(one!).slice(32)).not.toBe(bytes(other!).slice(32));
  });

  it('that are forged or changed lead nowhere', () => {
    const subject = { organizationId: randomUUID(), id: newId() };
    const token = tokens.seal('payin', subject);
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 42 }),
        fc.constantFrom('A', 'E', 'I', 'a', 'b', 'c', '0', '9', '_', '-'),
        (at, letter) => {
          const changed = `${token.slice(0, at)}${letter}${token.slice(at + 1)}`;
          if (changed !== token) expect(tokens.open('payin', changed)).not.toEqual(subject);
        },
      ),
      { numRuns: thoroughly(2_000) },
    );
    for (const text of ['', 'x', `${token}A`, token.slice(1), '%', '../../etc/passwd', newId()])
      expect(tokens.open('payin', text)).toBeUndefined();
  });

  it('are the same on every replica, and outlive a rotation of SECRETS_KEY', async () => {
    const subject = { organizationId: randomUUID(), id: newId() };
    const token = tokens.seal('payin', subject);
    const replicas = await Promise.all([start({ key: KEY }), start({ key: KEY })]);
    for (const replica of replicas) expect(replica.open('payin', token)).toEqual(subject);

    const next = key();
    await start({ key: next, previous: KEY });
    expect((await start({ key: next })).open('payin', token)).toEqual(subject);
    const [{ key: stored }] = (await database.query<{ key: string }>('select key from installation_keys')) as [
      { key: string },
    ];
    expect(stored).toMatch(/^v1\./);
  });
});
