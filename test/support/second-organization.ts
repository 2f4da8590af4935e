import { Organizations } from '../../src/organizations/organizations.service.js';
import { ApiClient } from './api-client.js';
import type { TestApp } from './test-app.js';

/** One more merchant platform on a stand, with a client of its own. */
export async function secondOrganization({
  service,
  url,
}: TestApp): Promise<{ api: ApiClient; organizationId: string; apiKey: string }> {
  const { organizationId, apiKey } = await service.app.get(Organizations).create('Second');
  return { api: new ApiClient(url, apiKey), organizationId, apiKey };
}
