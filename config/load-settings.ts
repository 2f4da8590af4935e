import 'reflect-metadata';
import { existsSync, readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import type { Type } from '@nestjs/common';
import { type Rail, RAILS } from '@recaudo/payment-provider';
import { readDatabaseUrl } from './database-url.js';
import { problemsInProduction, problemsWithoutSandbox, type ProviderSettings } from './provider-settings.js';
import { RailPolicyOverride, wrongLives } from './rail-policies.js';
import { describeError, readSettings, variablesOf, withoutEmpty } from './read-settings.js';
import { ServiceSettings } from './service.settings.js';
import { SettingsError } from './settings-error.js';
import { isSimulatorAddress } from './simulator-address.js';

export { SettingsError, variablesOf };

export type Environment = Readonly<Record<string, string | undefined>>;

/** Base64 of 32 bytes each. */
export interface SecretsKeys {
  key: string;
  previous?: string;
}

const NO_SECRETS_KEY =
  'SECRETS_KEY must be set: stored secrets are encrypted with it; make one with openssl rand -base64 32';

/** Settings by their class. */
export type LoadedSettings = ReadonlyMap<Type, object>;

/** The process' environment over the `.env` file of the working directory. The only place that reads either. */
export function readEnvironment(): Environment {
  const file = existsSync('.env') ? parseEnv(readFileSync('.env', 'utf8')) : {};
  return { ...file, ...process.env };
}

/**
 * Validates the service's settings and those of the enabled providers. Outside production what a provider's settings lack is filled in
 * with the built-in sandbox's, unless its address is a real server's.
 * @throws SettingsError
 */
export function loadSettings(environment: Environment, providers: readonly ProviderSettings[]): LoadedSettings {
  const problems: string[] = [];
  const given = withoutEmpty(environment);
  const { instance: service, errors } = readSettings(ServiceSettings, given);
  problems.push(...errors.flatMap((error) => describeError(error)));
  problems.push(...databaseProblems(environment), ...problemsTogether(service, environment, providers));
  const loaded = new Map<Type, object>([[ServiceSettings, service]]);
  for (const provider of enabledProviders(service, providers)) {
    const sandbox = provider.sandboxEnvironment(`http://localhost:${service.SANDBOX_PORT}`);
    const realServer = service.production ? undefined : variableOfRealServer(sandbox, given);
    const filledIn = service.production || realServer ? {} : sandbox;
    const own = readSettings(provider.settings, { ...filledIn, ...given });
    loaded.set(provider.settings, own.instance);
    problems.push(
      ...own.errors.flatMap((error) =>
        realServer && !(error.property in given)
          ? [`${realServer} points to a real server: set ${error.property} too`]
          : describeError(error),
      ),
    );
    if (service.production) problems.push(...problemsInProduction(provider, own, providers));
    if (service.production || realServer) problems.push(...problemsWithoutSandbox(provider, own));
  }
  if (problems.length > 0) throw new SettingsError(problems);
  return loaded;
}

/** What forbids to use the database of `DATABASE_URL`, for every program that does. None where it is not set. */
export function databaseProblems(environment: Environment): string[] {
  const { DATABASE_URL: databaseUrl, DATABASE_ALLOW_UNENCRYPTED: allowed, NODE_ENV: mode } = environment;
  if (!databaseUrl) return [];
  const { isPrivate, problems } = readDatabaseUrl(databaseUrl);
  if (mode !== 'production' || allowed === 'true' || isPrivate || problems.length > 0) return problems;
  return [
    'DATABASE_URL leads to another host without encryption: add sslmode=verify-full and sslrootcert=<file>, or, in a network that nobody else is in, set DATABASE_ALLOW_UNENCRYPTED=true',
  ];
}

/**
 * The keys of stored secrets alone, for commands that need no more.
 * @throws SettingsError
 */
export function loadSecretsKeys(environment: Environment): SecretsKeys {
  const { instance, errors } = readSettings(ServiceSettings, withoutEmpty(environment));
  const own = errors.filter(({ property }) => property.startsWith('SECRETS_KEY'));
  if (own.length > 0) throw new SettingsError(own.flatMap((error) => describeError(error)));
  return secretsKeysOf(instance);
}

/** @throws SettingsError where there is none, which is only in production */
export function secretsKeysOf({ SECRETS_KEY, SECRETS_KEY_PREVIOUS }: ServiceSettings): SecretsKeys {
  if (!SECRETS_KEY) throw new SettingsError([NO_SECRETS_KEY]);
  return { key: SECRETS_KEY, previous: SECRETS_KEY_PREVIOUS };
}

/** The sandbox's keys are published: beside a real server they would let anybody sign its webhooks. */
function variableOfRealServer(sandbox: Record<string, string>, given: Record<string, string>): string | undefined {
  return Object.keys(sandbox).find((name) => {
    const address = given[name];
    return name.endsWith('_BASE_URL') && address !== undefined && !isSimulatorAddress(address);
  });
}

/** The providers that PROVIDERS names; absent, all of them outside production and none in it. */
export function enabledProviders<P extends { readonly name: string }>(
  service: ServiceSettings,
  providers: readonly P[],
): P[] {
  if (service.PROVIDERS) return providers.filter(({ name }) => service.PROVIDERS?.includes(name));
  return service.production ? [] : [...providers];
}

function problemsTogether(
  service: ServiceSettings,
  environment: Environment,
  providers: readonly ProviderSettings[],
): string[] {
  const known = providers.map(({ name }) => name);
  const lists = Object.entries(service).filter(([name]) => name === 'PROVIDERS' || name.startsWith('ROUTING_'));
  const problems = lists.flatMap(([variable, names]) =>
    ((Array.isArray(names) ? names : []) as string[])
      .filter((name) => !known.includes(name))
      .map((name) => `${variable} names "${name}"; known providers: ${known.join(', ')}`),
  );
  problems.push(...RAILS.flatMap((rail) => policyProblems(service, rail)));
  for (const variable of ['OIDC_CLIENT_ID', 'OIDC_CLIENT_SECRET'] as const)
    if (service.OIDC_ISSUER && !service[variable]) problems.push(`${variable} must be set where OIDC_ISSUER is`);
  if (!service.production) return problems;
  if (/^http:/i.test(service.OIDC_ISSUER ?? '')) problems.push('OIDC_ISSUER must be https in production');
  for (const variable of ['BOOTSTRAP_API_KEY', 'BOOTSTRAP_NOTIFICATION_SECRET'] as const) {
    if (service[variable])
      problems.push(`${variable} is for development; in production create organizations with the command line`);
  }
  if (service.OUTBOUND_ALLOW_PRIVATE) problems.push('OUTBOUND_ALLOW_PRIVATE=true is for development and tests only');
  if (!service.PROVIDERS?.length) problems.push('PROVIDERS must name the providers that are enabled in production');
  if (!service.SECRETS_KEY) problems.push(NO_SECRETS_KEY);
  if (!service.PUBLIC_URL) problems.push('PUBLIC_URL must say where providers reach this service');
  if (/^http:/i.test(environment['PUBLIC_URL'] ?? '')) problems.push('PUBLIC_URL must be https in production');
  return problems;
}

function policyProblems(service: ServiceSettings, rail: Rail): string[] {
  const override = service[`RAIL_POLICY_${rail}`];
  if (!(override instanceof RailPolicyOverride)) return [];
  const known = variablesOf(RailPolicyOverride);
  const unknown = Object.keys(override).filter((part) => !known.includes(part));
  const wrong = wrongLives(service.railPolicy(rail));
  return [
    ...unknown.map((part) => `RAIL_POLICY_${rail} has no part "${part}"; its parts are ${known.join(', ')}`),
    ...(wrong ? [`RAIL_POLICY_${rail} ${wrong}`] : []),
  ];
}
