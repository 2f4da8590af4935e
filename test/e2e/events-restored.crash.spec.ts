import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freePort } from '../support/free-port.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { WorkFolder } from '../support/work-folder.js';

let folder: WorkFolder;
let database: TestDatabase;

beforeAll(async () => {
  [folder, database] = await Promise.all([WorkFolder.create(), createTestDatabase()]);
});
afterAll(async () => {
  await folder?.remove();
  await database?.drop();
});

describe('a dump of another cluster', () => {
  it('is not served before npm run migrate has let events go on behind those that it brings', async () => {
    const organizationId = randomUUID();
    await database.query(
      `insert into organizations (id, name, code, notification_secret) values ($1, 'Restored', 'abcd', 'x')`,
      [organizationId],
    );
    await database.query(
      `insert into payin_events (organization_id, payin_id, sequence, type, source, data, position)
       values ($1, $2, 1, 'payin.created', 'create', '{}', 9000000000)`,
      [organizationId, randomUUID()],
    );
    const environment = { DATABASE_URL: database.url, PORT: String(await freePort()) };
    const refused = folder.run('main', [], environment);
    expect(await refused.ended).toBe(1);
    expect(refused.stderr()).toMatch(/another database server.*Run: npm run migrate$/m);
    const migrated = folder.run('migrate', [], environment);
    expect(await migrated.ended).toBe(0);
    expect(migrated.stderr()).toMatch(/new events go on behind/);
    const again = folder.run('migrate', [], environment);
    expect([await again.ended, again.stderr()]).toEqual([0, '']);
    const [written] = await database.query<{ position: string }>(
      `insert into payin_events (organization_id, payin_id, sequence, type, source, data)
       values ($1, $2, 1, 'payin.created', 'create', '{}') returning position`,
      [organizationId, randomUUID()],
    );
    expect(BigInt(written!.position)).toBeGreaterThan(9_000_000_000n);
    // The made-up secret is what it asks about now.
    const asked = folder.run('main', [], environment);
    expect(await asked.ended).toBe(1);
    expect(asked.stderr()).toMatch(/SECRETS_KEY/);
    expect(asked.stderr()).not.toMatch(/another database server/);
  });
});
