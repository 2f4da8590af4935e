import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type ConnectionOptions as NodeTlsOptions, createSecureContext, type SecureVersion } from 'node:tls';
import type { ClientConfig } from 'pg';

/** How `pg` encrypts. Always stated: where it is not, the driver goes by `PGSSLMODE`, and takes its values for others than libpq does. */
export type TlsOptions = Pick<ClientConfig, 'ssl' | 'sslnegotiation'>;

type Say = (problem: string) => void;

const MODES = ['disable', 'require', 'verify-ca', 'verify-full'] as const;
type Mode = (typeof MODES)[number];

const VERSIONS: readonly string[] = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] satisfies SecureVersion[];

/** Parameters of libpq about TLS beside `sslmode`. */
export const TLS_PARAMETERS = [
  'sslrootcert',
  'sslcert',
  'sslkey',
  'sslpassword',
  'sslnegotiation',
  'ssl_min_protocol_version',
  'ssl_max_protocol_version',
] as const;

/** The variables by which libpq fills in what a URL leaves open. */
const VARIABLES: Readonly<Record<string, string>> = {
  sslmode: 'PGSSLMODE',
  sslrootcert: 'PGSSLROOTCERT',
  sslcert: 'PGSSLCERT',
  sslkey: 'PGSSLKEY',
};

/**
 * libpq's meaning (PostgreSQL 18, section 34.19): `require` encrypts and trusts anybody, or, with `sslrootcert`, whom that certificate
 * vouches for; `verify-ca` insists on `sslrootcert`; `verify-full` checks the host's name, too. Two things differ: without `sslmode` nothing
 * is encrypted (libpq: `prefer`), and `allow` and `prefer` are refused. `verify-full` without `sslrootcert` trusts the authorities that
 * Node.js trusts.
 */
export function readTls(parameters: URLSearchParams, say: Say): TlsOptions {
  const value = (name: string) => parameters.get(name) || process.env[VARIABLES[name] ?? ''] || undefined;
  const mode = (value('sslmode') ?? 'disable') as Mode;
  if (!MODES.includes(mode)) {
    say(`has an sslmode that is none of ${MODES.join(', ')}; allow and prefer may fall back to no encryption`);
    return { ssl: false };
  }
  if (mode === 'disable') {
    const idle = TLS_PARAMETERS.filter((name) => parameters.has(name));
    if (idle.length > 0) say(`has ${idle.join(' and ')}, without effect unless sslmode is require or verify-full`);
    return { ssl: false };
  }
  const ca = readRoot(value('sslrootcert'), mode, say);
  const [cert, key] = [readFile('sslcert', value('sslcert'), say), readFile('sslkey', value('sslkey'), say)];
  if (Boolean(value('sslcert')) !== Boolean(value('sslkey'))) say('must have both sslcert and sslkey, or neither');
  const verifies = mode !== 'require' || value('sslrootcert') !== undefined;
  const ssl: NodeTlsOptions = {
    rejectUnauthorized: verifies,
    ...(ca ? { ca } : {}),
    ...(cert && key ? { cert, key, passphrase: parameters.get('sslpassword') ?? undefined } : {}),
    ...(mode === 'verify-full' ? {} : { checkServerIdentity: () => undefined }),
    ...version('minVersion', 'ssl_min_protocol_version', parameters, say),
    ...version('maxVersion', 'ssl_max_protocol_version', parameters, say),
  };
  try {
    createSecureContext(ssl);
  } catch (error) {
    say(`has sslcert, sslkey or sslpassword that do not go together (${codeOf(error)})`);
  }
  const negotiation = parameters.get('sslnegotiation') ?? 'postgres';
  if (negotiation !== 'postgres' && negotiation !== 'direct')
    say('has sslnegotiation, which must be postgres or direct');
  return { ssl, sslnegotiation: negotiation === 'direct' ? 'direct' : 'postgres' };
}

function readRoot(path: string | undefined, mode: Mode, say: Say): string | undefined {
  if (path === 'system') {
    if (mode !== 'verify-full') say('has sslrootcert=system, which needs sslmode=verify-full');
    return undefined;
  }
  if (!path && mode === 'verify-ca') say('has sslmode=verify-ca, which needs sslrootcert');
  const pem = readFile('sslrootcert', path, say);
  try {
    if (pem !== undefined) void new X509Certificate(pem);
  } catch {
    say('has sslrootcert, whose file holds no certificate (PEM)');
  }
  return pem;
}

function readFile(name: string, path: string | undefined, say: Say): string | undefined {
  if (!path) return undefined;
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    say(`has ${name}, whose file cannot be read (${codeOf(error)})`);
    return undefined;
  }
}

function version(
  option: 'minVersion' | 'maxVersion',
  name: string,
  parameters: URLSearchParams,
  say: Say,
): NodeTlsOptions {
  const value = parameters.get(name);
  if (value === null) return {};
  if (!VERSIONS.includes(value)) say(`has ${name}, which must be one of ${VERSIONS.join(', ')}`);
  return VERSIONS.includes(value) ? { [option]: value as SecureVersion } : {};
}

function codeOf(error: unknown): string {
  return (error as { code?: string }).code ?? 'unknown reason';
}
