import { randomUUID } from 'node:crypto';
import { MikroORM } from '@mikro-orm/core';
import type { Role } from '../../src/auth/scopes.js';
import { type GivenKey, ManageApiKeys } from '../../src/organizations/api-keys/manage-api-keys.service.js';
import { MembershipEntity } from '../../src/people/membership.entity.js';
import { PersonEntity } from '../../src/people/person.entity.js';
import { ApiClient } from './api-client.js';
import type { TestApp } from './test-app.js';

export interface AnotherKey {
  api: ApiClient;
  apiKeyId: string;
  apiKey: string;
}

/** A member of an organization. */
export async function person(
  { service }: Pick<TestApp, 'service'>,
  organizationId: string,
  role: Role = 'owner',
): Promise<{ personId: string; email: string }> {
  const em = service.app.get(MikroORM).em.fork();
  const [personId, name] = [randomUUID(), 'A person'];
  const email = `${personId}@example.com`;
  const at = new Date();
  const one = em.create(PersonEntity, { id: personId, email, name, claimedAt: at });
  em.create(MembershipEntity, { organization: organizationId, person: one, role, invitedName: name, acceptedAt: at });
  await em.flush();
  return { personId, email };
}

/** One more key of an organization, by default an owner's that acts for a person of its own. */
export async function anotherKey(
  { service, url }: Pick<TestApp, 'service' | 'url'>,
  organizationId: string,
  given: Partial<GivenKey> = {},
): Promise<AnotherKey> {
  const has = given.scopes ? {} : { role: 'owner' as const };
  const { personId } = 'personId' in given ? { personId: given.personId } : await person({ service }, organizationId);
  const created = await service.app
    .get(ManageApiKeys)
    .insert(organizationId, { name: 'another', personId, ...has, ...given });
  const { row, key } = created!;
  return { api: new ApiClient(url, key), apiKeyId: row.id, apiKey: key };
}
