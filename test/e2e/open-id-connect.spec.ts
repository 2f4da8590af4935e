import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MikroORM } from '@mikro-orm/core';
import { hashSessionId } from '../../src/auth/sessions.js';
import { OperatePeople } from '../../src/people/operate-people.js';
import { launchBrowser } from '../support/browser.js';
import { inBrowser } from '../support/in-browser.js';
import { expectProblem } from '../support/expect-problem.js';
import { freePort } from '../support/free-port.js';
import { CLIENT, type IdentityProvider, startIdentityProvider } from '../support/identity-provider.js';
import { Browser, invitedOwner, joined, PASSWORD } from '../support/people.js';
import { secondOrganization } from '../support/second-organization.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { clocksPass, clocksReturn } from '../support/time.js';

let testApp: TestApp;
let provider: IdentityProvider;

beforeAll(async () => {
  const port = await freePort();
  provider = await startIdentityProvider(`http://localhost:${port}/session/oidc/callback`);
  testApp = await startTestApp({
    PORT: String(port),
    OIDC_ISSUER: provider.issuer,
    OIDC_CLIENT_ID: CLIENT.id,
    OIDC_CLIENT_SECRET: CLIENT.secret,
  });
});

afterAll(async () => {
  clocksReturn();
  await testApp?.close();
  await provider?.close();
});

const get = async (path: string, cookie = '') => {
  const response = await fetch(`${testApp.url}${path}`, { redirect: 'manual', headers: { cookie } });
  const [set = '', ...more] = response.headers.getSetCookie();
  return {
    status: response.status,
    headers: response.headers,
    body: await response.text(),
    cookies: [set, ...more],
    location: response.headers.get('location') ?? '',
  };
};

async function begin() {
  const { status, location, cookies } = await get('/session/oidc');
  expect([status, cookies[0]]).toEqual([
    302,
    expect.stringMatching(/^recaudo_oidc=v1\.[^;]+; Max-Age=600; Path=\/; HttpOnly; SameSite=Lax$/),
  ]);
  return { location, attempt: cookies[0]!.split(';')[0]! };
}

/** As far as the address to which the provider sends the browser back. */
async function atProvider(email: string) {
  const { location, attempt } = await begin();
  const back = await provider.signIn(location, email);
  return { path: back.slice(new URL(back).origin.length), attempt };
}

const actionsOf = async (personId: string) =>
  (
    await testApp.database.query<{ action: string }>(
      'select action from audit_entries where subject_id = $1 order by id',
      [personId],
    )
  ).map(({ action }) => action);

async function signIn(email: string) {
  const { path, attempt } = await atProvider(email);
  return get(path, attempt);
}

function browserOf({ cookies }: { cookies: string[] }): Browser {
  const browser = new Browser(testApp);
  browser.cookie = cookies.find((set) => set.startsWith('recaudo_session='))!.split(';')[0];
  return browser;
}

describe('signing in by OpenID Connect', () => {
  it('asks with PKCE, a state and a nonce', async () => {
    const { location, attempt } = await begin();
    const asked = new URL(location).searchParams;
    expect(Object.fromEntries(asked)).toMatchObject({
      response_type: 'code',
      client_id: CLIENT.id,
      code_challenge_method: 'S256',
      scope: 'openid email',
      redirect_uri: expect.stringMatching(/^http:\/\/localhost:\d+\/session\/oidc\/callback$/),
    });
    for (const name of ['state', 'nonce', 'code_challenge']) expect(asked.get(name)!.length).toBeGreaterThan(40);
    // What the browser keeps can be read by us alone.
    for (const name of ['state', 'nonce']) expect(attempt).not.toContain(asked.get(name));
    expect((await begin()).location).not.toBe(location);
  });

  it('lets in whom somebody has invited, by the address that is verified', async () => {
    const { id, email } = await invitedOwner(testApp, 'viewer');
    const answer = await signIn(email.toUpperCase());
    expect([answer.status, answer.location]).toEqual([302, expect.stringMatching(/\/console$/)]);
    expect(answer.cookies.map((set) => set.split('=')[0])).toEqual(['recaudo_oidc', 'recaudo_session']);
    expect(answer.cookies[1]).toMatch(/^recaudo_session=[\w-]{43}; Max-Age=43200; Path=\/; HttpOnly; SameSite=Strict$/);
    const session = await browserOf(answer).call('GET', '/session');
    expect(session.body).toMatchObject({ person: { id, email }, organization: { role: 'viewer' } });
    // Again, now as a member.
    expect((await signIn(email)).status).toBe(302);
    const actions = await testApp.database.query<{ action: string }>(
      'select action from audit_entries where subject_id = $1 order by id',
      [id],
    );
    const names = actions.map(({ action }) => action);
    // Of one commit, in no order.
    expect(names.slice(0, 3).toSorted()).toEqual(['person.identity_linked', 'person.invited', 'person.joined']);
    expect(names.slice(3)).toEqual(['session.started', 'session.started']);
  });

  it('lets in nobody else: unknown, not verified, disabled, or invited too long ago', async () => {
    expectProblem(await signIn('stranger@example.com'), 'SIGN_IN_FAILED');
    await testApp.api.call('POST', '/people', { email: 'unverified@example.com', name: 'x', role: 'owner' });
    expectProblem(await signIn('unverified@example.com'), 'SIGN_IN_FAILED');
    const { id, email } = await invitedOwner(testApp, 'viewer');
    await testApp.database.query('update memberships set invitation_ends_at = now() where person_id = $1', [id]);
    expectProblem(await signIn(email), 'SIGN_IN_FAILED');
    const disabled = await invitedOwner(testApp, 'viewer');
    await testApp.api.call('PATCH', `/people/${disabled.id}`, { disabled: true });
    expectProblem(await signIn(disabled.email), 'SIGN_IN_FAILED');
  });

  it('knows a person by the provider’s subject from then on, whatever their address is now', async () => {
    const { id, email } = await invitedOwner(testApp, 'viewer');
    expect((await signIn(`subject-1=${email}`)).status).toBe(302);
    const someone = await invitedOwner(testApp, 'owner');
    for (const address of ['renamed@example.com', 'unverified@example.com', someone.email]) {
      const session = await browserOf(await signIn(`subject-1=${address}`)).call('GET', '/session');
      expect(session.body).toMatchObject({ person: { id, email }, organization: { role: 'viewer' } });
    }
    // The address is another one's now, or another one says so.
    expectProblem(await signIn(`subject-2=${email}`), 'SIGN_IN_FAILED');
    // Of a subject that is not known the address counts, as for each other one.
    const other = await browserOf(await signIn(`subject-2=${someone.email}`)).call('GET', '/session');
    expect(other.body).toMatchObject({ person: { id: someone.id } });
    const identities = await testApp.database.query(
      'select oidc_issuer as issuer, oidc_subject as subject from people where id in ($1, $2) order by 2',
      [id, someone.id],
    );
    const { issuer } = provider;
    expect(identities).toEqual([
      { issuer, subject: 'subject-1' },
      { issuer, subject: 'subject-2' },
    ]);
    const actions = await actionsOf(id);
    // Of one commit, in no order.
    expect(actions.slice(0, 3).toSorted()).toEqual(['person.identity_linked', 'person.invited', 'person.joined']);
    expect(actions.slice(3)).toEqual([...Array<string>(4).fill('session.started'), 'session.refused']);
  });

  it('links nobody who is not let in, and a reset person anew', async () => {
    const { id, email } = await invitedOwner(testApp, 'viewer');
    await testApp.database.query('update memberships set invitation_ends_at = now() where person_id = $1', [id]);
    expectProblem(await signIn(`early=${email}`), 'SIGN_IN_FAILED');
    await testApp.api.call('POST', '/people', { email, name: 'x', role: 'viewer' });
    expect((await signIn(`right=${email}`)).status).toBe(302);
    expectProblem(await signIn(`early=${email}`), 'SIGN_IN_FAILED');
    await new OperatePeople(testApp.service.app.get(MikroORM)).reset(email);
    expect((await signIn(`early=${email}`)).status).toBe(302);
    expectProblem(await signIn(`right=${email}`), 'SIGN_IN_FAILED');
  });

  it('by somebody who was linked at another provider goes by the address once more', async () => {
    const { id, email } = await invitedOwner(testApp, 'viewer');
    await signIn(`same=${email}`);
    await testApp.database.query(`update people set oidc_issuer = 'https://before.example' where id = $1`, [id]);
    expect((await signIn(`new=${email}`)).status).toBe(302);
    expectProblem(await signIn(`same=${email}`), 'SIGN_IN_FAILED');
  });

  it('by forged answers from one address is stopped', async () => {
    const { email } = await invitedOwner(testApp, 'viewer');
    await testApp.database.query('delete from sign_in_throttles');
    try {
      expectProblem(await get('/session/oidc/callback?code=x&state=y'), 'SIGN_IN_FAILED');
      await testApp.database.query('update sign_in_throttles set attempts = 99');
      // Who is let in does not count.
      for (let n = 0; n < 3; n += 1) expect((await signIn(email)).status).toBe(302);
      expectProblem(await get('/session/oidc/callback?code=x&state=y'), 'SIGN_IN_FAILED');
      const refused = await get('/session/oidc/callback?code=x&state=y');
      expectProblem(refused, 'TOO_MANY_SIGN_INS');
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
      expectProblem(await signIn(email), 'TOO_MANY_SIGN_INS');
    } finally {
      await testApp.database.query('delete from sign_in_throttles');
    }
    expect((await signIn(email)).status).toBe(302);
  });

  it('is done again, a moment ago, by who sets up a second factor without a password', async () => {
    const { id, email } = await invitedOwner(testApp, 'viewer');
    const [old, fresh] = [browserOf(await signIn(email)), browserOf(await signIn(email))];
    await old.call('GET', '/session');
    await testApp.database.query(
      `update sessions set created_at = created_at - interval '301 s' where person_id = $1 and id_hash = $2`,
      [id, hashSessionId(old.cookie!.split('=')[1]!)],
    );
    const begin = (browser: Browser, body?: object) => browser.call('POST', '/session/second-factor', body);
    clocksPass(5);
    expectProblem(await begin(old), 'SIGN_IN_NOT_RECENT');
    expectProblem(await begin(old, { password: PASSWORD }), 'SIGN_IN_FAILED');
    expect((await begin(fresh)).status).toBe(200);
  });

  it('only ends where it was begun: with the cookie, once, with its own state, and in time', async () => {
    const { email } = await invitedOwner(testApp);
    const { path, attempt } = await atProvider(email);
    const other = await begin();
    const forged = [
      await get(path),
      await get(path, 'recaudo_oidc=v1.x.y'),
      await get(path, other.attempt),
      await get(path.replace(/state=[^&]+/, 'state=other'), attempt),
      await get('/session/oidc/callback', attempt),
      await get('/session/oidc/callback?error=access_denied', attempt),
    ];
    for (const answer of forged) {
      expectProblem(answer, 'SIGN_IN_FAILED');
      expect(answer.cookies.join()).not.toContain('recaudo_session');
    }
    expect((await get(path, attempt)).status).toBe(302);
    expectProblem(await get(path, attempt), 'SIGN_IN_FAILED');
  });

  it('gives no organization’s invitation to an account whose password another has chosen', async () => {
    const { email, id } = await joined(testApp);
    const { api, organizationId } = await secondOrganization(testApp);
    await api.call('POST', '/people', { email, name: 'x', role: 'owner' });
    // Into the organization that it belongs to it is let in.
    const session = await browserOf(await signIn(email)).call('GET', '/session');
    expect(session.body).toMatchObject({ person: { id }, organizations: [{}] });
    expect(JSON.stringify(session.body)).not.toContain(organizationId);
  });

  it('leaves no password to be chosen for an account that has come in by it', async () => {
    const { email } = await invitedOwner(testApp);
    await signIn(email);
    const { api } = await secondOrganization(testApp);
    const { body } = await api.call<{ invitationUrl: string }>('POST', '/people', { email, name: 'x', role: 'owner' });
    const token = body.invitationUrl.split('/').at(-1)!;
    const accept = () =>
      new Browser(testApp).call('POST', `/invitations/${token}/accept`, { name: 'x', password: PASSWORD });
    expectProblem(await accept(), 'SIGN_IN_FAILED');
    expectProblem(await new Browser(testApp).signIn(email), 'SIGN_IN_FAILED');
    // Coming in again accepts it.
    const session = await browserOf(await signIn(email)).call('GET', '/session');
    expect(session.body).toMatchObject({ organizations: [{}, {}] });
  });
});

it('without OIDC_ISSUER there is none', async () => {
  const other = await startTestApp();
  try {
    for (const path of ['/session/oidc', '/session/oidc/callback']) {
      const response = await fetch(`${other.url}${path}`);
      expectProblem({ status: response.status, headers: response.headers, body: await response.text() }, 'NOT_FOUND');
    }
  } finally {
    await other.close();
  }
});

inBrowser('the console where single sign-on is set up', () => {
  it('leads to the provider, and is open when the browser comes back', async () => {
    const { email } = await invitedOwner(testApp, 'viewer');
    const browser = await launchBrowser();
    try {
      const page = await browser.newPage();
      const { PORT } = testApp.environment;
      await page.goto(`http://localhost:${PORT}/console/payins`);
      await page.getByRole('link', { name: 'Iniciar sesión con la cuenta de la empresa' }).click();
      await page.waitForURL(`${provider.issuer}/**`);
      // The provider of the test knows people by their address alone.
      await page.locator('[name=login]').fill(email);
      await page.locator('[name=password]').fill('any');
      await page.getByRole('button', { name: 'Sign-in' }).click();
      await page.getByRole('button', { name: 'Continue' }).click();
      await page.getByRole('button', { name: 'Cuenta', exact: true }).waitFor();
      expect(new URL(page.url()).pathname).toBe('/console');
    } finally {
      await browser.close();
    }
  });
});
