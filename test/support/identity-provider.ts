import { once } from 'node:events';
import { createServer } from 'node:http';
import { Provider } from 'oidc-provider';
import { freePort } from './free-port.js';

/**
 * A real OpenID Connect provider on this machine. Whoever signs in there is whom they say, by an address or as `<subject>=<address>`; an address with
 * `unverified` is not verified.
 */
export interface IdentityProvider {
  issuer: string;
  /** Signs in there, as a browser would: from the address to which it was sent until the provider sends it back. */
  signIn(url: string, who: string): Promise<string>;
  close(): Promise<void>;
}

export const CLIENT = { id: 'recaudo', secret: 'secret-of-the-client-of-the-test' };
const STEPS_MAX = 12;

export async function startIdentityProvider(redirectUri: string): Promise<IdentityProvider> {
  const port = await freePort();
  const issuer = `http://localhost:${port}`;
  /** By subject. */
  const emails = new Map<string, string>();
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: CLIENT.id,
        client_secret: CLIENT.secret,
        redirect_uris: [redirectUri],
        grant_types: ['authorization_code'],
        response_types: ['code'],
      },
    ],
    claims: { openid: ['sub'], email: ['email', 'email_verified'] },
    features: { devInteractions: { enabled: true } },
    pkce: { required: () => true },
    cookies: { keys: ['key of the test'] },
    findAccount: (_: unknown, id: string) => ({
      accountId: id,
      claims: () => {
        const email = emails.get(id) ?? id;
        return { sub: id, email, email_verified: !email.includes('unverified') };
      },
    }),
  });
  const server = createServer(provider.callback());
  server.listen(port, 'localhost');
  await once(server, 'listening');
  return {
    issuer,
    signIn: (url, who) => {
      const [email = '', subject = email.toLowerCase()] = who.split('=').toReversed();
      emails.set(subject, email);
      return signIn(issuer, url, subject);
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function signIn(issuer: string, from: string, subject: string): Promise<string> {
  const cookies = new Map<string, string>();
  let [url, body]: [string, string | undefined] = [from, undefined];
  for (let step = 0; step < STEPS_MAX; step += 1) {
    const response: Response = await fetch(url, {
      method: body === undefined ? 'GET' : 'POST',
      redirect: 'manual',
      headers: {
        cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        ...(body !== undefined && { 'content-type': 'application/x-www-form-urlencoded' }),
      },
      ...(body !== undefined && { body }),
    });
    for (const set of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      cookies.set(name, value);
    }
    const location = response.headers.get('location');
    if (location) {
      [url, body] = [new URL(location, url).href, undefined];
      if (!url.startsWith(issuer)) return url;
      continue;
    }
    const page = await response.text();
    const [prompt, action] = [/name="prompt" value="(\w+)"/, /action="([^"]+)"/].map((what) => what.exec(page)?.[1]);
    if (!prompt || !action) throw new Error(`no form at ${url}: ${response.status} ${page.slice(0, 300)}`);
    url = new URL(action, url).href;
    body = new URLSearchParams({ prompt, ...(prompt === 'login' && { login: subject, password: 'any' }) }).toString();
  }
  throw new Error('the provider does not come to an end');
}
