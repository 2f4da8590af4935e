import { Organizations } from '../../src/organizations/organizations.service.js';
import { ApiClient } from './api-client.js';
import type { Stand } from './stand.js';

/** One more merchant platform on a stand, with a client of its own. */
export async function secondOrganization({
  service,
  url,
}: Stand): Promise<{ api: ApiClient; organizationId: string; apiKey: string }> {
  const { organizationId, apiKey } = await service.app.get(Organizations).create('Second');
  return { api: new ApiClient(url, apiKey), organizationId, apiKey };
}
