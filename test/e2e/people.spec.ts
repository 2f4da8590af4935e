import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MikroORM } from '@mikro-orm/postgresql';
import { Secret, TOTP } from 'otpauth';
import { hashInvitationToken, readInvitationToken } from '../../src/people/invitation-token.js';
import { OperatePeople } from '../../src/people/operate-people.js';
import { Passwords } from '../../src/people/passwords.js';
import { ACCEPT_ALL_INVITATIONS, ACCEPT_INVITATION } from '../../src/people/people.queries.js';
import { SignInThrottle } from '../../src/people/sign-in-throttle.js';
import { SweepSessions } from '../../src/people/sweep-sessions.js';
import { startService } from '../../src/app/service.js';
import { type Scope, scopesOf } from '../../src/auth/scopes.js';
import { anotherKey } from '../support/another-key.js';
import { ApiClient } from '../support/api-client.js';
import { expectProblem } from '../support/expect-problem.js';
import { Browser, invitedOwner, joined, PASSWORD } from '../support/people.js';
import { secondOrganization } from '../support/second-organization.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { clocksPass, clocksReturn, wallTime } from '../support/time.js';
import { until } from '../support/until.js';

let testApp: TestApp;

beforeAll(async () => {
  testApp = await startTestApp();
});

afterAll(async () => {
  clocksReturn();
  await testApp?.close();
});

/** Nothing of one test's wrong attempts counts in another: all come from one address. */
const forgetAttempts = () => testApp.database.query('delete from sign_in_throttles');

interface SessionView {
  person: { id: string; email: string; secondFactor: boolean };
  organization: { id: string; role: string } | null;
  organizations: { id: string }[];
  scopes: string[];
}
interface PersonView {
  id: string;
  email: string;
  role: string;
  status: string;
}

const tryInvite = (api: ApiClient, email: string, role: string) =>
  api.call<{ id: string; invitationUrl: string }>('POST', '/people', { email, name: 'x', role });
const inviteBy = async (api: ApiClient, email: string, role: string) => {
  const { status, body } = await tryInvite(api, email, role);
  expect([status, body]).toEqual([201, expect.anything()]);
  return { id: body.id, token: body.invitationUrl.split('/').at(-1)! };
};

/** How long a replica may go on with what it knows of a session or a key. */
const FRESH_FOR_SECONDS = 5;

const statusesOf = (answers: readonly { status: number }[]) =>
  answers.map(({ status }) => status).toSorted((a, b) => a - b);

const actionsOf = async (personId: string) =>
  (
    await testApp.database.query<{ action: string }>(
      'select action from audit_entries where subject_id = $1 order by id',
      [personId],
    )
  ).map(({ action }) => action);

describe('an invitation', () => {
  it('lets in once, as what the inviter has said', async () => {
    const { email, id, token } = await invitedOwner(testApp, 'viewer');
    const browser = new Browser(testApp);
    const accepted = await browser.call<PersonView>('POST', `/invitations/${token}/accept`, {
      name: 'Ana María',
      password: PASSWORD,
    });
    expect([accepted.status, accepted.body]).toEqual([
      201,
      expect.objectContaining({ id, email, name: 'Ana María', role: 'viewer', status: 'ACTIVE', secondFactor: false }),
    ]);
    expectProblem(
      await browser.call('POST', `/invitations/${token}/accept`, { name: 'Eve', password: `${PASSWORD}!` }),
      'NOT_FOUND',
    );
    const session = await browser.signIn(email);
    expect(session.body).toMatchObject({ person: { id, email }, organization: { role: 'viewer' } });
    expect((await browser.call('GET', '/payins')).status).toBe(200);
    expectProblem(await browser.call('GET', '/people'), 'SCOPE_MISSING');
    expect(await actionsOf(id)).toEqual(['person.invited', 'person.joined', 'session.started']);
  });

  it('that several accept at the same moment is accepted by one', async () => {
    const { token } = await invitedOwner(testApp);
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, number) =>
        new Browser(testApp).call('POST', `/invitations/${token}/accept`, {
          name: 'x',
          password: `${PASSWORD} ${number}`,
        }),
      ),
    );
    expect(statusesOf(answers)).toEqual([201, 404, 404, 404, 404, 404, 404, 404]);
  });

  it('that was accepted is over by that alone, whatever else is left of it', async () => {
    const { id, email, token } = await invitedOwner(testApp);
    const accept = () =>
      new Browser(testApp).call('POST', `/invitations/${token}/accept`, { name: 'x', password: PASSWORD });
    const invitation = `invitation_hash = $2, invitation_ends_at = now() + interval '1 hour'`;
    const left = [id, hashInvitationToken(token)];
    expect((await accept()).status).toBe(201);
    await testApp.database.query(`update memberships set ${invitation} where person_id = $1`, left);
    expectProblem(await accept(), 'NOT_FOUND');
    const em = testApp.service.app.get(MikroORM).em.fork();
    const { organizationId } = readInvitationToken(token)!;
    expect(await em.execute(ACCEPT_INVITATION, [organizationId, left[1]])).toEqual([]);
    expect(await em.execute(ACCEPT_ALL_INVITATIONS, [id])).toEqual([]);
    expect((await new Browser(testApp).signIn(email)).status).toBe(201);
  });

  it('is over after 72 hours, and when another one is made', async () => {
    const { email, token } = await invitedOwner(testApp);
    const accept = (which: string) =>
      new Browser(testApp).call('POST', `/invitations/${which}/accept`, { name: 'x', password: PASSWORD });
    const again = await testApp.api.call<{ invitationUrl: string; invitationEndsAt: string }>('POST', '/people', {
      email: email.toUpperCase(),
      name: 'x',
      role: 'viewer',
    });
    expect(again.status).toBe(201);
    const lastsMs = Date.parse(again.body.invitationEndsAt) - wallTime();
    expect(Math.abs(lastsMs - 72 * 3_600_000)).toBeLessThan(60_000);
    expectProblem(await accept(token), 'NOT_FOUND');
    await testApp.database.query(`update memberships set invitation_ends_at = now() where invitation_hash is not null`);
    expectProblem(await accept(again.body.invitationUrl.split('/').at(-1)!), 'NOT_FOUND');
  });

  it.each(['', 'x', 'A'.repeat(64), `${'A'.repeat(63)}%2F`, '%00', 'a'.repeat(190)])(
    'that is none is refused: %s',
    async (token) => {
      const answer = await new Browser(testApp).call('POST', `/invitations/${token}/accept`, {
        name: 'x',
        password: PASSWORD,
      });
      expectProblem(answer, 'NOT_FOUND');
    },
  );

  it('does not make its sender the person: an account that there is shows its password', async () => {
    await forgetAttempts();
    const { email, browser: victim } = await joined(testApp);
    const { api } = await secondOrganization(testApp);
    const invited = await api.call<{ invitationUrl: string }>('POST', '/people', {
      email,
      name: 'Mine',
      role: 'owner',
    });
    const token = invited.body.invitationUrl.split('/').at(-1)!;
    // The other organization sees nothing of the person's before they have accepted.
    const listed = await api.call<{ data: { name: string; secondFactor: boolean }[] }>('GET', '/people');
    expect(listed.body.data).toEqual([
      expect.objectContaining({ name: 'Mine', secondFactor: false, status: 'INVITED' }),
    ]);
    const accept = (password: string) =>
      new Browser(testApp).call('POST', `/invitations/${token}/accept`, { name: 'Mine', password });
    expectProblem(await accept('another password'), 'SIGN_IN_FAILED');
    expectProblem(await new Browser(testApp).signIn(email, 'another password'), 'SIGN_IN_FAILED');
    expect((await accept(PASSWORD)).status).toBe(201);
    // Of two organizations one is picked.
    const session = await victim.signIn(email);
    expect(session.body).toMatchObject({ organization: null, organizations: [{}, {}], scopes: [] });
  });
});

describe('an invitation of a person who has an account', () => {
  const invitedAgain = async () => {
    await forgetAttempts();
    const { email, id } = await joined(testApp);
    const { api, organizationId } = await secondOrganization(testApp);
    const { token } = await inviteBy(api, email, 'viewer');
    const accept = (password: string) =>
      new Browser(testApp).call('POST', `/invitations/${token}/accept`, { name: 'x', password });
    return { id, email, organizationId, accept };
  };

  it('records wrong passwords where it is from, and where the person is a member', async () => {
    const { id, organizationId, accept } = await invitedAgain();
    for (const guess of ['another password', 'one more password']) expectProblem(await accept(guess), 'SIGN_IN_FAILED');
    const refused = await testApp.database.query<{ organization: string }>(
      `select organization_id as organization, actor_type as actor, after, address from audit_entries
       where action = 'session.refused' and subject_id = $1 order by id`,
      [id],
    );
    expect(refused).toHaveLength(4);
    expect(refused.filter(({ organization }) => organization === organizationId)).toHaveLength(2);
    for (const entry of refused)
      expect(entry).toMatchObject({ actor: 'NOBODY', after: { what: 'PASSWORD_AT_INVITATION' }, address: '127.0.0.1' });
    expect((await accept(PASSWORD)).status).toBe(201);
  });

  it('is guessed at ten times at most, as the password is at a sign-in', async () => {
    const { email, accept } = await invitedAgain();
    const answers = await Promise.all(Array.from({ length: 8 }, (_, n) => accept(`a wrong password ${n}`)));
    expect(statusesOf(answers)).toEqual(Array<number>(8).fill(401));
    for (const guess of ['wrong', 'wrong again'])
      expectProblem(await new Browser(testApp).signIn(email, guess), 'SIGN_IN_FAILED');
    const refused = await accept(PASSWORD);
    expectProblem(refused, 'TOO_MANY_SIGN_INS');
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    await forgetAttempts();
    expect((await accept(PASSWORD)).status).toBe(201);
  });
});

describe('an invitation that is made again', () => {
  const openTo = async (role: string) => {
    const invited = await invitedOwner(testApp, role);
    const accept = () =>
      new Browser(testApp).call('POST', `/invitations/${invited.token}/accept`, { name: 'x', password: PASSWORD });
    return { ...invited, accept };
  };
  const keyWith = async (...scopes: Scope[]) => {
    const [{ organizationId } = { organizationId: '' }] = await testApp.database.query<{ organizationId: string }>(
      `select organization_id as "organizationId" from api_keys where name = 'bootstrap'`,
    );
    return (await anotherKey(testApp, organizationId, { scopes })).api;
  };

  it('is made by nobody who may not give both roles, the one that it had and the new one', async () => {
    const viewers = await keyWith('people:write', ...scopesOf('viewer'));
    const [owner, viewer] = [await openTo('owner'), await openTo('viewer')];
    expectProblem(await tryInvite(viewers, owner.email, 'viewer'), 'SCOPE_MISSING');
    expectProblem(await tryInvite(viewers, viewer.email, 'owner'), 'SCOPE_MISSING');
    // What was refused has changed nothing.
    for (const [{ accept }, role] of [
      [owner, 'owner'],
      [viewer, 'viewer'],
    ] as const)
      expect(await accept()).toMatchObject({ status: 201, body: { role } });
    const another = await openTo('viewer');
    expect((await tryInvite(viewers, another.email, 'viewer')).status).toBe(201);
    expectProblem(await another.accept(), 'NOT_FOUND');
  });

  it('does not bring back whom somebody with more has disabled', async () => {
    const viewers = await keyWith('people:write', ...scopesOf('viewer'));
    const { id, email } = await openTo('owner');
    await testApp.api.call('PATCH', `/people/${id}`, { disabled: true });
    expectProblem(await tryInvite(viewers, email, 'viewer'), 'SCOPE_MISSING');
    expect((await testApp.api.call('POST', '/people', { email, name: 'x', role: 'owner' })).status).toBe(201);
  });
});

describe('the API key that has invited', () => {
  it('takes its open invitations along when it is revoked, and those of keys that it has made; members stay', async () => {
    const { api } = await secondOrganization(testApp);
    const make = async (by: ApiClient) => {
      const { body } = await by.call<{ id: string; key: string }>('POST', '/api-keys', { name: 'x', role: 'owner' });
      return { id: body.id, api: new ApiClient(testApp.url, body.key) };
    };
    const maker = await make(api);
    const child = await make(maker.api);
    const [member, ...open] = [
      await invitedOwner(testApp, 'viewer', maker.api),
      await invitedOwner(testApp, 'viewer', maker.api),
      await invitedOwner(testApp, 'owner', child.api),
    ];
    const other = await invitedOwner(testApp, 'viewer', api);
    const accept = ({ token }: { token: string }) =>
      new Browser(testApp).call('POST', `/invitations/${token}/accept`, { name: 'x', password: PASSWORD });
    expect((await accept(member)).status).toBe(201);
    expect((await api.call('POST', `/api-keys/${maker.id}/revoke`)).status).toBe(200);
    for (const invitation of open) expectProblem(await accept(invitation), 'NOT_FOUND');
    const listed = await api.call<{ data: { id: string; status: string; invitationEndsAt: string | null }[] }>(
      'GET',
      '/people',
    );
    expect(listed.body.data.filter(({ invitationEndsAt }) => invitationEndsAt).map(({ id }) => id)).toEqual([other.id]);
    expect((await accept(other)).status).toBe(201);
    expect((await new Browser(testApp).signIn(member.email)).status).toBe(201);
    // By somebody else they are invited again.
    const again = await inviteBy(api, open[0].email, 'viewer');
    expect((await accept(again)).status).toBe(201);
  });

  it('lets nobody in by what it makes while other replicas still believe it', async () => {
    const { api, organizationId } = await secondOrganization(testApp);
    const { apiKeyId, api: stolen } = await anotherKey(testApp, organizationId);
    expect((await stolen.call('GET', '/payins')).status).toBe(200);
    // As another replica does it.
    await testApp.database.query('update api_keys set revoked_at = now() where id = $1', [apiKeyId]);
    const { token, id, email } = await invitedOwner(testApp, 'owner', stolen);
    expectProblem(
      await new Browser(testApp).call('POST', `/invitations/${token}/accept`, { name: 'x', password: PASSWORD }),
      'NOT_FOUND',
    );
    const em = testApp.service.app.get(MikroORM).em.fork();
    expect(await em.execute(ACCEPT_ALL_INVITATIONS, [id])).toEqual([]);
    expect(await em.execute(ACCEPT_INVITATION, [organizationId, hashInvitationToken(token)])).toEqual([]);
    expectProblem(await stolen.call('POST', '/api-keys', { name: 'x', role: 'viewer' }), 'UNAUTHENTICATED');
    const { body } = await api.call<{ id: string }>('POST', '/api-keys', { name: 'x', role: 'viewer' });
    expectProblem(await stolen.call('POST', `/api-keys/${body.id}/rotate`, {}), 'UNAUTHENTICATED');
    expect((await inviteBy(api, email, 'viewer')).id).toBe(id);
  });
});

describe('signing in', () => {
  it('sets a cookie that no script reads, that no other site sends, and that is of a new id each time', async () => {
    const { email, browser } = await joined(testApp);
    const first = await browser.signIn(email);
    const cookie = first.headers.get('set-cookie')!;
    expect(cookie).toMatch(/^recaudo_session=[\w-]{43}; Max-Age=43200; Path=\/; HttpOnly; SameSite=Strict$/);
    const planted = browser.cookie!;
    // What was there before, planted or not, ends.
    const second = await browser.signIn(email);
    expect(second.headers.get('set-cookie')).not.toContain(planted.split('=')[1]);
    const old = new Browser(testApp);
    old.cookie = planted;
    expectProblem(await old.call('GET', '/session'), 'UNAUTHENTICATED');
    old.cookie = `recaudo_session=${'A'.repeat(43)}`;
    await old.signIn(email);
    expect(old.cookie).not.toContain('A'.repeat(43));
  });

  it('keeps neither password nor session id anywhere in the database', async () => {
    const { email, browser } = await joined(testApp);
    await browser.signIn(email);
    const tables = await testApp.database.query<{ name: string }>(
      `select quote_ident(table_name) as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`,
    );
    for (const { name } of tables) {
      const rows = await testApp.database.query<{ row: string }>(`select t::text as row from ${name} t`);
      for (const { row } of rows) {
        expect(row).not.toContain(browser.cookie!.split('=')[1]);
        expect(row).not.toContain(PASSWORD);
      }
    }
    const [{ hash } = { hash: '' }] = await testApp.database.query<{ hash: string }>(
      'select password_hash as hash from people where email = $1',
      [email],
    );
    expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  });

  it('answers the same for an account that there is not, after the same work', async () => {
    await forgetAttempts();
    const passwords = testApp.service.app.get(Passwords);
    const { email, id } = await joined(testApp);
    const attempt = async (address: string) => {
      const before = [passwords.hashed, await recorded()] as const;
      const { status, body } = await new Browser(testApp).signIn(address, 'not the password');
      const { requestId: _, ...problem } = body;
      return { status, problem, hashes: passwords.hashed - before[0], recorded: (await recorded()) - before[1] };
    };
    const recorded = async () =>
      Number((await testApp.database.query<{ n: string }>('select count(*) as n from audit_entries'))[0]!.n);
    const known = await attempt(email);
    expect(known).toMatchObject({ status: 401, problem: { code: 'SIGN_IN_FAILED' }, hashes: 1, recorded: 1 });
    expect(await attempt('nobody@example.com')).toEqual(known);
    const invited = await invitedOwner(testApp);
    expect(await attempt(invited.email)).toEqual(known);
    expect(await actionsOf(id)).toContain('session.refused');
  });

  it('by guesses is stopped: for the account from one address, then for the address', async () => {
    await forgetAttempts();
    const { email } = await joined(testApp);
    await forgetAttempts();
    const attempt = (address: string, password: string) => new Browser(testApp).signIn(address, password);
    const answers = await Promise.all(Array.from({ length: 14 }, (_, number) => attempt(email, `guess ${number}`)));
    const statuses = statusesOf(answers);
    expect(statuses).toEqual([...Array<number>(10).fill(401), ...Array<number>(4).fill(429)]);
    const refused = await attempt(email, PASSWORD);
    expectProblem(refused, 'TOO_MANY_SIGN_INS');
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(900);
    // The case of an address makes no other account.
    expectProblem(await attempt(email.toUpperCase(), PASSWORD), 'TOO_MANY_SIGN_INS');
    const other = await joined(testApp);
    expect((await attempt(other.email, PASSWORD)).status).toBe(201);
    await forgetAttempts();
    await attempt('nobody@example.com', PASSWORD);
    await testApp.database.query('update sign_in_throttles set attempts = 100');
    expectProblem(await attempt(other.email, PASSWORD), 'TOO_MANY_SIGN_INS');
    await testApp.database.query(`update sign_in_throttles set window_ends_at = now()`);
    expect((await attempt(email, PASSWORD)).status).toBe(201);
    await forgetAttempts();
  });

  it('by guesses from one address, however many, keeps nobody out elsewhere', async () => {
    const throttle = testApp.service.app.get(SignInThrottle);
    const attempt = (address: string) => throttle.count(throttle.countersOf('owner@example.com', address));
    const guesses = await Promise.allSettled(Array.from({ length: 60 }, () => attempt('203.0.113.1')));
    expect(guesses.filter(({ status }) => status === 'fulfilled')).toHaveLength(10);
    await expect(attempt('203.0.113.2')).resolves.toBeUndefined();
    await forgetAttempts();
  });

  it('refuses another site’s page', async () => {
    const { email } = await joined(testApp);
    const browser = new Browser(testApp, 'https://evil.example');
    expectProblem(await browser.signIn(email), 'ORIGIN_REFUSED');
  });
});

describe('a session', () => {
  it('changes nothing for another site’s page, nor for one that does not say where it is from', async () => {
    const { email, browser } = await joined(testApp);
    await browser.signIn(email);
    const { status } = await browser.call('POST', '/webhook-endpoints', { url: 'http://localhost:9/x' });
    expect(status).toBe(201);
    for (const origin of [null, 'null', 'https://evil.example', `${testApp.url}.evil.example`, 'http://localhost']) {
      const forged = new Browser(testApp, origin);
      forged.cookie = browser.cookie;
      for (const [method, path] of [
        ['POST', '/webhook-endpoints'],
        ['DELETE', '/session'],
        ['PATCH', '/people/x'],
        ['POST', '/session/second-factor'],
      ] as const)
        expectProblem(await forged.call(method, path, method === 'DELETE' ? undefined : {}), 'ORIGIN_REFUSED');
    }
    expect((await browser.call('GET', '/session')).status).toBe(200);
  });

  it('ends when its person signs out, and the cookie with it', async () => {
    const { email, browser } = await joined(testApp);
    await browser.signIn(email);
    const { cookie } = browser;
    const out = await browser.call('DELETE', '/session');
    expect([out.status, out.headers.get('set-cookie')]).toEqual([
      204,
      expect.stringMatching(/^recaudo_session=; Max-Age=0; /),
    ]);
    browser.cookie = cookie;
    expectProblem(await browser.call('GET', '/payins'), 'UNAUTHENTICATED');
  });

  it('is not what an API key has', async () => {
    expectProblem(await testApp.api.call('GET', '/session'), 'SESSION_NEEDED');
    expectProblem(await testApp.api.call('POST', '/session/second-factor'), 'SESSION_NEEDED');
  });

  it('acts for the organization that was picked, under another id, and for no other', async () => {
    await forgetAttempts();
    const { email, browser } = await joined(testApp);
    const other = await secondOrganization(testApp);
    const invited = await other.api.call<{ id: string; invitationUrl: string }>('POST', '/people', {
      email,
      name: 'x',
      role: 'viewer',
    });
    const token = invited.body.invitationUrl.split('/').at(-1)!;
    await browser.call('POST', `/invitations/${token}/accept`, { name: 'x', password: PASSWORD });
    await browser.signIn(email);
    expectProblem(await browser.call('GET', '/payins'), 'ORGANIZATION_NOT_PICKED');
    const third = await secondOrganization(testApp);
    expectProblem(
      await browser.call('POST', '/session/organization', { organizationId: third.organizationId }),
      'NOT_FOUND',
    );
    const before = browser.cookie;
    const { organizationId } = other;
    const picked = await browser.call<SessionView>('POST', '/session/organization', { organizationId });
    expect([picked.status, picked.body.organization]).toEqual([
      200,
      expect.objectContaining({ id: organizationId, role: 'viewer' }),
    ]);
    expect(browser.cookie).not.toBe(before);
    expectProblem(await browser.call('GET', '/people'), 'SCOPE_MISSING');
    const old = new Browser(testApp);
    old.cookie = before;
    expectProblem(await old.call('GET', '/payins'), 'UNAUTHENTICATED');
  });

  it('ends after the idle time, and in any case at its end; what is over is swept away', async () => {
    const { email, browser, id } = await joined(testApp);
    for (const over of ["last_seen_at = now() - interval '1801 seconds'", 'ends_at = now()']) {
      await browser.signIn(email);
      await testApp.database.query(`update sessions set ${over} where person_id = $1`, [id]);
      clocksPass(FRESH_FOR_SECONDS);
      expectProblem(await browser.call('GET', '/payins'), 'UNAUTHENTICATED');
      await testApp.service.app.get(SweepSessions).sweep();
      expect(await testApp.database.query('select 1 from sessions where person_id = $1', [id])).toEqual([]);
    }
  });

  it('is one of twenty at most that a person has', async () => {
    const { email, id } = await joined(testApp);
    for (let count = 0; count < 22; count += 1) await new Browser(testApp).signIn(email);
    expect(await testApp.database.query('select 1 from sessions where person_id = $1', [id])).toHaveLength(20);
  });
});

describe('a person', () => {
  it('who is disabled, or whose sessions are ended, is out within five seconds, on other replicas, too', async () => {
    const owner = await joined(testApp);
    await owner.browser.signIn(owner.email);
    for (const end of [
      (id: string) => owner.browser.call('PATCH', `/people/${id}`, { disabled: true }),
      (id: string) => owner.browser.call('DELETE', `/people/${id}/sessions`),
      // As another replica does it.
      (id: string) => testApp.database.query('delete from sessions where person_id = $1', [id]),
      (id: string) => testApp.database.query('update people set disabled_at = now() where id = $1', [id]),
    ]) {
      const { email, id, browser } = await joined(testApp, 'viewer');
      await browser.signIn(email);
      expect((await browser.call('GET', '/payins')).status).toBe(200);
      await end(id);
      clocksPass(FRESH_FOR_SECONDS);
      expectProblem(await browser.call('GET', '/payins'), 'UNAUTHENTICATED');
    }
  });

  it('who is disabled cannot sign in, and can when enabled again', async () => {
    await forgetAttempts();
    const { email, id, browser } = await joined(testApp, 'viewer');
    await testApp.api.call('PATCH', `/people/${id}`, { disabled: true });
    expectProblem(await browser.signIn(email), 'SIGN_IN_FAILED');
    expect((await testApp.api.call('PATCH', `/people/${id}`, { disabled: false })).body).toMatchObject({
      status: 'ACTIVE',
    });
    expect((await browser.signIn(email)).status).toBe(201);
  });

  it('has another role within five seconds', async () => {
    const { email, id, browser } = await joined(testApp, 'owner');
    await browser.signIn(email);
    expect((await browser.call('GET', '/people')).status).toBe(200);
    const changed = await testApp.api.call('PATCH', `/people/${id}`, { role: 'viewer' });
    expect(changed.body).toMatchObject({ role: 'viewer' });
    clocksPass(FRESH_FOR_SECONDS);
    expectProblem(await browser.call('GET', '/people'), 'SCOPE_MISSING');
    const entries = await testApp.database.query<{ before: object; after: object }>(
      `select before, after from audit_entries where subject_id = $1 and action = 'person.changed'`,
      [id],
    );
    expect(entries).toEqual([{ before: { role: 'owner' }, after: { role: 'viewer' } }]);
  });

  it('of another organization is nobody', async () => {
    const { id, email, browser } = await joined(testApp, 'viewer');
    const { api } = await secondOrganization(testApp);
    for (const [method, path, body] of [
      ['PATCH', `/people/${id}`, { role: 'owner' }],
      ['PATCH', `/people/${id}`, { disabled: true }],
      ['DELETE', `/people/${id}/sessions`, undefined],
    ] as const)
      expectProblem(await api.call(method, path, body), 'NOT_FOUND');
    // Inviting them gives no power over them either.
    await browser.signIn(email);
    await api.call('POST', '/people', { email, name: 'x', role: 'viewer' });
    expectProblem(await api.call('DELETE', `/people/${id}/sessions`), 'NOT_FOUND');
    expect((await browser.call('GET', '/payins')).status).toBe(200);
  });

  it('who is the last owner stays it, also of two that go at the same moment', async () => {
    const { api } = await secondOrganization(testApp);
    const people = await Promise.all(['a', 'b'].map(() => joined(testApp, 'owner', api)));
    const leave = (id: string) => api.call('PATCH', `/people/${id}`, { role: 'viewer' });
    const answers = await Promise.all(people.map(({ id }) => leave(id)));
    expect(statusesOf(answers)).toEqual([200, 409]);
    const last = people[answers.findIndex(({ status }) => status === 409)]!;
    expectProblem(await leave(last.id), 'LAST_OWNER');
    expectProblem(await api.call('PATCH', `/people/${last.id}`, { disabled: true }), 'LAST_OWNER');
  });

  it('who is a member is not invited again; a list shows those of the organization in pages', async () => {
    const { api } = await secondOrganization(testApp);
    const { email } = await joined(testApp, 'owner', api);
    expectProblem(await api.call('POST', '/people', { email, name: 'x', role: 'viewer' }), 'PERSON_EXISTS');
    await joined(testApp, 'viewer', api);
    interface List {
      data: PersonView[];
      pageInfo: { nextCursor: string };
    }
    const first = await api.call<List>('GET', '/people?limit=1');
    const second = await api.call<List>('GET', `/people?limit=1&cursor=${first.body.pageInfo.nextCursor}`);
    expect([first, second].map(({ body }) => body.data.map(({ role }) => role))).toEqual([['viewer'], ['owner']]);
    expect(second.body.pageInfo).toEqual({ hasNext: false, nextCursor: null });
  });
});

describe('a second factor', () => {
  const setUp = async () => {
    await forgetAttempts();
    const one = await joined(testApp);
    await one.browser.signIn(one.email);
    const { body } = await one.browser.call<{ otpauthUrl: string }>('POST', '/session/second-factor');
    const url = new URL(body.otpauthUrl);
    expect([url.protocol, url.searchParams.get('issuer')]).toEqual(['otpauth:', 'Recaudo']);
    const totp = new TOTP({ secret: Secret.fromBase32(url.searchParams.get('secret')!) });
    const codeAt = (steps: number) => totp.generate({ timestamp: wallTime() + steps * 30_000 });
    return { ...one, codeAt };
  };
  /** Confirmed by the code before, so that the present one is good still. */
  const confirmed = async () => {
    const one = await setUp();
    const other = new Browser(testApp);
    await other.signIn(one.email);
    const before = one.browser.cookie;
    const { status, body } = await one.browser.call<{ recoveryCodes: string[] }>(
      'POST',
      '/session/second-factor/confirm',
      { code: one.codeAt(-1) },
    );
    expect([status, body.recoveryCodes.length, new Set(body.recoveryCodes).size]).toEqual([200, 10, 10]);
    expect(one.browser.cookie).not.toBe(before);
    expectProblem(await other.call('GET', '/session'), 'UNAUTHENTICATED');
    return { ...one, recoveryCodes: body.recoveryCodes };
  };

  it('counts only when it is confirmed, and is then asked for', async () => {
    const { email, browser, codeAt } = await setUp();
    expect((await new Browser(testApp).signIn(email)).status).toBe(201);
    expectProblem(
      await browser.call('POST', '/session/second-factor/confirm', { code: '000000' }),
      'SECOND_FACTOR_FAILED',
    );
    expectProblem(
      await browser.call('POST', '/session/second-factor/confirm', { code: codeAt(-3) }),
      'SECOND_FACTOR_FAILED',
    );
    expect((await browser.call('POST', '/session/second-factor/confirm', { code: codeAt(0) })).status).toBe(200);
    expectProblem(await new Browser(testApp).signIn(email), 'SECOND_FACTOR_NEEDED');
    expectProblem(await new Browser(testApp).signIn(email, 'not the password'), 'SIGN_IN_FAILED');
    expectProblem(await browser.call('POST', '/session/second-factor'), 'SECOND_FACTOR_SET');
    expectProblem(
      await browser.call('POST', '/session/second-factor/confirm', { code: codeAt(1) }),
      'SECOND_FACTOR_SET',
    );
  });

  it('lets in by each code once, whoever comes with it at the same moment, and by none before it', async () => {
    const { email, codeAt } = await confirmed();
    const attempt = (code: string) => new Browser(testApp).signIn(email, PASSWORD, code);
    const code = codeAt(0);
    const answers = await Promise.all([code, code, code, code].map(attempt));
    expect(statusesOf(answers)).toEqual([201, 401, 401, 401]);
    for (const old of [code, codeAt(-1), '000000', ` ${code} `])
      expectProblem(await attempt(old), 'SECOND_FACTOR_FAILED');
  });

  it('lets in by each recovery code once, however it is written', async () => {
    const { email, recoveryCodes } = await confirmed();
    const attempt = (code: string) => new Browser(testApp).signIn(email, PASSWORD, code);
    const [first = '', second = ''] = recoveryCodes;
    const answers = await Promise.all([first, first, first].map(attempt));
    expect(statusesOf(answers)).toEqual([201, 401, 401]);
    expect((await attempt(second.toUpperCase().replaceAll('-', ' '))).status).toBe(201);
  });

  it('is guessed ten times at most', async () => {
    const { email, codeAt } = await confirmed();
    const attempt = async (code: string) => {
      // As many addresses as they like.
      await testApp.database.query(`update sign_in_throttles set attempts = 0 where attempts > 0 and key <> all($1)`, [
        codes,
      ]);
      return new Browser(testApp).signIn(email, PASSWORD, code);
    };
    let codes: string[] = [];
    await attempt('000000');
    const rows = await testApp.database.query<{ key: string }>(
      'select key from sign_in_throttles order by seen_at desc limit 1',
    );
    codes = rows.map(({ key }) => key);
    for (let guess = 0; guess < 9; guess += 1) expectProblem(await attempt('000000'), 'SECOND_FACTOR_FAILED');
    expectProblem(await attempt(codeAt(0)), 'TOO_MANY_SIGN_INS');
  });

  it('is begun by who has just signed in, or sends the password again', async () => {
    await forgetAttempts();
    const { id, email, browser } = await joined(testApp);
    await browser.signIn(email);
    const begin = (body?: object) => browser.call('POST', '/session/second-factor', body);
    const later = async (seconds: number) => {
      await testApp.database.query(
        `update sessions set created_at = created_at - $2 * interval '1 s' where person_id = $1`,
        [id, seconds],
      );
      clocksPass(FRESH_FOR_SECONDS);
    };
    await later(290);
    expect((await begin()).status).toBe(200);
    await later(11);
    expectProblem(await begin(), 'SIGN_IN_NOT_RECENT');
    expectProblem(await begin({}), 'SIGN_IN_NOT_RECENT');
    expectProblem(await begin({ password: null }), 'SIGN_IN_NOT_RECENT');
    expectProblem(await begin({ password: 7 }), 'VALIDATION_FAILED', 'password');
    expectProblem(await begin({ password: 'not the password' }), 'SIGN_IN_FAILED');
    const [{ after } = { after: {} }] = await testApp.database.query<{ after: object }>(
      `select after from audit_entries where subject_id = $1 and action = 'session.refused'`,
      [id],
    );
    expect(after).toEqual({ what: 'PASSWORD_AGAIN' });
    expect((await begin({ password: PASSWORD })).status).toBe(200);
    // As a sign-in: ten wrong ones.
    const guesses = await Promise.all(Array.from({ length: 9 }, (_, n) => begin({ password: `guess ${n}` })));
    expect(statusesOf(guesses)).toEqual(Array<number>(9).fill(401));
    expectProblem(await begin({ password: PASSWORD }), 'TOO_MANY_SIGN_INS');
    await forgetAttempts();
    // Whoever picks an organization has not signed in again.
    const { body } = await browser.call<SessionView>('GET', '/session');
    await browser.call('POST', '/session/organization', { organizationId: body.organization!.id });
    expectProblem(await begin(), 'SIGN_IN_NOT_RECENT');
    await browser.signIn(email);
    expect((await begin()).status).toBe(200);
  });

  it('is replaced by who has a code of it, or a recovery code, and counts until the new one is confirmed', async () => {
    const { id, email, browser, codeAt, recoveryCodes } = await confirmed();
    const begin = (body: object) =>
      browser.call<{ otpauthUrl: string }>('POST', '/session/second-factor', { password: PASSWORD, ...body });
    expectProblem(await begin({}), 'SECOND_FACTOR_SET');
    expectProblem(await begin({ code: '000000' }), 'SECOND_FACTOR_FAILED');
    expectProblem(await begin({ password: 'not the password', code: codeAt(0) }), 'SIGN_IN_FAILED');
    expect((await begin({ code: codeAt(0) })).status).toBe(200);
    // Each is good once.
    expectProblem(await begin({ code: codeAt(0) }), 'SECOND_FACTOR_FAILED');
    const { body } = await begin({ code: recoveryCodes[0]! });
    expectProblem(await begin({ code: recoveryCodes[0]! }), 'SECOND_FACTOR_FAILED');
    const signIn = (code: string) => new Browser(testApp).signIn(email, PASSWORD, code);
    expect((await signIn(recoveryCodes[1]!)).status).toBe(201);
    const secret = Secret.fromBase32(new URL(body.otpauthUrl).searchParams.get('secret')!);
    const newCode = (steps: number) => new TOTP({ secret }).generate({ timestamp: wallTime() + steps * 30_000 });
    expectProblem(await signIn(newCode(0)), 'SECOND_FACTOR_FAILED');
    const confirm = await browser.call<{ recoveryCodes: string[] }>('POST', '/session/second-factor/confirm', {
      code: newCode(-1),
    });
    expect([confirm.status, confirm.body.recoveryCodes.length]).toEqual([200, 10]);
    expectProblem(await signIn(codeAt(1)), 'SECOND_FACTOR_FAILED');
    expectProblem(await signIn(recoveryCodes[2]!), 'SECOND_FACTOR_FAILED');
    expect((await signIn(confirm.body.recoveryCodes[0]!)).status).toBe(201);
    expect((await signIn(newCode(0))).status).toBe(201);
    expect(await actionsOf(id)).toEqual(expect.arrayContaining(['second_factor.set', 'second_factor.replaced']));
  });

  it('is stored so that the database alone gives no code', async () => {
    const { id, recoveryCodes } = await confirmed();
    const [row] = await testApp.database.query<{ row: string; secret: string }>(
      'select p::text as row, totp_secret as secret from people p where id = $1',
      [id],
    );
    expect(row!.secret).toMatch(/^v1\./);
    for (const code of recoveryCodes) expect(row!.row).not.toContain(code.replaceAll('-', ''));
  });
});

describe('an operator', () => {
  it('resets whom they cannot let in otherwise: nothing that the person knew or had counts any more', async () => {
    await forgetAttempts();
    const { id, email, browser } = await joined(testApp, 'approver');
    await browser.signIn(email);
    const people = new OperatePeople(testApp.service.app.get(MikroORM));
    expect(await people.reset('nobody@example.com')).toBeUndefined();
    const [invitation] = (await people.reset(email.toUpperCase()))!;
    expectProblem(await browser.signIn(email), 'SIGN_IN_FAILED');
    clocksPass(FRESH_FOR_SECONDS);
    expectProblem(await browser.call('GET', '/payins'), 'UNAUTHENTICATED');
    const accepted = await browser.call('POST', `/invitations/${invitation!.token}/accept`, {
      name: 'Ana',
      password: 'another password',
    });
    expect([accepted.status, accepted.body]).toEqual([201, expect.objectContaining({ id, role: 'approver' })]);
    expect((await browser.signIn(email, 'another password')).status).toBe(201);
    expect(await actionsOf(id)).toEqual(
      expect.arrayContaining(['person.invited', 'person.joined', 'session.started', 'person.reset']),
    );
  });

  it('resets a person whose account another has used: the keys that were made with it do not come back', async () => {
    await forgetAttempts();
    const { id, email, browser } = await joined(testApp, 'viewer');
    await testApp.api.call('PATCH', `/people/${id}`, { role: 'developer' });
    await browser.signIn(email);
    const { body } = await browser.call<{ id: string; key: string }>('POST', '/api-keys', {
      name: 'theirs',
      role: 'viewer',
    });
    const reads = async () => (await new ApiClient(testApp.url, body.key).call('GET', '/payins')).status;
    expect(await reads()).toBe(200);
    const [invitation] = (await new OperatePeople(testApp.service.app.get(MikroORM)).reset(email))!;
    const path = `/invitations/${invitation!.token}/accept`;
    expect((await browser.call('POST', path, { name: 'Ana', password: 'another password' })).status).toBe(201);
    clocksPass(FRESH_FOR_SECONDS);
    expect(await reads()).toBe(401);
    const [key] = await testApp.database.query('select revoked_at from api_keys where id = $1', [body.id]);
    expect(key).toEqual({ revoked_at: expect.any(Date) });
  });

  it('disables and enables a person in all organizations', async () => {
    await forgetAttempts();
    const { email, browser } = await joined(testApp);
    const people = new OperatePeople(testApp.service.app.get(MikroORM));
    await people.setDisabled(email, true);
    expectProblem(await browser.signIn(email), 'SIGN_IN_FAILED');
    await people.setDisabled(email, false);
    expect((await browser.signIn(email)).status).toBe(201);
    expect(await people.endSessions(email)).toBe(1);
  });
});

describe('what is sealed of people', () => {
  it('is under the new SECRETS_KEY after a rotation, and codes go on to be good', async () => {
    const [before, after] = [1, 2].map((n) => Buffer.alloc(32, n).toString('base64'));
    const first = await startTestApp({ SECRETS_KEY: before! });
    const secretOf = async ({ browser }: { browser: Browser }) => {
      const { body } = await browser.call<{ otpauthUrl: string }>('POST', '/session/second-factor');
      return Secret.fromBase32(new URL(body.otpauthUrl).searchParams.get('secret')!);
    };
    const codeOf = (secret: Secret, steps = 0) =>
      new TOTP({ secret }).generate({ timestamp: wallTime() + steps * 30_000 });
    const sealed = async () =>
      (
        await first.database.query<{ sealed: string }>(
          `select totp_secret as sealed from people where totp_secret is not null
           union all select pending_totp_secret from people where pending_totp_secret is not null`,
        )
      ).map((row) => row.sealed.split('.')[1]);
    try {
      const [set, pending] = [await joined(first), await joined(first)];
      for (const { email, browser } of [set, pending]) await browser.signIn(email);
      const [secret, begun] = [await secretOf(set), await secretOf(pending)];
      const confirm = (browser: Browser, code: string) =>
        browser.call<{ recoveryCodes: string[] }>('POST', '/session/second-factor/confirm', { code });
      const { body } = await confirm(set.browser, codeOf(secret, -1));
      const [keyBefore] = await sealed();
      await first.service.close();
      const rotating = await startService({
        ...first.environment,
        SECRETS_KEY: after,
        SECRETS_KEY_PREVIOUS: before,
      });
      const keys = await sealed();
      expect([keys.length, new Set(keys).size, keys.includes(keyBefore)]).toEqual([2, 1, false]);
      await rotating.close();
      const rotated = await startService({ ...first.environment, SECRETS_KEY: after });
      try {
        expect((await new Browser(first).signIn(set.email, PASSWORD, codeOf(secret))).status).toBe(201);
        expect((await new Browser(first).signIn(set.email, PASSWORD, body.recoveryCodes[0])).status).toBe(201);
        expect((await confirm(pending.browser, codeOf(begun))).status).toBe(200);
      } finally {
        await rotated.close();
      }
    } finally {
      await first.close();
    }
  });
});

describe('settings', () => {
  const withSettings = async (settings: Record<string, string>, use: (other: TestApp) => Promise<void>) => {
    const other = await startTestApp(settings);
    try {
      await use(other);
    } finally {
      await other.close();
    }
  };

  it('REQUIRE_SECOND_FACTOR lets nobody do anything without one but set it up', () =>
    withSettings({ REQUIRE_SECOND_FACTOR: 'true' }, async (other) => {
      const { email, browser } = await joined(other);
      expect((await browser.signIn(email)).body).toMatchObject({ secondFactorRequired: true });
      expectProblem(await browser.call('GET', '/payins'), 'SECOND_FACTOR_REQUIRED');
      const { body } = await browser.call<{ otpauthUrl: string }>('POST', '/session/second-factor');
      const secret = new URL(body.otpauthUrl).searchParams.get('secret')!;
      const code = new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: wallTime() });
      expect((await browser.call('POST', '/session/second-factor/confirm', { code })).status).toBe(200);
      expect((await browser.call('GET', '/payins')).status).toBe(200);
    }));

  it('SESSION_IDLE_SECONDS and SESSION_MAX_SECONDS end a session as they say, and its use keeps it until then', () =>
    withSettings({ SESSION_IDLE_SECONDS: '100', SESSION_MAX_SECONDS: '400' }, async (other) => {
      const { email, browser } = await joined(other);
      const pass = async (seconds: number) => {
        await other.database.query(
          `update sessions set last_seen_at = last_seen_at - $1 * interval '1 s', ends_at = ends_at - $1 * interval '1 s'`,
          [seconds],
        );
        clocksPass(seconds);
      };
      const isNoted = async () =>
        (await other.database.query(`select 1 from sessions where last_seen_at > now() - interval '50 s'`)).length > 0;
      await browser.signIn(email);
      for (let passed = 60; passed < 400; passed += 60) {
        await pass(60);
        expect([passed, (await browser.call('GET', '/session')).status]).toEqual([passed, 200]);
        await until('the use to be noted', isNoted);
      }
      await pass(41);
      expectProblem(await browser.call('GET', '/session'), 'UNAUTHENTICATED');
      await browser.signIn(email);
      await pass(101);
      expectProblem(await browser.call('GET', '/session'), 'UNAUTHENTICATED');
    }));

  it('PUBLIC_URL with https makes the cookie one that only this host gets, and only over https', () =>
    withSettings({ PUBLIC_URL: 'https://pay.example' }, async (other) => {
      const { email } = await joined(other);
      const browser = new Browser(other, 'https://pay.example');
      const { headers } = await browser.signIn(email);
      expect(headers.get('set-cookie')).toMatch(
        /^__Host-recaudo_session=[\w-]{43}; Max-Age=43200; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
      );
      expect((await browser.call('POST', '/session/second-factor')).status).toBe(200);
      const fromHere = new Browser(other, other.url);
      fromHere.cookie = browser.cookie;
      expectProblem(await fromHere.call('DELETE', '/session'), 'ORIGIN_REFUSED');
    }));
});
