import { randomUUID } from 'node:crypto';
import { type GivenKey, ManageApiKeys } from '../../src/organizations/api-keys/manage-api-keys.service.js';
import { ApiClient } from './api-client.js';
import type { TestApp } from './test-app.js';

export interface AnotherKey {
  api: ApiClient;
  apiKeyId: string;
  apiKey: string;
}

/** One more key of an organization, by default an owner's that acts for a person of its own. */
export async function anotherKey(
  { service, url }: Pick<TestApp, 'service' | 'url'>,
  organizationId: string,
  given: Partial<GivenKey> = {},
): Promise<AnotherKey> {
  const has = given.scopes ? {} : { role: 'owner' as const };
  const created = await service.app
    .get(ManageApiKeys)
    .insert(organizationId, { name: 'another', personId: randomUUID(), ...has, ...given });
  const { row, key } = created!;
  return { api: new ApiClient(url, key), apiKeyId: row.id, apiKey: key };
}
