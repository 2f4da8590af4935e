import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { EVENT_TYPES } from '../../src/payins/domain/history.js';
import { withSecretsKey } from '../../src/app/development/local-keys.js';
import { Organizations } from '../../src/organizations/organizations.service.js';
import { startService } from '../../src/app/service.js';
import { ApiClient, newReference, ticketOf } from '../support/api-client.js';
import { type EndpointServer, type Received, startEndpointServer } from '../support/endpoint-server.js';
import { expectProblem } from '../support/expect-problem.js';
import { freePort } from '../support/free-port.js';
import { type EndpointView, NotificationApi } from '../support/notification-api.js';
import { secondOrganization } from '../support/second-organization.js';
import { NOTIFICATION_SECRET, startTestApp, type TestApp } from '../support/test-app.js';
import { timePasses } from '../support/time.js';
import { until } from '../support/until.js';

let testApp: TestApp;
let server: EndpointServer;
let notifications: NotificationApi;

beforeAll(async () => {
  testApp = await startTestApp();
  server = await startEndpointServer();
  notifications = new NotificationApi(testApp.api);
});

afterAll(async () => {
  await testApp?.close();
  await server?.close();
});

const MISSING = '0199a000-0000-7000-8000-000000000000';
/** An address of its own on the server, so that what it hears can be told apart. */
const newUrl = () => `${server.url}/${newReference()}`;
const receivedAt = (url: string) => server.received.filter(({ path }) => url.endsWith(path));
const receives = (url: string, type: string) =>
  until(`${url} to hear ${type}`, () => receivedAt(url).find(({ message }) => message.type === type));
const verified = ({ raw, headers }: Received, secret: string) =>
  new Webhook(secret).verify(raw, headers as Record<string, string>);
const remove = ({ id }: { id: string }) => testApp.api.call('DELETE', `/webhook-endpoints/${id}`);

/** Everything that the database holds, as text. */
async function everythingStored(): Promise<string> {
  const tables = await testApp.database.query<{ name: string }>(
    `select table_name as name from information_schema.tables where table_schema = 'public'`,
  );
  expect(tables.length).toBeGreaterThan(10);
  const texts = tables.map(async ({ name }) => {
    const [row] = await testApp.database.query<{ text: string | null }>(
      `select string_agg(t::text, ' ') as text from "${name}" t`,
    );
    return row?.text ?? '';
  });
  return (await Promise.all(texts)).join(' ');
}

describe('a webhook endpoint', () => {
  it('is created with a secret that is shown this once, and hears every event of every payin, signed with it', async () => {
    const url = newUrl();
    const endpoint = await notifications.createEndpoint({ url });
    expect(endpoint).toEqual({
      ...{ id: expect.any(String), url, description: null, eventTypes: null, includePersonalData: false },
      ...{ status: 'ENABLED', disabledReason: null, disabledAt: null, failingSince: null, previousSecretUntil: null },
      ...{ createdAt: expect.any(String), updatedAt: expect.any(String), secret: expect.stringMatching(/^whsec_/) },
    });
    const { secret, ...shown } = endpoint;
    expect(await notifications.endpoint(endpoint.id)).toEqual(shown);
    expect(JSON.stringify((await testApp.api.call('GET', '/webhook-endpoints')).body)).not.toContain(secret.slice(6));

    const payin = await testApp.api.open();
    await testApp.sandbox.tumipay.pay(ticketOf(payin));
    for (const type of ['payin.created', 'payin.pending', 'payin.approved']) {
      const received = await receives(url, type);
      expect(verified(received, secret)).toMatchObject({ type, data: { id: payin.id } });
      expect(() => verified(received, NOTIFICATION_SECRET)).toThrow('No matching signature');
    }
    await remove(endpoint);
  });

  it('hears the same message as the callbackUrl, each with its own id and its own secret', async () => {
    const url = newUrl();
    const endpoint = await notifications.createEndpoint({ url, eventTypes: ['payin.pending'] });
    const payin = await testApp.api.open({ callbackUrl: testApp.merchant.url });
    const ledgerState = await receives(url, 'payin.pending');
    const called = await testApp.merchant.eventOf(payin.id, 'payin.pending');
    expect(ledgerState.raw).toBe(called.raw);
    expect(ledgerState.headers['webhook-id']).not.toBe(called.headers['webhook-id']);
    verified(ledgerState, endpoint.secret);
    await remove(endpoint);
  });

  it('hears only what it chose', async () => {
    const [chosen, all] = [newUrl(), newUrl()];
    const endpoints = [
      await notifications.createEndpoint({ url: chosen, eventTypes: ['payin.approved', 'payin.rejected'] }),
      await notifications.createEndpoint({ url: all }),
    ];
    const payin = await testApp.api.open();
    await testApp.sandbox.tumipay.pay(ticketOf(payin));
    await receives(all, 'payin.approved');
    await receives(chosen, 'payin.approved');
    expect(receivedAt(chosen).map(({ message }) => message.type)).toEqual(['payin.approved']);
    const written = await notifications.list(`payinId=${payin.id}&endpointId=${endpoints[0]!.id}`);
    expect(written.map(({ type }) => type)).toEqual(['payin.approved']);
    for (const endpoint of endpoints) await remove(endpoint);
  });

  it('gets the payer’s data only if it asks for them, the same on every try, and they are stored with no message', async () => {
    const [bare, full] = [newUrl(), newUrl()];
    const endpoints = [
      await notifications.createEndpoint({ url: bare }),
      await notifications.createEndpoint({ url: full, includePersonalData: true }),
    ];
    const payin = await testApp.api.open();
    const [without, withData] = [await receives(bare, 'payin.pending'), await receives(full, 'payin.pending')];
    expect(without.message.data['inlineCustomer']).toBeNull();
    expect(withData.message.data['inlineCustomer']).toEqual(payin.inlineCustomer);
    verified(withData, endpoints[1]!.secret);
    expect({ ...withData.message.data, inlineCustomer: null }).toEqual(without.message.data);
    const id = String(withData.headers['webhook-id']).replace('msg_', '');
    expect((await notifications.notification(id)).body).not.toContain('John Doe');
    await testApp.api.call('POST', `/notifications/${id}/resend`);
    await notifications.tried(id, 2);
    const again = receivedAt(full).filter(({ headers }) => headers['webhook-id'] === `msg_${id}`);
    expect(new Set(again.map(({ raw }) => raw)).size).toBe(1);
    const [{ stored }] = (await testApp.database.query<{ stored: string }>(
      `select string_agg(n::text, ' ') || string_agg(t::text, ' ') as stored from notifications n, delivery_attempts t`,
    )) as [{ stored: string }];
    expect(stored).not.toContain('John Doe');
    for (const endpoint of endpoints) await remove(endpoint);
  });

  it('can be tested, and says what came of it', async () => {
    const url = newUrl();
    const endpoint = await notifications.createEndpoint({ url, eventTypes: ['payin.reversed'] });
    const id = await notifications.sendTest(endpoint.id);
    const received = await receives(url, 'webhook_endpoint.test');
    expect(verified(received, endpoint.secret)).toMatchObject({ data: { endpointId: endpoint.id, sequence: 0 } });
    const notification = await until('its record', async () => {
      const one = await notifications.notification(id);
      return one.status === 'DELIVERED' && one;
    });
    expect(notification).toMatchObject({ payinId: null, type: 'webhook_endpoint.test', attempts: [{ status: 204 }] });
    await notifications.updateEndpoint(endpoint.id, { status: 'DISABLED' });
    expectProblem(await testApp.api.call('POST', `/webhook-endpoints/${endpoint.id}/test`), 'ENDPOINT_NOT_ENABLED');
    await remove(endpoint);
  });

  it('is changed field by field; what is not named stays', async () => {
    const endpoint = await notifications.createEndpoint({
      url: newUrl(),
      description: 'shop',
      eventTypes: ['payin.failed'],
    });
    const url = newUrl();
    expect(await notifications.updateEndpoint(endpoint.id, { url })).toMatchObject({ url, description: 'shop' });
    expect(
      await notifications.updateEndpoint(endpoint.id, {
        eventTypes: null,
        description: null,
        includePersonalData: true,
      }),
    ).toMatchObject({ url, description: null, eventTypes: null, includePersonalData: true });
    expect(await notifications.updateEndpoint(endpoint.id, {})).toMatchObject({ url, includePersonalData: true });
    await receivesATest(url, endpoint);
    await remove(endpoint);
  });

  async function receivesATest(url: string, endpoint: EndpointView): Promise<void> {
    await notifications.sendTest(endpoint.id);
    verified(await receives(url, 'webhook_endpoint.test'), endpoint.secret);
  }

  it.each<[string, Record<string, unknown>, string]>([
    ['no URL', {}, 'url'],
    ['no address', { url: 'nowhere' }, 'url'],
    ['another scheme', { url: 'ftp://example.com' }, 'url'],
    ['a user name', { url: 'https://user@example.com' }, 'url'],
    ['an address that is too long', { url: `https://example.com/${'x'.repeat(2048)}` }, 'url'],
    ['an event that does not exist', { eventTypes: ['payin.paid'] }, 'eventTypes'],
    ['no event at all', { eventTypes: [] }, 'eventTypes'],
    ['an event twice', { eventTypes: ['payin.failed', 'payin.failed'] }, 'eventTypes'],
    ['events that are no list', { eventTypes: 'payin.failed' }, 'eventTypes'],
    ['a long description', { description: 'x'.repeat(256) }, 'description'],
    ['a switch that is none', { includePersonalData: 'yes' }, 'includePersonalData'],
    ['a secret of its own', { secret: 'whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz' }, 'secret'],
    ['a status', { status: 'DISABLED' }, 'status'],
  ])('is refused with %s, by name', async (_what, changes, field) => {
    const valid = changes['url'] === undefined && field !== 'url' ? { url: 'https://example.com/hook' } : {};
    expectProblem(
      await testApp.api.call('POST', '/webhook-endpoints', { ...valid, ...changes }),
      'VALIDATION_FAILED',
      field,
    );
  });

  it.each<[Record<string, unknown>, string]>([
    [{ url: null }, 'url'],
    [{ url: 'https://user:word@example.com' }, 'url'],
    [{ status: 'GONE' }, 'status'],
    [{ eventTypes: [] }, 'eventTypes'],
    [{ secret: 'x' }, 'secret'],
  ])('is not changed to %p', async (changes, field) => {
    const endpoint = await notifications.createEndpoint({ url: newUrl() });
    const { secret: _, ...before } = endpoint;
    const answer = await testApp.api.call('PATCH', `/webhook-endpoints/${endpoint.id}`, changes);
    expectProblem(answer, 'VALIDATION_FAILED', field);
    expect(await notifications.endpoint(endpoint.id)).toEqual(before);
    await remove(endpoint);
  });

  it('is one of at most 20, however many are asked for at once', async () => {
    const { api } = await secondOrganization(testApp);
    const answers = await Promise.all(
      Array.from({ length: 30 }, () => api.call<EndpointView>('POST', '/webhook-endpoints', { url: newUrl() })),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(20);
    for (const answer of answers.filter(({ status }) => status !== 201)) expectProblem(answer, 'ENDPOINT_LIMIT');
    const list = await api.call<{ data: object[] }>('GET', '/webhook-endpoints?limit=100');
    expect(list.body.data).toHaveLength(20);
    const one = answers.find(({ status }) => status === 201)!.body;
    expect((await api.call('DELETE', `/webhook-endpoints/${one.id}`)).status).toBe(204);
    expect((await api.call('POST', '/webhook-endpoints', { url: newUrl() })).status).toBe(201);
  });
});

describe('a disabled endpoint', () => {
  it('is sent nothing, and gets what it missed on request when it is enabled again', async () => {
    const url = newUrl();
    const endpoint = await notifications.createEndpoint({ url });
    const from = new Date(Date.now() - 1_000).toISOString();
    const disabled = await notifications.updateEndpoint(endpoint.id, { status: 'DISABLED' });
    expect(disabled).toMatchObject({ disabledReason: 'REQUESTED', disabledAt: expect.any(String) });
    const payin = await testApp.api.open({ callbackUrl: testApp.merchant.url });
    await testApp.merchant.eventOf(payin.id, 'payin.pending');
    const missed = await notifications.list(`payinId=${payin.id}&endpointId=${endpoint.id}`);
    const notTried = { status: 'FAILED', attemptCount: 0, lastResult: null };
    expect(missed).toMatchObject([notTried, notTried]);
    expectProblem(await testApp.api.call('POST', `/notifications/${missed[0]!.id}/resend`), 'ENDPOINT_NOT_ENABLED');
    const range = { from, to: new Date(Date.now() + 60_000).toISOString(), endpointId: endpoint.id };
    expect((await testApp.api.call('POST', '/notifications/resend', range)).body).toEqual({
      resent: 0,
      continueFrom: null,
    });

    expect(await notifications.updateEndpoint(endpoint.id, { status: 'ENABLED' })).toMatchObject({
      ...{ status: 'ENABLED', disabledReason: null, disabledAt: null },
    });
    expect(receivedAt(url)).toEqual([]);
    const { status, body } = await testApp.api.call('POST', '/notifications/resend', range);
    expect([status, body]).toEqual([202, { resent: 2, continueFrom: null }]);
    verified(await receives(url, 'payin.created'), endpoint.secret);
    verified(await receives(url, 'payin.pending'), endpoint.secret);
    await remove(endpoint);
  });

  it('keeps what was on its way when it was disabled or deleted', async () => {
    server.answers((response) => void response.writeHead(503).end());
    const endpoint = await notifications.createEndpoint({ url: newUrl() });
    const id = await notifications.sendTest(endpoint.id);
    await notifications.tried(id);
    server.answers((response) => void response.writeHead(204).end());
    await remove(endpoint);
    await testApp.database.query('update notifications set due_at = now() where id = $1', [id]);
    const kept = await until('it to be held back', async () => {
      const one = await notifications.notification(id);
      return one.status === 'FAILED' && one;
    });
    expect(kept).toMatchObject({
      lastResult: expect.stringContaining('disabled or deleted'),
      attempts: [{ status: 503 }],
    });
    expectProblem(await testApp.api.call('POST', `/notifications/${id}/resend`), 'ENDPOINT_NOT_ENABLED');
  });
});

describe('a secret', () => {
  it('that is replaced signs along for a day, so that either verifies, and not longer', async () => {
    const url = newUrl();
    const endpoint = await notifications.createEndpoint({ url });
    const rotated = await testApp.api.call<EndpointView>('POST', `/webhook-endpoints/${endpoint.id}/rotate-secret`);
    expect(rotated.body.secret).not.toBe(endpoint.secret);
    const left = Date.parse(rotated.body.previousSecretUntil!) - Date.now();
    expect(Math.abs(left - 24 * 3_600_000)).toBeLessThan(60_000);

    await notifications.sendTest(endpoint.id);
    const both = await receives(url, 'webhook_endpoint.test');
    expect(String(both.headers['webhook-signature'])).toMatch(/^v1,\S+ v1,\S+$/);
    for (const { secret } of [endpoint, rotated.body]) verified(both, secret);

    await timePasses(testApp.database, 24 * 3_600 + 60);
    expect((await notifications.endpoint(endpoint.id)).previousSecretUntil).toBeNull();
    await notifications.sendTest(endpoint.id);
    const alone = await until('the next test', () => receivedAt(url)[1]);
    expect(String(alone.headers['webhook-signature'])).toMatch(/^v1,\S+$/);
    verified(alone, rotated.body.secret);
    expect(() => verified(alone, endpoint.secret)).toThrow('No matching signature');
    await remove(endpoint);
  });

  it('of an organization is replaced by its operator, in the same way', async () => {
    const { organizationId, apiKey, notificationSecret } = await testApp.service.app.get(Organizations).create('Third');
    const rotated = await testApp.service.app.get(Organizations).rotateNotificationSecret(organizationId);
    const api = new ApiClient(testApp.url, apiKey);
    const notified = async () => {
      const callbackUrl = newUrl();
      await api.create({ callbackUrl });
      return receives(callbackUrl, 'payin.created');
    };
    const both = await notified();
    for (const secret of [notificationSecret, rotated!]) verified(both, secret);
    await timePasses(testApp.database, 24 * 3_600 + 60);
    const alone = await notified();
    verified(alone, rotated!);
    expect(() => verified(alone, notificationSecret)).toThrow('No matching signature');
  });

  it('that was shown is good, also when two rotate it at once', async () => {
    const url = newUrl();
    const endpoint = await notifications.createEndpoint({ url });
    const rotate = () => testApp.api.call<EndpointView>('POST', `/webhook-endpoints/${endpoint.id}/rotate-secret`);
    for (let round = 0; round < 10; round += 1) {
      const shown = await Promise.all([rotate(), rotate()]);
      const id = await notifications.sendTest(endpoint.id);
      const received = await until('the message', () =>
        receivedAt(url).find(({ headers }) => headers['webhook-id'] === `msg_${id}`),
      );
      for (const { body } of shown) verified(received, body.secret);
    }
    await remove(endpoint);
  });

  it('stands in no table, and neither does any part of it', async () => {
    const endpoint = await notifications.createEndpoint({ url: newUrl() });
    const { body } = await testApp.api.call<EndpointView>('POST', `/webhook-endpoints/${endpoint.id}/rotate-secret`);
    const stored = await everythingStored();
    for (const secret of [endpoint.secret, body.secret, NOTIFICATION_SECRET]) {
      const text = secret.slice('whsec_'.length);
      const bytes = Buffer.from(text, 'base64');
      for (const form of [
        text.slice(4, 24),
        bytes.toString('hex').slice(8, 28),
        bytes.toString('base64url').slice(4, 24),
      ])
        expect(stored).not.toContain(form);
    }
    expect(stored).toContain(endpoint.id);
    await remove(endpoint);
  });
});

describe('the key of stored secrets', () => {
  it('can be replaced: all is sealed anew at the start, and what merchants have goes on working', async () => {
    const [first, second, third] = Array.from({ length: 3 }, () => randomBytes(32).toString('base64'));
    const port = await freePort();
    const { organizationId, apiKey } = await secondOrganization(testApp);
    // Stored in the clear, as before there was a key.
    const plain = 'whsec_cGxhaW4tYmVmb3JlLXRoZXJlLXdhcy1hLWtleSE=';
    const start = (keys: Record<string, string | undefined>) => {
      const given = Object.entries(keys).filter((entry): entry is [string, string] => entry[1] !== undefined);
      return startService({ ...testApp.environment, PORT: String(port), ROLE: 'api', ...Object.fromEntries(given) });
    };
    const stored = async () => {
      const rows = await testApp.database.query<{ secret: string }>(
        `select notification_secret as secret from organizations union all select secret from webhook_endpoints
         union all select previous_secret from webhook_endpoints where previous_secret is not null
         union all select previous_notification_secret from organizations where previous_notification_secret is not null`,
      );
      return rows.map(({ secret }) => secret);
    };
    const served = (url: string) => new NotificationApi(new ApiClient(url, apiKey));

    const before = await stored();
    const { SECRETS_KEY: present } = await withSecretsKey({});
    await testApp.database.query('update organizations set notification_secret = $2 where id = $1', [
      organizationId,
      plain,
    ]);
    let service = await start({ SECRETS_KEY: first, SECRETS_KEY_PREVIOUS: present });
    const endpoint = await served(`http://127.0.0.1:${port}`).createEndpoint({ url: newUrl() });
    await service.close();
    expect((await stored()).some((secret) => secret.startsWith('whsec_') || before.includes(secret))).toBe(false);

    service = await start({ SECRETS_KEY: second, SECRETS_KEY_PREVIOUS: first });
    await service.close();
    service = await start({ SECRETS_KEY: second });
    await service.close();
    await expect(start({ SECRETS_KEY: third })).rejects.toThrow(
      /SECRETS_KEY is not the key with which the stored secrets/,
    );
    await expect(start({ SECRETS_KEY: third, SECRETS_KEY_PREVIOUS: first })).rejects.toThrow(/SECRETS_KEY/);

    // Back to the key that the stand's own worker has.
    service = await start({ SECRETS_KEY: present, SECRETS_KEY_PREVIOUS: second });
    await service.close();
    const url = newUrl();
    await served(testApp.url).updateEndpoint(endpoint.id, { url });
    await served(testApp.url).sendTest(endpoint.id);
    verified(await receives(url, 'webhook_endpoint.test'), endpoint.secret);
    const receivedByCallback = newUrl();
    const { body } = await new ApiClient(testApp.url, apiKey).create({ callbackUrl: receivedByCallback });
    const received = await receives(receivedByCallback, 'payin.created');
    expect(verified(received, plain)).toMatchObject({ data: { id: body.id } });
  });
});

describe('the tenant wall', () => {
  it('hides endpoints and notifications of another organization as if they did not exist', async () => {
    const { api } = await secondOrganization(testApp);
    const endpoint = await notifications.createEndpoint({ url: newUrl() });
    const notificationId = await notifications.sendTest(endpoint.id);
    await notifications.tried(notificationId);
    const routes: [string, string, string, object?][] = [
      ['GET', '/webhook-endpoints/', endpoint.id],
      ['PATCH', '/webhook-endpoints/', endpoint.id, { description: 'mine now' }],
      ['DELETE', '/webhook-endpoints/', endpoint.id],
      ['POST', '/webhook-endpoints/', `${endpoint.id}/rotate-secret`],
      ['POST', '/webhook-endpoints/', `${endpoint.id}/test`],
      ['GET', '/notifications/', notificationId],
      ['POST', '/notifications/', `${notificationId}/resend`],
    ];
    for (const [method, path, rest, body] of routes) {
      const foreign = expectProblem(await api.call(method, path + rest, body), 'NOT_FOUND');
      const missing = expectProblem(await api.call(method, path + rest.replace(/^[^/]+/, MISSING), body), 'NOT_FOUND');
      expect({ ...foreign, requestId: '' }).toEqual({ ...missing, requestId: '' });
    }
    for (const path of ['/webhook-endpoints', '/notifications', `/notifications?endpointId=${endpoint.id}`])
      expect((await api.call('GET', path)).body).toMatchObject({ data: [] });
    const range = { from: '2020-01-01', to: '2100-01-01' };
    for (const changes of [{}, { endpointId: endpoint.id }])
      expect((await api.call('POST', '/notifications/resend', { ...range, ...changes })).body).toMatchObject({
        resent: 0,
      });
    expect(await notifications.notification(notificationId)).toMatchObject({ status: 'DELIVERED', attemptCount: 1 });
    // Nor does it hear anything of the other's payins.
    const foreignUrl = newUrl();
    await new NotificationApi(api).createEndpoint({ url: foreignUrl });
    const payin = await testApp.api.open({ callbackUrl: testApp.merchant.url });
    await testApp.merchant.eventOf(payin.id, 'payin.pending');
    expect(receivedAt(foreignUrl)).toEqual([]);
    const addressees = (await notifications.list(`payinId=${payin.id}`)).map(({ endpointId }) => endpointId);
    expect(new Set(addressees)).toEqual(new Set([null, endpoint.id]));
    await remove(endpoint);
  });
});

describe('the events to choose from', () => {
  it('are those of the contract', () => {
    expect([...EVENT_TYPES].toSorted()).toEqual(
      [
        ...['payin.created', 'payin.pending', 'payin.approved', 'payin.underpaid', 'payin.overpaid', 'payin.rejected'],
        ...['payin.expired', 'payin.canceled', 'payin.failed', 'payin.reversed', 'payin.late_payment'],
        ...['discrepancy.opened', 'discrepancy.resolved'],
        ...['refund.requested', 'refund.approved', 'refund.paid', 'refund.canceled'],
      ].toSorted(),
    );
  });
});
