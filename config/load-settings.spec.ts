import { describe, expect, it } from '@jest/globals';
import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { credentialsOf } from '@recaudo/payment-provider';
import { PROVIDERS } from '../src/providers.js';
import { type Environment, loadSettings, SettingsError } from './load-settings.js';
import { RAIL_POLICIES, type RailPolicy } from './rail-policies.js';
import { ServiceSettings } from './service.settings.js';
import { isSimulatorAddress } from './simulator-address.js';

const SERVICE = { NODE_ENV: 'development', DATABASE_URL: 'postgres://localhost/none' };

function problemsOf(environment: Environment): string[] {
  try {
    loadSettings({ ...SERVICE, ...environment }, PROVIDERS);
    return [];
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
}

describe.each(PROVIDERS.map((provider) => ({ name: provider.name, provider })))('outside production $name', (each) => {
  const { name, provider } = each;
  const sandbox = provider.sandboxEnvironment('http://localhost:4000');
  const address = Object.keys(sandbox).find((variable) => variable.endsWith('_BASE_URL'))!;
  const loaded = (environment: Environment): object =>
    loadSettings({ ...SERVICE, PROVIDERS: name, ...environment }, PROVIDERS).get(provider.settings)!;

  it('has the sandbox’s settings where nothing is set', () => {
    expect(loaded({})).toHaveProperty(address, sandbox[address]);
  });

  it.each(['http://localhost:9001/x', 'http://simulator:8080'])(
    'keeps the sandbox’s credentials for a simulator at %s',
    (url) => expect(loaded({ [address]: url })).toHaveProperty(address, url),
  );

  it('lets nothing of the sandbox stand beside a real server, and names what is missing', () => {
    const environment = { PROVIDERS: name, [address]: 'https://api.example.com/canary' };
    const problems = problemsOf(environment);
    // What has a default of its own, the name of a header for one, is not missing.
    expect(problems.length).toBeGreaterThan(0);
    for (const problem of problems) {
      const variable = /^\w+_BASE_URL points to a real server: set (\w+) too$/.exec(problem)?.[1];
      expect(Object.keys(sandbox)).toContain(variable);
    }
    expect(problems.join('\n')).not.toMatch(/canary|sandbox|example/);
    for (const [variable, value] of Object.entries(sandbox).filter(([variable]) =>
      /KEY|SECRET|TOKEN|PASSWORD/.test(variable),
    )) {
      expect(problems).toContain(`${address} points to a real server: set ${variable} too`);
      expect(problems.join('\n')).not.toContain(value);
    }
  });

  it('is usable at a real server with settings of its own', () => {
    const url = 'https://api.example.com';
    expect(loaded({ ...sandbox, [address]: url })).toHaveProperty(address, url);
  });

  it('does not say that what is wrong is missing', () => {
    const problems = problemsOf({ PROVIDERS: name, ...sandbox, [address]: 'ftp://api.example.com' });
    expect(problems).toEqual([expect.stringContaining('must be a URL address')]);
  });
});

describe.each(PROVIDERS.map((provider) => ({ name: provider.name, provider })))('in production $name', (each) => {
  const { name, provider } = each;
  const sandbox = provider.sandboxEnvironment('http://localhost:4000');
  const address = Object.keys(sandbox).find((variable) => variable.endsWith('_BASE_URL'))!;
  const credentials = credentialsOf(provider.settings);
  const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const ownKey = (variable: string) =>
    /PRIVATE/.test(variable)
      ? keys.privateKey.export({ format: 'der', type: 'pkcs8' })
      : keys.publicKey.export({ format: 'der', type: 'spki' });
  const isKey = (variable: string) => /(?:PRIVATE|PUBLIC)_KEY$/.test(variable);
  const own = {
    ...sandbox,
    [address]: 'https://api.example.com/v1',
    ...Object.fromEntries(
      credentials.map((variable) => [
        variable,
        isKey(variable) ? ownKey(variable).toString('base64') : 'of-the-merchant-1',
      ]),
    ),
  };
  const problems = (changes: Environment = {}) =>
    problemsOf({
      NODE_ENV: 'production',
      SECRETS_KEY: Buffer.alloc(32).toString('base64'),
      PUBLIC_URL: 'https://pay.example.com',
      PROVIDERS: name,
      ...own,
      ...changes,
    });
  const published = (variable: string) =>
    `${variable} is one that the sandbox publishes, which anybody has: set your own`;

  it('knows for a credential all that its sandbox publishes but the address, a unit and the name of a header', () => {
    const rest = Object.keys(sandbox).filter((variable) => !/_BASE_URL$|_UNIT$|_HEADER$/.test(variable));
    expect(credentials.toSorted()).toEqual(rest.toSorted());
  });

  it('starts with settings of its own', () => expect(problems()).toEqual([]));

  it('refuses every value that the sandbox publishes, all at once', () => {
    expect(problems({ ...sandbox, [address]: own[address] }).toSorted()).toEqual(credentials.map(published).toSorted());
  });

  it('refuses it in each of its settings, also when another provider’s sandbox publishes it', () => {
    const others = PROVIDERS.flatMap((other) =>
      credentialsOf(other.settings).map((variable) => other.sandboxEnvironment('')[variable]!),
    );
    for (const variable of credentials.filter((one) => !isKey(one))) {
      for (const value of others.filter((one) => one.length <= 32))
        expect([variable, problems({ [variable]: value })]).toEqual([variable, [published(variable)]]);
    }
  });

  it('refuses a key of the sandbox in whatever form, and its other half', () => {
    for (const variable of credentials.filter(isKey)) {
      const der = Buffer.from(sandbox[variable]!, 'base64');
      const pem = /PRIVATE/.test(variable)
        ? createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }).export({ format: 'pem', type: 'pkcs8' })
        : createPublicKey({ key: der, format: 'der', type: 'spki' }).export({ format: 'pem', type: 'spki' });
      expect(problems({ [variable]: String(pem).replaceAll('\n', String.raw`\n`) })).toEqual([published(variable)]);
      if (!/PUBLIC/.test(variable)) continue;
      const privateOne = Object.values(sandbox).find((value) => value.length > 500)!;
      const half = createPublicKey(
        createPrivateKey({ key: Buffer.from(privateOne, 'base64'), format: 'der', type: 'pkcs8' }),
      ).export({ format: 'der', type: 'spki' });
      expect(problems({ [variable]: half.toString('base64') })).toEqual([published(variable)]);
    }
  });

  it.each([
    ['http://api.example.com', 'must be https in production'],
    ['HTTP://api.example.com', 'must be https in production'],
    ['http://localhost:4000/x', 'must be https in production'],
    ['https://user:canary@api.example.com', 'must be a URL address, without user, password'],
    ['https://canary@api.example.com', 'must be a URL address, without user, password'],
    ['https://api.example.com/?key=canary', 'must be a URL address, without user, password'],
    ['https://api.example.com/#canary', 'must be a URL address, without user, password'],
    ['ftp://api.example.com', 'must be a URL address, without user, password'],
  ])('refuses the address %s', (url, problem) => {
    expect(problems({ [address]: url })).toEqual([expect.stringContaining(`${address} ${problem}`)]);
    expect(problems({ [address]: url }).join()).not.toContain('canary');
  });
});

describe('OIDC_ISSUER', () => {
  const [OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET] = ['https://id.example.com', 'recaudo', 'secret'];

  it('needs the client’s id and secret, and each is named that is missing', () => {
    expect(problemsOf({ OIDC_ISSUER })).toEqual([
      'OIDC_CLIENT_ID must be set where OIDC_ISSUER is',
      'OIDC_CLIENT_SECRET must be set where OIDC_ISSUER is',
    ]);
    expect(problemsOf({ OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET: '' })).toEqual([
      'OIDC_CLIENT_SECRET must be set where OIDC_ISSUER is',
    ]);
    expect(problemsOf({ OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET })).toEqual([]);
    expect(problemsOf({})).toEqual([]);
  });
});

describe('an address at which a simulator may stand', () => {
  it.each([
    'http://localhost:4000/tumipay',
    'http://LOCALHOST.',
    'https://tumipay.localhost',
    'http://host.docker.internal:9001',
    'http://simulator:8080',
    'http://127.0.0.1:9',
    'http://127.8.9.10',
    'http://0x7f.1',
    'http://0.0.0.0:4000',
    'http://10.1.2.3',
    'http://172.16.0.1',
    'http://192.168.1.20:8080',
    'http://[::1]:4000',
    'http://[::ffff:127.0.0.1]',
    'http://[fd12:3456::1]',
  ])('is %s', (url) => expect(isSimulatorAddress(url)).toBe(true));

  it.each([
    'https://api.hellopay.com.co',
    'https://api.stg.hellopay.com.co',
    'https://localhost.example.com',
    'https://example.com/localhost',
    'https://localhost@example.com',
    'https://127.0.0.1.example.com',
    'https://internal.example.com',
    'https://8.8.8.8',
    'https://172.32.0.1',
    'https://134744072',
    'https://[2606:4700:4700::1111]',
    'https://[::ffff:8.8.8.8]',
    'https://[64:ff9b::808:808]',
    'https://169.254.169.254',
    'nonsense',
    '',
  ])('is not %p', (url) => expect(isSimulatorAddress(url)).toBe(false));
});

describe('the policy of a rail', () => {
  const policyOf = (value: string) =>
    (
      loadSettings({ ...SERVICE, RAIL_POLICY_NEQUI: value }, PROVIDERS).get(ServiceSettings) as ServiceSettings
    ).railPolicy('NEQUI');

  it('is the default where nothing is set', () => expect(policyOf('')).toEqual(RAIL_POLICIES.NEQUI));

  const others: RailPolicy = {
    defaultMinutes: 20,
    minMinutes: 2,
    maxMinutes: 30,
    pollSeconds: [1, 2],
    lateHours: 0,
    payerMayEditAmount: true,
  };
  it.each(Object.entries(others))('can be overridden in its part %s alone', (part, value) => {
    expect(policyOf(JSON.stringify({ [part]: value }))).toEqual({ ...RAIL_POLICIES.NEQUI, [part]: value });
  });

  it.each([
    ['{"lateHour":3}', 'RAIL_POLICY_NEQUI has no part "lateHour"; its parts are defaultMinutes, minMinutes,'],
    ['not json', 'RAIL_POLICY_NEQUI must be a JSON object'],
    ['[]', 'RAIL_POLICY_NEQUI must be a JSON object'],
    ['3', 'RAIL_POLICY_NEQUI must be a JSON object'],
    ['{"payerMayEditAmount":"yes"}', 'RAIL_POLICY_NEQUI.payerMayEditAmount must be a boolean value'],
    ['{"pollSeconds":[0]}', 'RAIL_POLICY_NEQUI.pollSeconds each value in pollSeconds must not be less than 1'],
    [
      '{"pollSeconds":[86401]}',
      'RAIL_POLICY_NEQUI.pollSeconds each value in pollSeconds must not be greater than 86400',
    ],
    ['{"minMinutes":16}', 'minMinutes 16 <= defaultMinutes 15 <= maxMinutes 1440 must hold'],
    ['{"maxMinutes":14}', 'minMinutes 1 <= defaultMinutes 15 <= maxMinutes 14 must hold'],
    ['{"defaultMinutes":1441}', 'minMinutes 1 <= defaultMinutes 1441 <= maxMinutes 1440 must hold'],
  ])('is refused at the start when it is %s', (value, problem) => {
    const problems = problemsOf({ RAIL_POLICY_NEQUI: value });
    expect(problems).toEqual([expect.stringContaining(problem)]);
  });
});
