import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sentenceOf } from '../../src/app/command.js';
import { migrate, pendingMigrations } from '../../src/database/schema.js';
import { startService } from '../../src/app/service.js';
import { ApiClient } from '../support/api-client.js';
import { freePort } from '../support/free-port.js';
import { API_KEY, NOTIFICATION_SECRET } from '../support/test-app.js';
import { startTlsDatabase, type TlsDatabase } from '../support/tls-database.js';
import { type ProgramName, WorkFolder } from '../support/work-folder.js';
import { until } from '../support/until.js';

const SECRETS_KEY = Buffer.alloc(32, 'tls').toString('base64');

let server: TlsDatabase;
let folder: WorkFolder;

beforeAll(async () => {
  server = await startTlsDatabase();
  folder = await WorkFolder.create();
});

afterAll(async () => {
  await folder?.remove();
  await server?.close();
});

const certificate = (name: string) => encodeURIComponent(resolve(server.certificates, name));

function url(parameters: string, change: Partial<Pick<URL, 'hostname' | 'username' | 'password'>> = {}): string {
  return `${Object.assign(new URL(server.url), change).href}?${parameters}`;
}

const verified = (more = '') => url(`sslmode=verify-full&sslrootcert=${certificate('authority')}${more}`);

/** Every connection to the database, by its name and whether TLS protects it. */
const connections = () =>
  server.query<{ name: string; ssl: boolean }>(
    `select application_name as name, ssl from pg_stat_activity join pg_stat_ssl using (pid) where datname = 'recaudo'`,
  );

/** The sentence with which a program ends. */
async function refusal(databaseUrl: string): Promise<string> {
  return pendingMigrations(databaseUrl).then(
    () => 'none',
    (error: unknown) => sentenceOf(error),
  );
}

describe('a server with an authority of its own, under verify-full', () => {
  // The server lets nobody in who does not encrypt, so that what works is encrypted.
  it('is reached by every connection of migrations, service and command line', async () => {
    expect((await migrate(verified('&application_name=of-the-migration'))).length).toBeGreaterThan(5);
    const port = await freePort();
    const service = await startService({
      NODE_ENV: 'test',
      LOG_LEVEL: 'silent',
      SECRETS_KEY,
      PORT: String(port),
      DATABASE_URL: verified('&application_name=of-the-service&options=-c%20work_mem%3D5MB'),
      BOOTSTRAP_API_KEY: API_KEY,
      BOOTSTRAP_NOTIFICATION_SECRET: NOTIFICATION_SECRET,
      PROVIDERS: 'tumipay',
    });
    try {
      const api = new ApiClient(`http://127.0.0.1:${port}`, API_KEY);
      const answers = await Promise.all(Array.from({ length: 20 }, () => api.call('GET', '/payins')));
      expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
      const open = (await connections()).filter(({ name }) => name === 'of-the-service');
      expect(open.length).toBeGreaterThan(1);
      expect(open.filter(({ ssl }) => !ssl)).toEqual([]);
      expect((await connections()).filter(({ name }) => name !== 'of-the-service')).toEqual([]);
    } finally {
      await service.close();
    }
    const program = folder.run('cli', ['organizations', 'list'], {
      DATABASE_URL: verified(),
      SECRETS_KEY,
    });
    expect([await program.ended, program.stderr()]).toEqual([0, '']);
    expect(program.stdout()).toMatch(/^[0-9a-f-]{36} /);
    await until('no connection', async () => (await connections()).length === 0);
  });

  it('is refused under another name than the certificate’s', async () => {
    const other = url(`sslmode=verify-full&sslrootcert=${certificate('authority')}`, { hostname: '127.0.0.1' });
    expect(await refusal(other)).toMatch(
      /a certificate that its sslmode does not accept \(ERR_TLS_CERT_ALTNAME_INVALID\)/,
    );
  });

  it('is refused by the certificate of another authority, and by those that everybody trusts', async () => {
    for (const root of [certificate('otherAuthority'), 'system'])
      expect(await refusal(url(`sslmode=verify-full&sslrootcert=${root}`))).toMatch(
        /a certificate that its sslmode does not accept/,
      );
    expect(await refusal(url('sslmode=verify-full'))).toMatch(/a certificate that its sslmode does not accept/);
  });
});

describe('the other modes', () => {
  it.each<[string, (root: string) => string]>([
    ['verify-ca under another name', (root) => `sslmode=verify-ca&sslrootcert=${root}`],
    ['require with the authority under another name', (root) => `sslmode=require&sslrootcert=${root}`],
    ['require, which trusts anybody', () => 'sslmode=require'],
    ['require from the first byte on', () => 'sslmode=require&sslnegotiation=direct'],
  ])('reach it: %s', async (_name, parameters) =>
    expect(await pendingMigrations(url(parameters(certificate('authority')), { hostname: '127.0.0.1' }))).toEqual([]),
  );

  it('refuse the authority of somebody else, where they have one to judge by', async () => {
    for (const mode of ['verify-ca', 'require'])
      expect(await refusal(url(`sslmode=${mode}&sslrootcert=${certificate('otherAuthority')}`))).toMatch(
        /a certificate that/,
      );
  });

  it('show the client’s own certificate', async () => {
    const client = `sslcert=${certificate('client')}`;
    const asCertified = (more: string) =>
      url(`sslmode=verify-full&sslrootcert=${certificate('authority')}${more}`, {
        username: 'certified',
        password: '',
      });
    expect(await pendingMigrations(asCertified(`&${client}&sslkey=${certificate('clientKey')}`))).toEqual([]);
    const sealed = `&${client}&sslkey=${certificate('sealedClientKey')}&sslpassword=of-the-test`;
    expect(await pendingMigrations(asCertified(sealed))).toEqual([]);
    expect(await refusal(asCertified(''))).toMatch(/refuses the user or the password/);
  });

  it('do not reach it in the clear', async () => {
    for (const parameters of ['', 'sslmode=disable'])
      expect(await refusal(url(parameters))).toMatch(/refuses the user/);
  });
});

describe('a server without TLS', () => {
  it.each(['require', 'verify-full'])('is refused under %s', async (mode) => {
    const plain = `${process.env['TEST_DATABASE_URL']}?sslmode=${mode}`;
    expect(await refusal(plain)).toMatch(/takes no encrypted connections, and its sslmode asks for one/);
  });

  it('is refused in production by every program when it is on another host, before anything is sent to it', async () => {
    const environment = {
      NODE_ENV: 'production',
      DATABASE_URL: 'postgres://recaudo:secret-canary@db.invalid/recaudo',
      SECRETS_KEY,
    };
    const end = async (name: ProgramName, args: string[], more: Record<string, string> = {}) => {
      const program = folder.run(name, args, { ...environment, ...more });
      return { status: await program.ended, said: program.stderr() };
    };
    const ends = [end('main', []), end('migrate', []), end('cli', ['organizations', 'list'])];
    for (const { status, said } of await Promise.all(ends)) {
      expect(status).toBe(1);
      expect(said).toMatch(/- DATABASE_URL leads to another host without encryption/);
      expect(said).not.toContain('canary');
    }
    const { said } = await end('migrate', [], { DATABASE_ALLOW_UNENCRYPTED: 'true' });
    expect(said).toMatch(/cannot be reached/);
  });
});
