import ipaddr from 'ipaddr.js';
import type { ClientConfig } from 'pg';
import { readTls, TLS_PARAMETERS, type TlsOptions } from './database-tls.js';
import { SettingsError } from './settings-error.js';

/** What a URL decides of a connection, as `pg` takes it. */
export type ConnectionOptions = TlsOptions &
  Pick<
    ClientConfig,
    | 'host'
    | 'port'
    | 'user'
    | 'password'
    | 'options'
    | 'application_name'
    | 'connectionTimeoutMillis'
    | 'keepAlive'
    | 'keepAliveInitialDelayMillis'
  > & { database: string };

/** What `DATABASE_URL` says, and what of it cannot be done. */
interface DatabaseUrl {
  connection: ConnectionOptions;
  /** What goes over the connection is encrypted, or stays on this machine. */
  isPrivate: boolean;
  /** Sentences for an operator. None repeats a value: it may be a password. */
  problems: string[];
}

const CONNECT_TIMEOUT_SECONDS = 5;
const CONNECT_TIMEOUT_SECONDS_MAX = 300;
const KEEPALIVES_IDLE_SECONDS_MAX = 7_200;
const PORT_MAX = 65_535;

/** Parameters of libpq (PostgreSQL 18, section 34.1.2) that are obeyed. */
const OBEYED: readonly string[] = [
  ...['host', 'port', 'user', 'password', 'dbname', 'sslmode', ...TLS_PARAMETERS],
  ...['options', 'application_name', 'fallback_application_name', 'connect_timeout', 'keepalives', 'keepalives_idle'],
];

/** Those of which one value asks for what is done anyway. */
const OBEYED_AS: Readonly<Record<string, string>> = {
  target_session_attrs: 'any',
  load_balance_hosts: 'disable',
  gssencmode: 'disable',
  channel_binding: 'disable',
  sslcompression: '0',
  sslsni: '1',
  client_encoding: 'UTF8',
};

/** Names, of libpq and of other programs, that may be repeated. Any other name may be a piece of a password with a question mark in it. */
const KNOWN_NAME =
  /^(?:hostaddr|passfile|require_auth|keepalives_\w+|tcp_user_timeout|replication|requiressl|ssl|ssl[a-z]+|ssl_\w+|requirepeer|krbsrvname|gss\w+|service|servicefile|m(?:in|ax)_protocol_version|scram_\w+_key|oauth_\w+|schema|uselibpqcompat|pgbouncer|connection_limit|pool_timeout|statement_timeout|search_path)$/;

/** What the service sets on each connection itself; `--statement-timeout` is another spelling. */
const OWN_SETTING = /(?:statement.timeout|lock.timeout|idle.in.transaction.session.timeout|client.encoding)\s*=/i;

const FORM =
  'must be postgres://user:password@host:port/database; in a user or a password write # ? / @ % as %23 %3F %2F %40 %25';

/**
 * What `DATABASE_URL` says, with libpq's meaning of its parameters, for every connection of the project: nothing else reads it. What it
 * leaves open comes from the `PG…` variables, as with every PostgreSQL client. Certificates are read here.
 */
export function readDatabaseUrl(databaseUrl: string): DatabaseUrl {
  const problems: string[] = [];
  const say = (problem: string) => void problems.push(`DATABASE_URL ${problem}`);
  const url = parse(databaseUrl, say);
  if (!url) return { connection: { database: '', ssl: false }, isPrivate: true, problems };
  const parameters = url.searchParams;
  for (const name of new Set(parameters.keys())) refuse(name, parameters.getAll(name), say);
  const { host, ...server } = serverOf(url);
  if (host.includes(',')) say('names several hosts: give one address, which moves with the primary');
  const port = parameters.get('port');
  if (port && !(/^\d{1,5}$/.test(port) && Number(port) >= 1 && Number(port) <= PORT_MAX))
    say(`has port, which must be 1 to ${PORT_MAX}`);
  if (!server.database) say(`names no database: it ${FORM}`);
  if (OWN_SETTING.test(parameters.get('options') ?? ''))
    say('sets in options what the service sets itself: time-outs and the encoding');
  const isSocket = host.startsWith('/');
  // libpq: a socket of this machine has no TLS, whatever sslmode says.
  const tls: TlsOptions = isSocket ? { ssl: false } : readTls(parameters, say);
  const seconds = (name: string, max: number) => {
    const text = parameters.get(name);
    if (text === null) return undefined;
    const number = /^\d{1,5}$/.test(text) ? Number(text) : 0;
    if (number < 1 || number > max) say(`has ${name}, which must be 1 to ${max} seconds`);
    return number;
  };
  const idleSeconds = seconds('keepalives_idle', KEEPALIVES_IDLE_SECONDS_MAX);
  const connection: ConnectionOptions = {
    host,
    ...server,
    ...tls,
    ...(parameters.get('options') ? { options: parameters.get('options')! } : {}),
    application_name: parameters.get('application_name') || parameters.get('fallback_application_name') || 'recaudo',
    connectionTimeoutMillis:
      (seconds('connect_timeout', CONNECT_TIMEOUT_SECONDS_MAX) ?? CONNECT_TIMEOUT_SECONDS) * 1000,
    keepAlive: parameters.get('keepalives') !== '0',
    ...(idleSeconds ? { keepAliveInitialDelayMillis: idleSeconds * 1000 } : {}),
  };
  return { connection, isPrivate: Boolean(tls.ssl) || isSocket || isLoopback(host), problems };
}

/** @throws SettingsError that says what in the URL cannot be obeyed */
export function databaseConnection(databaseUrl: string): ConnectionOptions {
  const { connection, problems } = readDatabaseUrl(databaseUrl);
  if (problems.length > 0) throw new SettingsError(problems);
  return connection;
}

function parse(databaseUrl: string, say: (problem: string) => void): URL | undefined {
  const [, authority = ''] = /^postgres(?:ql)?:\/\/([^/?#]*)/.exec(databaseUrl) ?? [];
  if (authority.slice(authority.lastIndexOf('@') + 1).includes(',')) {
    say('names several hosts: give one address, which moves with the primary');
    return undefined;
  }
  // libpq takes a user without a host, before `?host=`.
  const url = URL.parse(databaseUrl) ?? URL.parse(databaseUrl.replace('@/', '@localhost/'));
  if (!url || !/^postgres(?:ql)?:$/.test(url.protocol) || url.hash || !canBeDecoded(url)) {
    say(FORM);
    return undefined;
  }
  return url;
}

function canBeDecoded({ username, password, hostname, pathname }: URL): boolean {
  try {
    return [username, password, hostname, pathname].every((part) => !decodeURIComponent(part).includes('\0'));
  } catch {
    return false;
  }
}

function serverOf(url: URL) {
  const parameters = url.searchParams;
  const first = (...candidates: (string | null | undefined)[]) => candidates.find(Boolean) ?? '';
  return {
    host: first(
      parameters.get('host'),
      decodeURIComponent(url.hostname).replaceAll(/^\[|\]$/g, ''),
      process.env['PGHOST'],
      'localhost',
    ),
    // Zero and empty: left to the driver, which knows the PG… variables and the defaults.
    port: Number(first(parameters.get('port'), url.port)),
    user: first(parameters.get('user'), decodeURIComponent(url.username)),
    password: first(parameters.get('password'), decodeURIComponent(url.password)),
    database: first(parameters.get('dbname'), decodeURIComponent(url.pathname.slice(1))),
  };
}

function refuse(name: string, values: readonly string[], say: (problem: string) => void): void {
  if (values.length > 1) say('has a parameter more than once');
  else if (OBEYED.includes(name) || OBEYED_AS[name] === values[0]) return;
  else if (Object.hasOwn(OBEYED_AS, name)) say(`has ${name}, of which only ${OBEYED_AS[name]} can be obeyed here`);
  else if (name === 'ssl') say('has ssl: write sslmode=verify-full (or require, verify-ca, disable)');
  else if (KNOWN_NAME.test(name)) say(`has ${name}, which cannot be obeyed here`);
  else say(`has a parameter that is unknown; it ${FORM}`);
}

function isLoopback(host: string): boolean {
  return ipaddr.isValid(host) ? ipaddr.process(host).range() === 'loopback' : /^(?:.+\.)?localhost\.?$/i.test(host);
}
