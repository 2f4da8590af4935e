import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newReference, payinRequest } from '../support/api-client.js';
import { expectProblem } from '../support/expect-problem.js';
import { NotificationApi } from '../support/notification-api.js';
import { type Sentinel, startSentinel } from '../support/sentinel.js';
import { refusedUrls } from '../support/ssrf-vectors.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

let testApp: TestApp;
let notifications: NotificationApi;
let sentinel: Sentinel;

beforeAll(async () => {
  sentinel = await startSentinel();
  // As in production. The simulated provider is private, too, and so nothing is opened here.
  testApp = await startTestApp({ OUTBOUND_ALLOW_PRIVATE: 'false' });
  notifications = new NotificationApi(testApp.api);
});

afterAll(async () => {
  await testApp?.close();
  await sentinel?.close();
});

const AT_ONCE = 8;
const NOBODY = 'https://nobody.invalid/hook';

/** Every URL that leads away from the public internet, a few at a time. */
async function forEveryUrl(use: (url: string) => Promise<void>): Promise<void> {
  const urls = refusedUrls(sentinel.port);
  const next = async (): Promise<void> => {
    for (let url = urls.pop(); url !== undefined; url = urls.pop()) await use(url);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, next));
}

describe('where merchants’ URLs must be public', () => {
  it('a create with any other callbackUrl is refused by name and with the reason, and nothing is called', async () => {
    const reference = newReference();
    await forEveryUrl(async (callbackUrl) => {
      const answer = await testApp.api.call('POST', '/payins', payinRequest({ reference, callbackUrl }));
      const { errors } = expectProblem(answer, 'VALIDATION_FAILED', 'callbackUrl');
      expect(errors?.[0]?.message).toMatch(/must (?:be|begin|hold|name) |must be shorter/);
    });
    expect(await testApp.database.query('select 1 from payins')).toEqual([]);
    expect(sentinel.connections()).toBe(0);
  });

  it('an endpoint with any other url is refused by name and with the reason, new or changed, and nothing is called', async () => {
    const { api } = testApp;
    const known = (await notifications.createEndpoint({ url: NOBODY })).id;
    await forEveryUrl(async (url) => {
      expectProblem(await api.call('POST', '/webhook-endpoints', { url }), 'VALIDATION_FAILED', 'url');
    });
    const [changed] = refusedUrls(sentinel.port);
    const answer = await api.call('PATCH', `/webhook-endpoints/${known}`, { url: changed });
    expectProblem(answer, 'VALIDATION_FAILED', 'url');
    expect(await testApp.database.query('select url from webhook_endpoints')).toEqual([{ url: NOBODY }]);
    expect(sentinel.connections()).toBe(0);
  });

  it('a notification for a name that leads to a private address is tried, not sent, and does not say where it leads', async () => {
    const endpoint = (await notifications.createEndpoint({ url: NOBODY })).id;
    // No name of the internet can be made to lead here: one that is refused when it is given takes its place afterwards.
    await testApp.database.query('update webhook_endpoints set url = $2 where id = $1', [
      endpoint,
      `https://localhost:${sentinel.port}/hook`,
    ]);
    const { attempts } = await notifications.tried(await notifications.sendTest(endpoint));
    const result = attempts[0]?.result;
    expect(result).toMatch(/^forbidden address \(/);
    expect(result).not.toMatch(/127|::1|localhost/);
    expect(sentinel.connections()).toBe(0);
  });
});
