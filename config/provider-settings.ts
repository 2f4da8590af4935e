import { createPublicKey, KeyObject } from 'node:crypto';
import type { Type } from '@nestjs/common';
import { credentialsOf, sandboxOnlyOf } from '@recaudo/payment-provider';
import { type ReadSettings, readSettings } from './read-settings.js';

/** A provider as far as its settings go. */
export interface ProviderSettings {
  readonly name: string;
  readonly settings: Type;
  sandboxEnvironment(sandboxUrl: string): Record<string, string>;
}

/**
 * What forbids a provider's settings in production: an address without https, and whatever the sandbox publishes, of this provider or of
 * another one. What is not even valid is reported elsewhere.
 */
export function problemsInProduction(
  { settings }: ProviderSettings,
  { instance, errors }: ReadSettings<object>,
  providers: readonly ProviderSettings[],
): string[] {
  const wrong = errors.map(({ property }) => property);
  const values = Object.entries(instance).filter(([name]) => !wrong.includes(name));
  const published = new Set(providers.flatMap(publishedCredentials));
  return values.flatMap(([name, value]) => {
    if (name.endsWith('_BASE_URL') && !/^https:/i.test(String(value))) return [`${name} must be https in production`];
    if (credentialsOf(settings).includes(name) && published.has(canonical(value)))
      return [`${name} is one that the sandbox publishes, which anybody has: set your own`];
    return [];
  });
}

/** What a provider's settings turn on that only its sandbox has. */
export function problemsWithoutSandbox({ settings }: ProviderSettings, { instance }: ReadSettings<object>): string[] {
  return sandboxOnlyOf(settings)
    .filter((name) => (instance as Readonly<Record<string, unknown>>)[name] === true)
    .map((name) => `${name} is for the sandbox only: no real server has what it turns on`);
}

function publishedCredentials(provider: ProviderSettings): string[] {
  const { settings } = provider;
  const sandbox: Record<string, unknown> = {
    ...readSettings(settings, provider.sandboxEnvironment('http://localhost')).instance,
  };
  return credentialsOf(settings).map((name) => canonical(sandbox[name]));
}

/** The same for every form of one key, and for both of its halves. */
function canonical(value: unknown): string {
  if (!(value instanceof KeyObject)) return String(value);
  const publicKey = value.type === 'private' ? createPublicKey(value) : value;
  return publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
}
