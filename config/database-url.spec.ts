import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DATABASE_CERTIFICATES, SEALED_WITH } from '../test/support/database-certificates.js';
import { readDatabaseUrl } from './database-url.js';
import { databaseProblems } from './load-settings.js';

const BASE = 'postgres://user@db.example/recaudo';
let folder: string;
const file = (name: string) => encodeURIComponent(join(folder, name));

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'recaudo-tls-'));
  const { authority, client, clientKey, sealedClientKey, serverKey } = DATABASE_CERTIFICATES;
  for (const [name, text] of Object.entries({ authority, client, clientKey, sealedClientKey, serverKey, nothing: '' }))
    writeFileSync(join(folder, name), text);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const read = (url: string) => {
  const { connection, problems } = readDatabaseUrl(url);
  expect(problems).toEqual([]);
  return connection;
};

describe('the database’s URL', () => {
  it.each<[string, object]>([
    ['postgres://u:p@h:6432/d', { host: 'h', port: 6432, user: 'u', password: 'p', database: 'd' }],
    ['postgresql://u%40x:p%3F%23%2F%25@h/d%20e', { user: 'u@x', password: 'p?#/%', database: 'd e', port: 0 }],
    ['postgres://[::1]:5432/d', { host: '::1', port: 5432 }],
    ['postgres://%2Fvar%2Frun%2Fpostgresql/d', { host: '/var/run/postgresql' }],
    [
      'postgres:///d?host=/var/run/postgresql&user=u&password=p&port=6432',
      { host: '/var/run/postgresql', user: 'u', password: 'p', port: 6432 },
    ],
    ['postgres://u:p@/d?host=/sockets', { host: '/sockets', user: 'u', password: 'p' }],
    ['postgres://h/?dbname=d', { host: 'h', database: 'd' }],
    [`${BASE}?application_name=one`, { application_name: 'one' }],
    [`${BASE}?fallback_application_name=two`, { application_name: 'two' }],
    [BASE, { application_name: 'recaudo', connectionTimeoutMillis: 5_000, keepAlive: true, ssl: false }],
    [`${BASE}?connect_timeout=12`, { connectionTimeoutMillis: 12_000 }],
    [`${BASE}?keepalives=0`, { keepAlive: false }],
    [`${BASE}?keepalives_idle=30`, { keepAlive: true, keepAliveInitialDelayMillis: 30_000 }],
    [`${BASE}?options=-c%20search_path%3Dpay`, { options: '-c search_path=pay' }],
    [`${BASE}?target_session_attrs=any&channel_binding=disable&gssencmode=disable`, { host: 'db.example' }],
  ])('%s is read as libpq reads it', (url, expected) => expect(read(url)).toMatchObject(expected));

  it.each<[string, object | false]>([
    ['', false],
    ['sslmode=disable', false],
    ['sslmode=require', { rejectUnauthorized: false }],
    ['sslmode=verify-full', { rejectUnauthorized: true }],
    ['sslmode=verify-full&sslrootcert=system', { rejectUnauthorized: true }],
    ['sslmode=verify-full&sslrootcert=AUTHORITY', { rejectUnauthorized: true, ca: DATABASE_CERTIFICATES.authority }],
    // With a certificate to judge by, `require` is `verify-ca`.
    ...['require', 'verify-ca'].map((mode): [string, object] => [
      `sslmode=${mode}&sslrootcert=AUTHORITY`,
      { rejectUnauthorized: true, ca: DATABASE_CERTIFICATES.authority },
    ]),
    ['sslmode=require&ssl_min_protocol_version=TLSv1.3', { rejectUnauthorized: false, minVersion: 'TLSv1.3' }],
    [
      'sslmode=require&sslcert=CLIENT&sslkey=SEALED&sslpassword=PASSWORD',
      {
        rejectUnauthorized: false,
        cert: DATABASE_CERTIFICATES.client,
        key: DATABASE_CERTIFICATES.sealedClientKey,
        passphrase: SEALED_WITH,
      },
    ],
  ])('asks with %p for the protection that libpq gives', (parameters, expected) => {
    const url = `${BASE}?${withFiles(parameters)}`;
    const { ssl } = read(url);
    if (expected === false) return expect(ssl).toBe(false);
    const name = parameters.includes('verify-full') ? {} : { checkServerIdentity: expect.any(Function) };
    expect(ssl).toEqual({ ...expected, ...name });
  });

  it('is not encrypted through a socket of this machine, whatever sslmode says', () =>
    expect(read('postgres:///d?host=/sockets&sslmode=verify-full').ssl).toBe(false));

  it.each([
    ['', 'must be postgres://'],
    ['nonsense', 'must be postgres://'],
    ['mysql://h/d', 'must be postgres://'],
    ['postgres://u:p#secret-canary@h/d', 'must be postgres://'],
    ['postgres://u:p%zzsecret-canary@h/d', 'must be postgres://'],
    ['postgres://u:1?secret-canary@h/d', 'has a parameter that is unknown'],
    ['postgres://h', 'names no database'],
    ['postgres://a,b/d', 'names several hosts'],
    ['postgres://u:secret-canary@a:5432,b:5433/d', 'names several hosts'],
    ['postgres://h/d?host=a,b', 'names several hosts'],
    [`${BASE}?sslmode=prefer`, 'has an sslmode that is none of disable, require, verify-ca, verify-full'],
    [`${BASE}?sslmode=allow`, 'has an sslmode'],
    [`${BASE}?sslmode=no-verify`, 'has an sslmode'],
    [`${BASE}?sslmode=require&sslmode=disable`, 'has a parameter more than once'],
    [`${BASE}?ssl=true`, 'has ssl: write sslmode=verify-full'],
    [`${BASE}?sslmode=verify-ca`, 'needs sslrootcert'],
    [`${BASE}?sslmode=require&sslrootcert=system`, 'needs sslmode=verify-full'],
    [`${BASE}?sslmode=verify-full&sslrootcert=/not/there`, 'has sslrootcert, whose file cannot be read (ENOENT)'],
    [`${BASE}?sslmode=verify-full&sslrootcert=NOTHING`, 'whose file holds no certificate'],
    [`${BASE}?sslrootcert=AUTHORITY`, 'has sslrootcert, without effect'],
    [`${BASE}?sslmode=require&sslcert=CLIENT`, 'must have both sslcert and sslkey'],
    [`${BASE}?sslmode=require&sslcert=CLIENT&sslkey=OTHERKEY`, 'do not go together'],
    [`${BASE}?sslmode=require&sslcert=CLIENT&sslkey=SEALED&sslpassword=secret-canary`, 'do not go together'],
    [`${BASE}?sslmode=require&ssl_min_protocol_version=SSLv3`, 'must be one of TLSv1,'],
    [`${BASE}?sslmode=require&sslnegotiation=later`, 'must be postgres or direct'],
    [`${BASE}?sslmode=require&sslcrl=x`, 'has sslcrl, which cannot be obeyed'],
    [`${BASE}?channel_binding=require`, 'has channel_binding, of which only disable can be obeyed'],
    [`${BASE}?target_session_attrs=read-write`, 'has target_session_attrs, of which only any'],
    [`${BASE}?client_encoding=LATIN1`, 'has client_encoding, of which only UTF8'],
    [`${BASE}?connect_timeout=0`, 'has connect_timeout, which must be 1 to 300 seconds'],
    [`${BASE}?connect_timeout=secret-canary`, 'has connect_timeout, which must be'],
    [`${BASE}?options=-c%20statement_timeout%3D0`, 'sets in options what the service sets itself'],
    [`${BASE}?options=--statement-timeout%3D0`, 'sets in options what the service sets itself'],
    [`${BASE}?port=secret-canary`, 'has port, which must be 1 to 65535'],
    [`${BASE}?port=65536`, 'has port, which must be 1 to 65535'],
    [`${BASE}?statement_timeout=0`, 'has statement_timeout, which cannot be obeyed'],
    [`${BASE}?__proto__=1`, 'has a parameter that is unknown'],
    [`${BASE}?constructor=1`, 'has a parameter that is unknown'],
  ])('is refused when it is %s', (url, problem) => {
    const { problems } = readDatabaseUrl(withFiles(url));
    for (const said of problems) expect(said).toMatch(/^DATABASE_URL /);
    expect(problems[0]).toContain(problem);
    expect(problems.join()).not.toContain('canary');
  });

  it('reports all that is wrong with it at once', () =>
    expect(readDatabaseUrl(`${BASE}?sslmode=prefer&sslcrl=x&connect_timeout=no`).problems).toHaveLength(3));
});

describe('production', () => {
  const problems = (url: string, more: Record<string, string> = {}) =>
    databaseProblems({ NODE_ENV: 'production', DATABASE_URL: withFiles(url), ...more });

  it.each([
    'postgres://db.example/d',
    'postgres://10.0.0.5/d',
    `${BASE}?sslmode=disable`,
    'postgres://localhost.example/d',
  ])('refuses %s, another host without encryption', (url) => {
    expect(problems(url)).toEqual([expect.stringContaining('leads to another host without encryption')]);
    expect(problems(url, { DATABASE_ALLOW_UNENCRYPTED: 'true' })).toEqual([]);
    expect(problems(url, { NODE_ENV: 'development' })).toEqual([]);
  });

  it.each([
    `${BASE}?sslmode=require`,
    `${BASE}?sslmode=verify-full&sslrootcert=AUTHORITY`,
    'postgres://localhost/d',
    'postgres://127.0.0.1:6432/d',
    'postgres://[::1]/d',
    'postgres:///d?host=/var/run/postgresql',
  ])('takes %s', (url) => expect(problems(url)).toEqual([]));
});

function withFiles(text: string): string {
  return text
    .replace('AUTHORITY', file('authority'))
    .replace('CLIENT', file('client'))
    .replace('SEALED', file('sealedClientKey'))
    .replace('OTHERKEY', file('serverKey'))
    .replace('NOTHING', file('nothing'))
    .replace('PASSWORD', SEALED_WITH);
}
