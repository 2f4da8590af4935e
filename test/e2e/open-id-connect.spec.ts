import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { expectProblem } from '../support/expect-problem.js';
import { freePort } from '../support/free-port.js';
import { CLIENT, type IdentityProvider, startIdentityProvider } from '../support/identity-provider.js';
import { Browser, invitedOwner, joined, PASSWORD } from '../support/people.js';
import { secondOrganization } from '../support/second-organization.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

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
    expect(actions.map(({ action }) => action)).toEqual([
      'person.invited',
      'person.joined',
      'session.started',
      'session.started',
    ]);
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
