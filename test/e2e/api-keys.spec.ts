import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { KEY_FRESH_FOR_MS } from '../../src/auth/api-keys.js';
import { ROLES, type Scope, SCOPES, scopesOf } from '../../src/auth/scopes.js';
import type { ApiKeySchema, ApiKeyWithKeySchema } from '../../src/organizations/api-keys/api-key.schema.js';
import type { Answer } from '../../src/http/answer.js';
import { anotherKey, person } from '../support/another-key.js';
import { ApiClient } from '../support/api-client.js';
import { expectProblem } from '../support/expect-problem.js';
import { joined } from '../support/people.js';
import { secondOrganization } from '../support/second-organization.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { until } from '../support/until.js';

let testApp: TestApp;
let owner: ApiClient;

beforeAll(async () => {
  testApp = await startTestApp();
  owner = testApp.api;
});
afterAll(() => testApp?.close());

const clientOf = (key: string) => new ApiClient(testApp.url, key);
const make = (body: object, api = owner) =>
  api.call<Answer<ApiKeyWithKeySchema>>('POST', '/api-keys', { name: 'a key', ...body });
const made = async (body: object, api = owner) => {
  const answer = await make(body, api);
  expect(answer).toMatchObject({ status: 201, body: { key: expect.stringMatching(/^rk_test_[\w-]{43}$/) } });
  return { ...answer.body, api: clientOf(answer.body.key) };
};
const keysOf = async (api = owner) =>
  (await api.call<{ data: ApiKeySchema[] }>('GET', '/api-keys?limit=100')).body.data;
const mayRead = async (api: ApiClient) => (await api.call('GET', '/payins?limit=1')).status;

describe('an API key', () => {
  it('is made with a name and a role or scopes, shown once, and listed without itself', async () => {
    const one = await made({
      name: 'shop',
      role: 'support',
      expiresAt: '2099-12-31',
      allowedNetworks: ['127.0.0.0/8'],
    });
    const { key, api: _api, ...shown } = one;
    expect(shown).toMatchObject({
      name: 'shop',
      role: 'support',
      expiresAt: '2100-01-01T05:00:00.000Z',
      allowedNetworks: ['127.0.0.0/8'],
      lastUsedAt: null,
      revokedAt: null,
    });
    expect(new Set(shown.scopes)).toEqual(scopesOf('support'));
    const listed = await owner.call('GET', '/api-keys?limit=100');
    expect(JSON.stringify(listed.body)).not.toContain(key);
    expect(await keysOf()).toContainEqual(shown);
    expect(JSON.stringify(await testApp.database.query('select * from api_keys'))).not.toContain(key);
    expect(await keysOf()).toContainEqual(
      expect.objectContaining({ name: 'bootstrap', role: 'owner', createdBy: null }),
    );
  });

  it.each([
    [{}, 'role'],
    [{ role: 'owner', scopes: ['payins:read'] }, 'role'],
    [{ role: 'king' }, 'role'],
    [{ scopes: [] }, 'scopes'],
    [{ scopes: ['payins:eat'] }, 'scopes'],
    [{ role: 'viewer', name: '  ' }, 'name'],
    [{ role: 'viewer', expiresAt: '2020-01-01' }, 'expiresAt'],
    [{ role: 'viewer', expiresAt: '2099-01-01T00:00:00' }, 'expiresAt'],
    [{ role: 'viewer', allowedNetworks: ['10.1'] }, 'allowedNetworks'],
  ])('is not made of %j', async (body, field) => {
    expectProblem(await make(body), 'VALIDATION_FAILED', field);
  });

  it('says when it was used, to the minute', async () => {
    const { id, api } = await made({ role: 'viewer' });
    expect(await mayRead(api)).toBe(200);
    const used = await until(
      'the use to be noted',
      async () => (await keysOf()).find((one) => one.id === id)?.lastUsedAt,
    );
    expect(used).toMatch(/:00\.000Z$/);
  });

  it('is known to nobody after its date, nor from another network', async () => {
    const short = await made({ role: 'viewer' });
    await testApp.database.query(`update api_keys set expires_at = clock_timestamp() + interval '1 s' where id = $1`, [
      short.id,
    ]);
    expect(await mayRead(short.api)).toBe(200);
    await wait(1_100);
    expectProblem(await short.api.call('GET', '/payins'), 'UNAUTHENTICATED');
    const elsewhere = await made({ role: 'viewer', allowedNetworks: ['203.0.113.0/24'] });
    expectProblem(await elsewhere.api.call('GET', '/payins'), 'UNAUTHENTICATED');
  });
});

describe('what a key may', () => {
  it('is in no route more than its role', async () => {
    const { paths } = (
      await owner.call<{ paths: Record<string, Record<string, { 'x-scope'?: Scope }>> }>('GET', '/openapi.json')
    ).body;
    const routes = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).flatMap(([method, { 'x-scope': scope }]) =>
        scope ? [{ method: method.toUpperCase(), path: path.replaceAll(/\{\w+\}/g, crypto.randomUUID()), scope }] : [],
      ),
    );
    const other = await secondOrganization(testApp);
    for (const role of ROLES) {
      const { api } = await anotherKey(testApp, other.organizationId, { role });
      for (const { method, path, scope } of routes) {
        const answer = await api.call(method, path, method === 'GET' || method === 'DELETE' ? undefined : '[');
        const isRefused = answer.status === 403 && answer.body['code'] === 'SCOPE_MISSING';
        expect([role, method, path, isRefused]).toEqual([role, method, path, !scopesOf(role).has(scope)]);
        if (isRefused) expect(answer.body['detail']).toContain(scope);
        expect(answer.status).toBeLessThan(500);
      }
    }
  });

  it('is never more than its maker may', async () => {
    for (const role of ROLES.filter((one) => scopesOf(one).has('keys:write'))) {
      const maker = await made({ role });
      for (const given of ROLES) {
        const { status } = await make({ role: given }, maker.api);
        const fits = [...scopesOf(given)].every((scope) => scopesOf(role).has(scope));
        expect([role, given, status]).toEqual([role, given, fits ? 201 : 403]);
      }
    }
    const narrow = await made({ scopes: ['keys:write', 'keys:read', 'payins:read'] });
    expectProblem(await make({ role: 'owner' }, narrow.api), 'SCOPE_MISSING');
    for (const scope of SCOPES) {
      const { status } = await make({ scopes: [scope] }, narrow.api);
      expect([scope, status]).toEqual([scope, narrow.scopes.includes(scope) ? 201 : 403]);
    }
  });

  it('is never more than the person for whom it acts may now', async () => {
    const { organizationId, api } = await secondOrganization(testApp);
    const { personId } = await person(testApp, organizationId);
    const set = (change: string) =>
      testApp.database.query(`update memberships set ${change} where person_id = $1`, [personId]);
    const ofPerson = await anotherKey(testApp, organizationId, { personId });
    const child = await made({ role: 'owner' }, ofPerson.api);
    expect(child).toMatchObject({ personId, createdBy: ofPerson.apiKeyId });
    await set(`role = 'viewer'`);
    await until(
      'the key to be a viewer’s',
      async () => (await ofPerson.api.call('GET', '/audit-log')).status === 403,
      KEY_FRESH_FOR_MS + 1_000,
    );
    await until(
      'its key, too',
      async () => (await make({ role: 'viewer' }, child.api)).status === 403,
      KEY_FRESH_FOR_MS,
    );
    expect(await mayRead(child.api)).toBe(200);
    await set('disabled_at = now()');
    await until('both to end', async () => (await mayRead(child.api)) === 401, KEY_FRESH_FOR_MS + 1_000);
    expect(await mayRead(api)).toBe(200);
    await set('disabled_at = null');
    await testApp.database.query('update people set disabled_at = now() where id = $1', [personId]);
    await wait(KEY_FRESH_FOR_MS);
    expect(await mayRead(ofPerson.api)).toBe(401);
  });

  it('lies within the dates and networks of the key that makes it', async () => {
    const limits = { expiresAt: '2099-01-01', allowedNetworks: ['127.0.0.0/8'] };
    const maker = await made({ role: 'developer', ...limits });
    expect(await made({ role: 'viewer' }, maker.api)).toMatchObject({
      expiresAt: maker.expiresAt,
      allowedNetworks: maker.allowedNetworks,
    });
    expectProblem(await make({ role: 'viewer', expiresAt: '2099-01-02' }, maker.api), 'VALIDATION_FAILED', 'expiresAt');
    const outside = { role: 'viewer', allowedNetworks: ['127.0.0.1', '10.0.0.0/8'] };
    expectProblem(await make(outside, maker.api), 'VALIDATION_FAILED', 'allowedNetworks');
  });

  it('is not touched by another organization, nor by who has less', async () => {
    const { id } = await made({ role: 'owner' });
    const other = await secondOrganization(testApp);
    const developer = await made({ role: 'developer' });
    for (const action of ['rotate', 'revoke']) {
      expectProblem(await other.api.call('POST', `/api-keys/${id}/${action}`, {}), 'NOT_FOUND');
      expectProblem(await developer.api.call('POST', `/api-keys/${id}/${action}`, {}), 'SCOPE_MISSING');
    }
    expect((await keysOf(other.api)).map((one) => one.id)).not.toContain(id);
  });
});

describe('a key with a date and networks', () => {
  it('is handed no key without them by rotating one', async () => {
    const limits = { expiresAt: '2099-01-01', allowedNetworks: ['127.0.0.0/8'] };
    const limited = await made({ role: 'developer', ...limits });
    const rotate = (id: string) => limited.api.call('POST', `/api-keys/${id}/rotate`, {});
    const wider = [{}, { expiresAt: limits.expiresAt }, { allowedNetworks: limits.allowedNetworks }];
    for (const limit of wider) {
      const { id, api } = await made({ role: 'viewer', ...limit });
      expectProblem(await rotate(id), 'SCOPE_MISSING');
      expect((await keysOf()).find((one) => one.id === id)).toMatchObject({ previousKeyUntil: null });
      expect(await mayRead(api)).toBe(200);
    }
    expect((await rotate((await made({ role: 'viewer', ...limits })).id)).status).toBe(200);
    expect((await rotate(limited.id)).status).toBe(200);
  });
});

describe('a key that acts for a person', () => {
  it('is rotated by nobody else, who would have it then and be two people', async () => {
    const { organizationId, api } = await secondOrganization(testApp);
    const [one, other] = [await anotherKey(testApp, organizationId), await anotherKey(testApp, organizationId)];
    const rotate = (by: ApiClient) => by.call('POST', `/api-keys/${one.apiKeyId}/rotate`, {});
    for (const stranger of [other.api, api]) expectProblem(await rotate(stranger), 'KEY_OF_ANOTHER_PERSON');
    expect(await mayRead(one.api)).toBe(200);
    expect((await rotate(one.api)).status).toBe(200);
    expect((await other.api.call('POST', `/api-keys/${one.apiKeyId}/revoke`)).status).toBe(200);
  });
});

describe('a key that is', () => {
  it('rotated keeps its id, and the one before lets in for as long as was said', async () => {
    const before = await made({ role: 'viewer' });
    const { body: after } = await owner.call<ApiKeyWithKeySchema>('POST', `/api-keys/${before.id}/rotate`, {
      overlapHours: 1,
    });
    expect(after).toMatchObject({ id: before.id, name: before.name, scopes: before.scopes });
    expect([await mayRead(before.api), await mayRead(clientOf(after.key))]).toEqual([200, 200]);
    const { body: last } = await owner.call<ApiKeyWithKeySchema>('POST', `/api-keys/${before.id}/rotate`, {
      overlapHours: 0,
    });
    expect(await mayRead(clientOf(last.key))).toBe(200);
    expectProblem(await clientOf(after.key).call('GET', '/payins'), 'UNAUTHENTICATED');
    await until('the first one to end', async () => (await mayRead(before.api)) === 401, KEY_FRESH_FOR_MS + 1_000);
  });

  it('revoked takes along those that it has made, and those have', async () => {
    const maker = await made({ role: 'developer' });
    const child = await made({ role: 'developer' }, maker.api);
    const grandchild = await made({ role: 'viewer' }, child.api);
    const bystander = await made({ role: 'viewer' });
    expect(await mayRead(grandchild.api)).toBe(200);
    const revoked = await owner.call<ApiKeySchema>('POST', `/api-keys/${maker.id}/revoke`);
    expect(revoked).toMatchObject({ status: 200, body: { revokedAt: expect.any(String) } });
    expect(await owner.call('POST', `/api-keys/${maker.id}/revoke`)).toMatchObject({ status: 200, body: revoked.body });
    for (const { api } of [maker, child, grandchild])
      expectProblem(await api.call('GET', '/payins'), 'UNAUTHENTICATED');
    expect(await mayRead(bystander.api)).toBe(200);
    expectProblem(await owner.call('POST', `/api-keys/${child.id}/rotate`, {}), 'NOT_FOUND');
  });
});

describe('a key that was rotated', () => {
  const rotate = async (id: string, by: ApiClient, overlapHours: number) => {
    const { status, body } = await by.call<ApiKeyWithKeySchema>('POST', `/api-keys/${id}/rotate`, { overlapHours });
    expect(status).toBe(200);
    return clientOf(body.key);
  };
  const revoke = (id: string) => owner.call('POST', `/api-keys/${id}/revoke`);
  const revokedAt = async (id: string) => (await keysOf()).find((one) => one.id === id)!.revokedAt;

  it('goes with the key that rotated it, which was shown it', async () => {
    const [robot, one] = [await made({ role: 'developer' }), await made({ role: 'viewer' })];
    const child = await made({ role: 'viewer' }, robot.api);
    const now = await rotate(one.id, robot.api, 1);
    expect([await mayRead(now), await mayRead(one.api)]).toEqual([200, 200]);
    expect((await revoke(robot.id)).status).toBe(200);
    for (const api of [now, one.api, child.api, robot.api]) expect(await mayRead(api)).toBe(401);
    expect(await revokedAt(one.id)).toEqual(expect.any(String));
  });

  it('stays where somebody else has rotated it since, without what the revoked one was shown', async () => {
    const [robot, one] = [await made({ role: 'developer' }), await made({ role: 'viewer' })];
    const shown = await rotate(one.id, robot.api, 0);
    const now = await rotate(one.id, owner, 24);
    expect([await mayRead(now), await mayRead(shown)]).toEqual([200, 200]);
    expect((await revoke(robot.id)).status).toBe(200);
    expect([await mayRead(now), await mayRead(shown)]).toEqual([200, 401]);
    expect(await revokedAt(one.id)).toBeNull();
  });
});

describe('another organization', () => {
  it('lends a key nothing of what its person is there', async () => {
    const [here, there] = [await secondOrganization(testApp), await secondOrganization(testApp)];
    const { personId } = await person(testApp, here.organizationId);
    const { api } = await anotherKey(testApp, here.organizationId, { personId });
    await testApp.database.query(
      `insert into memberships (organization_id, person_id, role, invited_name, accepted_at) values ($1, $2, 'owner', 'x', now())`,
      [there.organizationId, personId],
    );
    await testApp.database.query(
      'update memberships set disabled_at = now() where organization_id = $1 and person_id = $2',
      [here.organizationId, personId],
    );
    expectProblem(await api.call('GET', '/payins'), 'UNAUTHENTICATED');
  });

  it('loses no key where one of the same maker’s id is revoked', async () => {
    const other = await secondOrganization(testApp);
    const maker = await made({ role: 'developer' });
    const theirs = await made({ role: 'viewer' }, other.api);
    await testApp.database.query('update api_keys set made_by = $1 where id = $2', [maker.id, theirs.id]);
    expect((await owner.call('POST', `/api-keys/${maker.id}/revoke`)).status).toBe(200);
    expect((await keysOf(other.api)).find(({ id }) => id === theirs.id)).toMatchObject({ revokedAt: null });
  });
});

/** A person's own session and what they do with it count together, whatever the session's id is now. */
async function sessionsAreLimited(limited: TestApp, api: ApiClient) {
  const [one, another] = [await joined(limited, 'owner', api), await joined(limited, 'viewer', api)];
  const session = await one.browser.signIn(one.email);
  expect(session.headers.get('ratelimit-limit')).toBeNull();
  const { id: organizationId } = session.body['organization'] as { id: string };
  const answers = [await one.browser.call('GET', '/rails')];
  for (let n = 0; n < 6; n += 1)
    answers.push(await one.browser.call('POST', '/session/organization', { organizationId }));
  for (let n = 0; n < 5; n += 1) answers.push(await one.browser.call('GET', '/session'));
  expect(answers.map(({ status }) => status)).toEqual([...Array<number>(10).fill(200), 429, 429]);
  expect(answers.map(({ headers }) => Number(headers.get('ratelimit-remaining')))).toEqual([
    ...[9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 0, 0],
  ]);
  expectProblem(answers[11]!, 'RATE_LIMITED');
  expect(answers[11]!.headers.get('retry-after')).toBe(answers[11]!.headers.get('ratelimit-reset'));
  await one.browser.signIn(one.email);
  expectProblem(await one.browser.call('POST', '/session/second-factor'), 'RATE_LIMITED');
  await another.browser.signIn(another.email);
  expect((await another.browser.call('GET', '/session')).status).toBe(200);
}

describe('too many', () => {
  it('wrong keys from one address are told to wait, and valid ones are let in all the same', async () => {
    const { api } = await made({ role: 'viewer' });
    const wrong = await Promise.all(
      Array.from({ length: 80 }, (_, n) => clientOf(`rk_test_wrong_${n}`).call('GET', '/payins')),
    );
    const refused = wrong.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused[0]!.headers.get('retry-after')).toMatch(/^[1-9]\d?$/);
    expect(wrong.filter(({ status }) => status === 401).length + refused.length).toBe(80);
    expect(await mayRead(api)).toBe(200);
  });

  it('requests of a key are told to wait, and others’ are not', async () => {
    const limited = await startTestApp({ KEY_REQUESTS_PER_MINUTE: '10' });
    try {
      const answers = [];
      for (let n = 0; n < 12; n += 1) answers.push(await limited.api.call('GET', '/rails'));
      expect(answers.map(({ status }) => status)).toEqual([...Array<number>(10).fill(200), 429, 429]);
      expect(answers[0]!.headers.get('ratelimit-limit')).toBe('10');
      expect(answers.map(({ headers }) => headers.get('ratelimit-remaining'))).toEqual([
        '9',
        '8',
        '7',
        '6',
        '5',
        '4',
        '3',
        '2',
        '1',
        '0',
        '0',
        '0',
      ]);
      expectProblem(answers[11]!, 'RATE_LIMITED');
      expect(answers[11]!.headers.get('retry-after')).toBe(answers[11]!.headers.get('ratelimit-reset'));
      const other = await secondOrganization(limited);
      expect((await other.api.call('GET', '/rails')).status).toBe(200);
      await sessionsAreLimited(limited, other.api);
    } finally {
      await limited.close();
    }
  });
});
