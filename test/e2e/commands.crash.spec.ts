import { appendFile, glob } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { hashApiKey } from '../../src/auth/api-keys.js';
import { ApiClient } from '../support/api-client.js';
import { Browser } from '../support/people.js';
import { freePort } from '../support/free-port.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { until } from '../support/until.js';
import { type Program, type ProgramName, WorkFolder } from '../support/work-folder.js';

const STACK_TRACE = /^\s+at /m;
const NOBODY_THERE = 'postgres://nobody:secret-canary@127.0.0.1:1/nothing';

let folder: WorkFolder;
let database: TestDatabase;
let empty: TestDatabase;

beforeAll(async () => {
  folder = await WorkFolder.create();
  [database, empty] = await Promise.all([createTestDatabase(), createTestDatabase('empty')]);
});

afterAll(async () => {
  await folder?.remove();
  await database?.drop();
  await empty?.drop();
});

/** Runs a command to its end and returns what it printed; it may only fail with one sentence and a status of 1. */
async function refusal(name: ProgramName, args: string[], environment: Record<string, string>): Promise<string> {
  const program = folder.run(name, args, environment);
  expect(await program.ended).toBe(1);
  expect(program.stdout()).toBe('');
  expect(program.stderr()).not.toMatch(STACK_TRACE);
  expect(program.stderr()).not.toContain('Unexpected');
  expect(program.stderr()).not.toContain('secret-canary');
  return program.stderr().trim();
}

async function output(name: ProgramName, args: string[], environment: Record<string, string>): Promise<string> {
  const program = folder.run(name, args, environment);
  const status = await program.ended;
  expect([status, program.stderr()]).toEqual([0, '']);
  return program.stdout();
}

async function startMain(databaseUrl: string): Promise<{ program: Program; url: string }> {
  const port = await freePort();
  const program = folder.run('main', [], { DATABASE_URL: databaseUrl, PORT: String(port) });
  await program.says(/Recaudo is ready/);
  return { program, url: `http://localhost:${port}` };
}

describe('npm run start:prod', () => {
  it('asks for DATABASE_URL when it is not set, and starts no database of its own', async () => {
    expect(await refusal('main', [], {})).toMatch(/^DATABASE_URL is not set\..*$/);
    expect(await folder.processes()).toEqual([]);
  });

  it.each([
    ['nobody answers', () => NOBODY_THERE, /^The database of DATABASE_URL cannot be reached \(ECONNREFUSED\)/],
    [
      'the password is wrong',
      () => changed(database.url, { password: 'secret-canary' }),
      /refuses the user or the password/,
    ],
    ['the database is missing', () => changed(database.url, { pathname: '/recaudo_not_there' }), /does not exist/],
  ])('says in one sentence that %s', async (_what, url, sentence) => {
    const said = await refusal('main', [], { DATABASE_URL: url() });
    expect(said).toMatch(sentence);
    expect(said.split('\n')).toHaveLength(1);
  });

  it('refuses a schema that is behind, and starts once npm run migrate has been run, twice if need be', async () => {
    const environment = { DATABASE_URL: empty.url };
    expect(await refusal('main', [], environment)).toMatch(/behind by \d+ migration.*Run: npm run migrate$/);
    expect(await refusal('cli', ['organizations', 'list'], environment)).toMatch(/behind.*Run: npm run migrate$/);
    expect(await output('migrate', [], environment)).toMatch(/^Applied: Migration\d+/);
    expect(await output('migrate', [], environment)).toBe('The schema is up to date.\n');
    const { program, url } = await startMain(empty.url);
    expect((await fetch(`${url}/health/ready`)).status).toBe(200);
    expect(await program.end('SIGTERM')).toBe(0);
  });

  it('names every setting that is wrong, before it asks the database for anything', async () => {
    const said = await refusal('main', [], {
      DATABASE_URL: NOBODY_THERE,
      PORT: 'abc',
      LOG_LEVEL: 'loud',
      RAIL_POLICY_PSE: '{"pollSeconds":[]}',
    });
    for (const name of ['PORT', 'LOG_LEVEL', 'RAIL_POLICY_PSE']) expect(said).toContain(`- ${name}`);
  });

  it('refuses in production what is for development, and what it cannot do without', async () => {
    const environment = {
      NODE_ENV: 'production',
      DATABASE_URL: database.url,
      BOOTSTRAP_API_KEY: 'rk_test_secret-canary-0123456789',
      BOOTSTRAP_NOTIFICATION_SECRET: 'whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=',
      OUTBOUND_ALLOW_PRIVATE: 'true',
      PROVIDERS: 'tumipay',
      PUBLIC_URL: 'http://recaudo.example',
    };
    const said = await refusal('main', [], environment);
    const named = [
      'BOOTSTRAP_API_KEY',
      'BOOTSTRAP_NOTIFICATION_SECRET',
      'OUTBOUND_ALLOW_PRIVATE',
      'PUBLIC_URL',
      'TUMIPAY_BASE_URL',
      'TUMIPAY_TOKEN',
    ];
    for (const name of named) expect(said).toContain(`- ${name}`);
    expect(await database.query('select 1 from organizations')).toEqual([]);
  });

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'ends in order on %s: with status 0, and with nothing left of it at the database',
    async (signal) => {
      const { program } = await startMain(database.url);
      const connections = () =>
        database.query(
          `select 1 from pg_stat_activity where datname = current_database() and application_name = 'recaudo'`,
        );
      await until('its connections', async () => (await connections()).length > 0);
      const startedAt = performance.now();
      expect(await program.end(signal)).toBe(0);
      expect(performance.now() - startedAt).toBeLessThan(20_000);
      expect(program.stderr()).toBe('');
      await until('no connection', async () => (await connections()).length === 0);
    },
  );
});

describe('npm run cli', () => {
  const cli = (...args: string[]) => output('cli', args, { DATABASE_URL: database.url });
  const fieldOf = (printed: string, name: string) => new RegExp(`^${name} +(\\S+)$`, 'm').exec(printed)![1]!;

  it('creates organizations and keys that work, shows each once, and keeps only their hashes', async () => {
    const created = await cli('organizations', 'create', '--name', 'Acme & Söhne');
    const [organizationId, first, secret] = ['organizationId', 'apiKey', 'notificationSecret'].map((name) =>
      fieldOf(created, name),
    );
    expect(secret).toMatch(/^whsec_/);
    const more = await cli('keys', 'create', '--organization', organizationId!);
    const second = fieldOf(more, 'apiKey');
    const ids = [created, more].map((printed) => fieldOf(printed, 'apiKeyId'));
    expect(created.split(first!)).toHaveLength(2);
    expect(more.split(second)).toHaveLength(2);

    const keys = await database.query<{ id: string; key_hash: string }>(
      'select * from api_keys where organization_id = $1',
      [organizationId],
    );
    expect(new Set(keys.map(({ id }) => id))).toEqual(new Set(ids));
    expect(new Set(keys.map(({ key_hash }) => key_hash))).toEqual(new Set([hashApiKey(first!), hashApiKey(second)]));
    const [{ everything }] = (await database.query<{ everything: string }>(
      `select (select string_agg(k::text, '') from api_keys k) || (select string_agg(o::text, '') from organizations o) as everything`,
    )) as [{ everything: string }];
    for (const key of [first!, second]) expect(everything).not.toContain(key.slice(-16));

    const limited = await cli(
      ...[
        'keys',
        'create',
        '--organization',
        organizationId!,
        '--name',
        'reports',
        '--scopes',
        'ledger:read,payins:read',
      ],
      ...['--expires', '2099-12-31', '--networks', '127.0.0.0/8'],
    );
    const [third, thirdId] = ['apiKey', 'apiKeyId'].map((name) => fieldOf(limited, name));
    const keysListed = await cli('keys', 'list', '--organization', organizationId!);
    expect(keysListed).toContain(
      `${thirdId}  reports  payins:read,ledger:read  until 2100-01-01T05:00:00.000Z  never used`,
    );
    for (const key of [first!, second, third!]) expect(keysListed).not.toContain(key);
    expect(await cli('keys', 'revoke', thirdId!, '--organization', organizationId!)).toBe(`${thirdId}  revoked\n`);
    expect(await cli('keys', 'list', '--organization', organizationId!)).toMatch(
      new RegExp(`^${thirdId} .*revoked 20`, 'm'),
    );

    const replaced = fieldOf(
      await cli('organizations', 'rotate-secret', '--organization', organizationId!),
      'notificationSecret',
    );
    expect(replaced).toMatch(/^whsec_/);
    expect(replaced).not.toBe(secret);

    const contract = ['drop-in', 'create', '--contract', 'hellopay', '--organization', organizationId!];
    const webhookUrl = 'https://merchant.example/webhooks';
    const issued = JSON.parse(await cli(...contract, '--webhook-url', webhookUrl, '--amount-unit', 'cents')) as object;
    expect(issued).toEqual({
      baseUrl: expect.stringMatching(/\/drop-in\/hellopay$/),
      apiKey: expect.stringMatching(/^[0-9a-f]{48}$/),
      webhookHeader: 'Authorization',
      webhookSecret: expect.stringMatching(/^\S{32}$/),
    });
    expect(await cli('keys', 'list', '--organization', organizationId!)).toContain('HelloPay (drop-in)');
    expect(await refusal('cli', contract, { DATABASE_URL: database.url })).toMatch(/^--webhook-url is missing: /);

    const listed = await cli('organizations', 'list');
    expect(listed).toMatch(new RegExp(`^${organizationId} .* Acme & Söhne$`, 'm'));
    for (const shown of [first!, second, secret!]) expect(listed).not.toContain(shown);

    const { program, url } = await startMain(database.url);
    for (const key of [first!, second])
      expect(await new ApiClient(url, key).call('GET', '/payins')).toMatchObject({ status: 200 });
    expect(await new ApiClient(url, `${first!}x`).call('GET', '/payins')).toMatchObject({ status: 401 });
    await program.end('SIGTERM');
  });

  it('invites the first owner, who then signs in; lists people, and ends sessions', async () => {
    const organizationId = fieldOf(await cli('organizations', 'create', '--name', 'People'), 'organizationId');
    const person = ['--email', 'First.Owner@example.com', '--name', 'First Owner', '--organization', organizationId];
    const token = fieldOf(await cli('people', 'create', ...person), 'invitationUrl')
      .split('/')
      .at(-1)!;
    expect(await cli('people', 'list')).toBe(`first.owner@example.com  First Owner  ${organizationId} owner invited\n`);
    const { program, url } = await startMain(database.url);
    const browser = new Browser({ url });
    const password = 'a password of some length';
    expect(await browser.call('POST', `/invitations/${token}/accept`, { name: 'F. Owner', password })).toMatchObject({
      status: 201,
    });
    expect(await browser.signIn('first.owner@example.com', password)).toMatchObject({ status: 201 });
    expect(await browser.call('GET', '/people')).toMatchObject({ status: 200 });
    expect(await cli('sessions', 'end', 'first.owner@example.com')).toBe('1 sessions ended\n');
    await until('the session to end', async () => (await browser.call('GET', '/people')).status === 401);
    await program.end('SIGTERM');
    expect(await cli('people', 'list', '--organization', organizationId)).toBe(
      `first.owner@example.com  F. Owner  ${organizationId} owner\n`,
    );
    expect(await refusal('cli', ['people', 'create', ...person], { DATABASE_URL: database.url })).toBe(
      'Change the role, or enable the person again.',
    );
  });

  it('forgets one payer of one organization or of all, says how many, and whether somebody still needs them', async () => {
    const ids: string[] = [];
    for (const name of ['Payers', 'Others'])
      ids.push(fieldOf(await cli('organizations', 'create', '--name', name), 'organizationId'));
    const [first, second] = ids as [string, string];
    const payinOf = async (organizationId: string, status: string, idType: string, idNumber: string) => {
      const [payin] = await database.query<{ id: string }>(
        `insert into payins (organization_id, id, reference, fingerprint, request, amount_in_cents, currency, rail, status, expires_at, sequence)
         select $1, uuidv7(), reference, '', jsonb_build_object('reference', reference, 'amountInCents', 100, 'currency', 'COP', 'rail', 'PSE',
           'inlineCustomer', jsonb_build_object('name', 'Canary Doe', 'idType', $3::text, 'idNumber', $4::text)), 100, 'COP', 'PSE', $2, now(), 1
         from (select uuidv7()::text as reference) as one returning id`,
        [organizationId, status, idType, idNumber],
      );
      await database.query('insert into unindexed_payins (organization_id, payin_id) values ($1, $2)', [
        organizationId,
        payin!.id,
      ]);
      return payin!.id;
    };
    const one = await payinOf(first, 'EXPIRED', 'CC', '1234567890');
    const another = await payinOf(second, 'EXPIRED', 'CC', '1234567890');
    const waiting = await payinOf(second, 'PENDING', 'CC', '1234567890');
    const company = await payinOf(first, 'EXPIRED', 'NIT', '900123456-8');
    const alike = await payinOf(first, 'EXPIRED', 'CE', '1234567890');
    const known = async () => {
      const rows = await database.query<{ id: string }>(
        `select id from payins where request ? 'inlineCustomer' and organization_id = any($1)`,
        [ids],
      );
      return new Set(rows.map(({ id }) => id));
    };
    const document = ['payers', 'forget', '--id-type', 'CC', '--id-number', '1.234.567-890'];
    expect(await cli(...document, '--organization', first)).toBe('1 payins no longer say who paid.\n');
    expect(await known()).toEqual(new Set([another, waiting, company, alike]));

    const all = folder.run('cli', document, { DATABASE_URL: database.url });
    expect(await all.ended).toBe(1);
    expect(all.stdout()).toBe('1 payins no longer say who paid.\n');
    expect(all.stderr()).toMatch(/^1 payins still do: they are not over/);
    expect(await known()).toEqual(new Set([waiting, company, alike]));
    await database.query(`update payins set status = 'CANCELED' where id = $1`, [waiting]);
    expect(await cli(...document)).toBe('1 payins no longer say who paid.\n');
    expect(await cli('payers', 'forget', '--id-type', 'NIT', '--id-number', '900.123.456-8')).toBe(
      '1 payins no longer say who paid.\n',
    );
    expect(await known()).toEqual(new Set([alike]));

    const entries = await database.query<{ organization: string; entry: string }>(
      `select organization_id as organization, e::text as entry from audit_entries e where action = 'payer.forgotten' order by at, id`,
    );
    expect(entries.map(({ organization }) => organization)).toEqual([first, second, second, first]);
    for (const { entry } of entries)
      for (const secret of ['1234567890', '900123456', 'Canary']) expect(entry).not.toContain(secret);
    expect((await database.query<{ id: string }>('select id from payins where id = $1', [one])).length).toBe(1);

    for (const [args, sentence] of [
      [['payers', 'forget', '--id-type', 'XX', '--id-number', '1'], /^--id-type must be one of/],
      [['payers', 'forget', '--id-type', 'CC', '--id-number', 'a@b'], /^--id-number must be/],
      [['payers', 'forget', '--id-type', 'CC'], /--id-number/],
      [[...document, '--organization', '01900000-0000-7000-8000-000000000000'], /^There is no organization/],
    ] as const)
      expect(await refusal('cli', [...args], { DATABASE_URL: database.url })).toMatch(sentence);
  });

  it('helps', async () => {
    const help = await cli('--help');
    for (const command of ['organizations', 'keys', 'people', 'sessions']) expect(help).toContain(command);
    expect(await cli('organizations', 'create', '--help')).toContain('--name');
  });

  it.each([
    ['a name is missing', ['organizations', 'create'], /--name/],
    ['a name is empty', ['organizations', 'create', '--name', '  '], /^--name must have/],
    ['an id is none', ['keys', 'create', '--organization', 'nope'], /^--organization must be the id/],
    [
      'an organization is not there',
      ['keys', 'create', '--organization', '01900000-0000-7000-8000-000000000000'],
      /^There is no organization/,
    ],
    ['a command is not there', ['organisations'], /unknown command/],
  ])('says in a sentence that %s', async (_what, args, sentence) => {
    expect(await refusal('cli', args, { DATABASE_URL: database.url })).toMatch(sentence);
  });

  it('does not start a database of its own in production', async () => {
    expect(await refusal('cli', ['organizations', 'list'], { NODE_ENV: 'production' })).toBe(
      'DATABASE_URL is not set.',
    );
    expect(await folder.processes()).toEqual([]);
  });

  it('brings a database along outside production, and takes it away again, also when it is interrupted', async () => {
    expect(await output('migrate', [], {})).toMatch(/^Applied/);
    expect(await output('cli', ['organizations', 'list'], {})).toBe('');
    expect(await folder.processes()).toEqual([]);
    await slowDownConnections();
    const interrupted = folder.run('cli', ['organizations', 'list']);
    await until('the database server', async () => {
      if (interrupted.process.exitCode !== null) throw new Error(`it ended before: ${interrupted.stderr()}`);
      return (await folder.processes()).length > 1;
    });
    expect(await interrupted.end('SIGINT')).toBe(1);
    await until('the database server to end', async () => (await folder.processes()).length === 0);
  });
});

/** Every connection to the server that the folder's next command starts takes seconds, so that the command is certainly still at work. */
async function slowDownConnections(): Promise<void> {
  for await (const configuration of glob(join(folder.path, '.data/**/postgresql.conf')))
    await appendFile(configuration, "post_auth_delay = '4s'\n");
}

function changed(url: string, parts: Partial<Pick<URL, 'password' | 'pathname'>>): string {
  return Object.assign(new URL(url), parts).href;
}
