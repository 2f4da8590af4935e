import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ServiceSettings } from '../../config/service.settings.js';
import { SignInLinks } from '../../src/people/sign-in-links.js';
import { expectProblem } from '../support/expect-problem.js';
import { Browser, joined } from '../support/people.js';
import { secondOrganization } from '../support/second-organization.js';
import { API_KEY, startTestApp, type TestApp } from '../support/test-app.js';
import { processTimePasses } from '../support/time.js';

let testApp: TestApp;

beforeAll(async () => {
  testApp = await startTestApp();
});

afterAll(async () => {
  await testApp?.close();
});

const makeLink = async (apiKey = API_KEY) => {
  const link = await testApp.service.app.get(SignInLinks).make(apiKey);
  const [, token] = /\/console\/sign-in#token=([\w-]{43})$/.exec(link ?? '') ?? [];
  return token!;
};
const signIn = (link: string, browser = new Browser(testApp)) => browser.call('POST', '/session', { link });

it('makes the first owner of the organization, and signs in once', async () => {
  const [token, another] = [await makeLink(), await makeLink()];
  const browser = new Browser(testApp);
  const { status, body } = await signIn(token, browser);
  expect([status, body]).toEqual([
    201,
    expect.objectContaining({
      person: expect.objectContaining({ email: 'owner@example.com', secondFactor: false }),
      organization: expect.objectContaining({ role: 'owner' }),
    }),
  ]);
  expect((await browser.call('GET', '/people')).status).toBe(200);
  expectProblem(await signIn(token), 'SIGN_IN_FAILED');
  expectProblem(await signIn('x'), 'SIGN_IN_FAILED');
  // The same person again.
  expect((await signIn(another)).body['person']).toEqual(body['person']);
  expect(await testApp.database.query('select 1 from people')).toHaveLength(1);
  const entries = await testApp.database.query(
    `select action, after from audit_entries where subject_type = 'person' order by id`,
  );
  const started = { action: 'session.started', after: { by: 'LINK', secondFactor: false } };
  expect(entries).toEqual([{ action: 'person.joined', after: { role: 'owner' } }, started, started]);
});

it('is for an owner that there is already', async () => {
  const { api, apiKey } = await secondOrganization(testApp);
  const { id } = await joined(testApp, 'owner', api);
  await joined(testApp, 'owner', api);
  const { body } = await signIn(await makeLink(apiKey));
  expect(body).toMatchObject({ person: { id }, organizations: [{}] });
});

it('is made anew for who is the first owner of two organizations', async () => {
  const { apiKey, organizationId } = await secondOrganization(testApp);
  const browser = new Browser(testApp);
  expect((await signIn(await makeLink(apiKey), browser)).body).toMatchObject({
    person: { email: 'owner@example.com' },
    organizations: [{}, { id: organizationId, role: 'owner' }],
  });
  expect(await testApp.service.app.get(SignInLinks).make('rk_test_of_nobody')).toBeUndefined();
});

it('lets nobody in who has no password otherwise, nor a page of another site', async () => {
  const browser = new Browser(testApp);
  for (const password of ['', 'owner', 'null'])
    expectProblem(await browser.signIn('owner@example.com', password), 'SIGN_IN_FAILED');
  const token = await makeLink();
  expectProblem(await signIn(token, new Browser(testApp, 'https://evil.example')), 'ORIGIN_REFUSED');
  expectProblem(await browser.call('POST', '/session', { link: '' }), 'VALIDATION_FAILED');
  expectProblem(await browser.call('POST', '/session', { link: null }), 'VALIDATION_FAILED');
  expectProblem(await browser.call('POST', '/session', {}), 'VALIDATION_FAILED');
  expect((await signIn(token)).status).toBe(201);
});

it('stands nowhere in the database', async () => {
  const token = await makeLink();
  const tables = await testApp.database.query<{ name: string }>(
    `select quote_ident(table_name) as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`,
  );
  for (const { name } of tables)
    expect(JSON.stringify(await testApp.database.query(`select t::text from ${name} t`))).not.toContain(token);
});

it('is refused in production, and none is made there', async () => {
  const token = await makeLink();
  const settings = testApp.service.app.get(ServiceSettings);
  settings.NODE_ENV = 'production';
  try {
    expectProblem(await signIn(token), 'VALIDATION_FAILED');
    await expect(makeLink()).rejects.toThrow('production');
  } finally {
    settings.NODE_ENV = 'test';
  }
  expect((await signIn(token)).status).toBe(201);
});

it('is over after a quarter of an hour', async () => {
  const [token, late] = [await makeLink(), await makeLink()];
  processTimePasses(14 * 60);
  expect((await signIn(token)).status).toBe(201);
  processTimePasses(61);
  expectProblem(await signIn(late), 'SIGN_IN_FAILED');
});
