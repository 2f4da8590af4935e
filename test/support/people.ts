import type { Answer, ApiClient } from './api-client.js';
import type { TestApp } from './test-app.js';

export const PASSWORD = 'correct horse battery staple';

let counter = 0;

/** Keeps the session's cookie, and says where its page is from. */
export class Browser {
  cookie: string | undefined;

  constructor(
    private readonly testApp: Pick<TestApp, 'url'>,
    private readonly origin: string | null = testApp.url,
  ) {}

  async call<T = Record<string, unknown>>(method: string, path: string, body?: unknown): Promise<Answer<T>> {
    const response = await fetch(`${this.testApp.url}${path}`, {
      method,
      headers: {
        ...(this.origin !== null && method !== 'GET' && { origin: this.origin }),
        ...(this.cookie !== undefined && { cookie: this.cookie }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    for (const set of response.headers.getSetCookie()) this.cookie = set.split(';')[0];
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: (text ? JSON.parse(text) : undefined) as T };
  }

  signIn(email: string, password: string = PASSWORD, code?: string): Promise<Answer> {
    return this.call('POST', '/session', { email, password, ...(code !== undefined && { code }) });
  }
}

/** A person whom the organization of the API key has invited. */
export async function invitedOwner(
  { api: own }: Pick<TestApp, 'api'>,
  role = 'owner',
  api: ApiClient = own,
): Promise<{ id: string; email: string; token: string }> {
  counter += 1;
  const email = `person-${counter}@example.com`;
  const { status, body } = await api.call<{ id: string; invitationUrl: string }>('POST', '/people', {
    email,
    name: 'Invited',
    role,
  });
  if (status !== 201) throw new Error(`not invited: ${status} ${JSON.stringify(body)}`);
  return { id: body.id, email, token: body.invitationUrl.split('/').at(-1)! };
}

/** One who has accepted, and has not signed in yet. */
export async function joined(
  testApp: Pick<TestApp, 'url' | 'api'>,
  role = 'owner',
  api: ApiClient = testApp.api,
): Promise<{ id: string; email: string; browser: Browser }> {
  const { id, email, token } = await invitedOwner(testApp, role, api);
  const browser = new Browser(testApp);
  const { status, body } = await browser.call('POST', `/invitations/${token}/accept`, {
    name: 'Ana',
    password: PASSWORD,
  });
  if (status !== 201) throw new Error(`not accepted: ${status} ${JSON.stringify(body)}`);
  return { id, email, browser };
}
