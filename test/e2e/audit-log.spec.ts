import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MikroORM } from '@mikro-orm/postgresql';
import { commandLine } from '../../src/audit/audit-entry.js';
import { AuditLog } from '../../src/audit/audit-log.js';
import { Organizations } from '../../src/organizations/organizations.service.js';
import { anotherKey } from '../support/another-key.js';
import { newReference, ticketOf } from '../support/api-client.js';
import type { EndpointView } from '../support/notification-api.js';
import { secondOrganization } from '../support/second-organization.js';
import { csv, THIS_YEAR } from '../support/statements.js';
import { API_KEY, startTestApp, type TestApp } from '../support/test-app.js';
import { until } from '../support/until.js';

interface EntryView {
  id: string;
  at: string;
  actor: { type: string; apiKeyId: string | null; personId: string | null };
  action: string;
  subject: { type: string; id: string | null };
  address: string | null;
  requestId: string | null;
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
}

let testApp: TestApp;
let organizationId: string;
let apiKeyId: string;

beforeAll(async () => {
  testApp = await startTestApp();
  const [key] = await testApp.database.query<{ organizationId: string; apiKeyId: string }>(
    'select organization_id as "organizationId", id as "apiKeyId" from api_keys',
  );
  ({ organizationId, apiKeyId } = key!);
});

afterAll(async () => {
  await testApp?.close();
});

async function entries(filters: Record<string, string> = {}): Promise<EntryView[]> {
  const query = new URLSearchParams({ limit: '100', ...filters }).toString();
  const { status, body } = await testApp.api.call<{ data: EntryView[] }>('GET', `/audit-log?${query}`);
  expect([status, body]).toEqual([200, expect.anything()]);
  return body.data;
}

const endpointAt = (url: string) =>
  testApp.api.call<EndpointView & { secret: string }>('POST', '/webhook-endpoints', { url });

describe('the audit log', () => {
  it('says who did what to a webhook endpoint, from where, with which request, before and after, and no secret', async () => {
    const { body: endpoint } = await endpointAt('http://127.0.0.1:9/hook?token=canary-token');
    const { id } = endpoint;
    const headers = { 'x-request-id': `audit-${newReference()}` };
    await testApp.api.call('PATCH', `/webhook-endpoints/${id}`, { status: 'DISABLED' }, headers);
    const rotated = await testApp.api.call<{ secret: string }>('POST', `/webhook-endpoints/${id}/rotate-secret`);
    expect((await testApp.api.call('DELETE', `/webhook-endpoints/${id}`)).status).toBe(204);
    // What changes nothing is no entry.
    expect((await testApp.api.call('DELETE', `/webhook-endpoints/${id}`)).status).toBe(404);

    const found = await entries({ subject: id });
    expect(found.map(({ action }) => action)).toEqual([
      'endpoint.deleted',
      'endpoint.secret_rotated',
      'endpoint.updated',
      'endpoint.created',
    ]);
    const [deleted, , updated, created] = found;
    expect(updated).toEqual({
      id: expect.any(String),
      at: expect.any(String),
      actor: { type: 'API_KEY', apiKeyId, personId: null },
      action: 'endpoint.updated',
      subject: { type: 'endpoint', id },
      address: '127.0.0.1',
      requestId: headers['x-request-id'],
      before: { status: 'ENABLED' },
      after: { status: 'DISABLED' },
    });
    expect(created?.after).toMatchObject({ url: 'http://127.0.0.1:9/hook', status: 'ENABLED' });
    expect(deleted?.before).toMatchObject({ status: 'DISABLED' });
    const text = JSON.stringify(await entries());
    for (const secret of ['canary', endpoint.secret, rotated.body.secret, API_KEY]) expect(text).not.toContain(secret);
  });

  it('says what the command line did', async () => {
    const organizations = testApp.service.app.get(Organizations);
    const key = await anotherKey(testApp, organizationId);
    await organizations.rotateNotificationSecret(organizationId);
    const found = await entries({ actorType: 'COMMAND_LINE' });
    expect(found.slice(0, 2)).toMatchObject([
      { action: 'organization.secret_rotated', subject: { type: 'organization', id: organizationId }, address: null },
      { action: 'key.created', subject: { type: 'key', id: key.apiKeyId }, requestId: null },
    ]);
  });

  it('is found by who, what, to what and when, page by page', async () => {
    const from = new Date();
    const { body: first } = await endpointAt('http://127.0.0.1:9/first');
    await endpointAt('http://127.0.0.1:9/second');
    await testApp.api.call('DELETE', `/webhook-endpoints/${first.id}`);
    const recent = { from: from.toISOString() };
    const actions = async (filters: Record<string, string>) =>
      (await entries({ ...recent, ...filters })).map(({ action }) => action);
    expect(await actions({})).toEqual(['endpoint.deleted', 'endpoint.created', 'endpoint.created']);
    expect(await actions({ action: 'endpoint.deleted' })).toEqual(['endpoint.deleted']);
    expect(await actions({ subject: first.id })).toEqual(['endpoint.deleted', 'endpoint.created']);
    expect(await actions({ actor: apiKeyId, subjectType: 'endpoint' })).toHaveLength(3);
    expect(await actions({ actor: first.id })).toEqual([]);
    expect(await actions({ subjectType: 'key' })).toEqual([]);
    expect(await entries({ ...recent, to: from.toISOString() })).toEqual([]);
    const page = await testApp.api.call<{ data: EntryView[]; pageInfo: { hasNext: boolean; nextCursor: string } }>(
      'GET',
      `/audit-log?limit=2&from=${from.toISOString()}`,
    );
    expect(page.body.pageInfo.hasNext).toBe(true);
    const rest = await entries({ ...recent, cursor: page.body.pageInfo.nextCursor });
    expect([...page.body.data, ...rest]).toEqual(await entries(recent));
    expect((await testApp.api.call('GET', '/audit-log?action=x')).status).toBe(400);
  });

  it('is nobody else’s', async () => {
    const other = await secondOrganization(testApp);
    const answer = await other.api.call<{ data: EntryView[] }>('GET', '/audit-log?limit=100');
    // Of one commit, in no order.
    expect(answer.body.data.map(({ action }) => action).toSorted()).toEqual(['key.created', 'organization.created']);
    expect(JSON.stringify(answer.body)).not.toContain(organizationId);
  });

  it.each(['update audit_entries set action = action', 'delete from audit_entries', 'truncate audit_entries'])(
    'is append-only by the database: %s',
    async (statement) => {
      await expect(testApp.database.query(statement)).rejects.toThrow('The audit log is append-only');
    },
  );

  it('has no entry of what is rolled back', async () => {
    const before = await entries();
    const audit = testApp.service.app.get(AuditLog);
    const orm = testApp.service.app.get(MikroORM);
    const doomed = orm.em.fork().transactional(async (em) => {
      const by = commandLine(organizationId);
      await audit.record({ by, action: 'test.doomed', subject: { type: 'test', id: null } }, em);
      throw new Error('rolled back');
    });
    await expect(doomed).rejects.toThrow('rolled back');
    expect(await entries()).toEqual(before);
  });
});

describe('what people do elsewhere', () => {
  it('cancels a payin once, and once only it is written', async () => {
    const payin = await testApp.api.open();
    for (let sent = 0; sent < 2; sent += 1)
      expect((await testApp.api.call('POST', `/payins/${payin.id}/cancel`)).status).toBe(200);
    expect(await entries({ subject: payin.id })).toMatchObject([
      {
        actor: { type: 'API_KEY', apiKeyId },
        action: 'payin.canceled',
        before: { status: 'PENDING' },
        after: { status: 'CANCELED' },
        address: '127.0.0.1',
      },
    ]);
  });

  it('reads the body of a webhook, and has it applied again', async () => {
    const payin = await testApp.api.open();
    await testApp.sandbox.tumipay.pay(ticketOf(payin));
    await testApp.api.reaches(payin.id, 'APPROVED');
    const { body } = await testApp.api.call<{ data: { id: string }[] }>('GET', `/inbound-webhooks?payinId=${payin.id}`);
    const { id } = body.data[0]!;
    expect(await entries({ subject: id })).toEqual([]);
    expect((await testApp.api.call('GET', `/inbound-webhooks/${id}`)).status).toBe(200);
    expect((await testApp.api.call('POST', `/inbound-webhooks/${id}/replay`)).status).toBe(202);
    expect((await entries({ subject: id })).map(({ action }) => action)).toEqual([
      'inbound_webhook.replayed',
      'inbound_webhook.body_read',
    ]);
  });

  it('uploads a statement, and downloads its result', async () => {
    const query = new URLSearchParams({ provider: 'tumipay', ...THIS_YEAR }).toString();
    const upload = () =>
      testApp.api.call<{ id: string }>('POST', `/statements?${query}`, csv('nobody,,100,COP,APPROVED,,'), {
        'content-type': 'text/csv',
      });
    const { status, body } = await upload();
    expect([status, body]).toEqual([202, expect.anything()]);
    // The same file again is the same statement.
    expect((await upload()).status).toBe(200);
    await until('the statement to be compared', async () => {
      const statement = await testApp.api.call('GET', `/statements/${body.id}`);
      return statement.body['status'] === 'DONE';
    });
    const result = await fetch(`${testApp.url}/statements/${body.id}/result.csv`, {
      headers: testApp.api.authorization,
    });
    expect(result.status).toBe(200);
    expect(await entries({ subject: body.id })).toMatchObject([
      { action: 'statement.downloaded', subject: { type: 'statement' } },
      { action: 'statement.uploaded', after: { provider: 'tumipay' } },
    ]);
  });
});
