import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EVENT_TYPES } from '../../src/payins/domain/history.js';
import { RETRY_SECONDS } from '../../src/notifications/retry-schedule.js';
import { ticketOf } from '../support/api-client.js';
import { type EndpointServer, startEndpointServer } from '../support/endpoint-server.js';
import { type EndpointView, NotificationApi } from '../support/notification-api.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { until } from '../support/until.js';

/** What a merchant's receiver is handed, and what is wrong with it. */
interface Case {
  title: string;
  headers: Record<string, string>;
  body: string;
  secret: string;
  says: 'shipped' | 'refused';
}

let page: string;
let testApp: TestApp;
let server: EndpointServer;
let folder: string;
let reference: string;
let cases: Case[];

beforeAll(async () => {
  page = await readFile('docs/webhooks.md', 'utf8');
  // Inside the project, so that its packages are found.
  await mkdir('.data', { recursive: true });
  folder = await mkdtemp(join('.data', 'page-'));
  testApp = await startTestApp();
  server = await startEndpointServer();
  const notifications = new NotificationApi(testApp.api);
  const endpoint = await notifications.createEndpoint({ url: server.url, eventTypes: ['payin.approved'] });
  const rotated = await testApp.api.call<EndpointView>('POST', `/webhook-endpoints/${endpoint.id}/rotate-secret`);
  const payin = await testApp.api.open({ description: 'niño, 100 €' });
  ({ reference } = payin);
  await testApp.sandbox.tumipay.pay(ticketOf(payin));
  const received = await until('the message', () => server.received[0]);
  const headers = received.headers as Record<string, string>;
  const [body, secret] = [received.raw, endpoint.secret];
  const good: Case = { title: 'as it came', headers, body, secret, says: 'shipped' };
  const bad = { ...good, says: 'refused' as const };
  cases = [
    good,
    { ...good, title: 'with the new secret', secret: rotated.body.secret },
    { ...bad, title: 'with another secret', secret: 'whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=' },
    { ...bad, title: 'with another amount', body: body.replace('"amountInCents":5000000', '"amountInCents":5') },
    { ...bad, title: 'written again', body: JSON.stringify(JSON.parse(body), null, 1) },
    { ...bad, title: 'under another id', headers: { ...headers, 'webhook-id': 'msg_other' } },
    {
      ...bad,
      title: 'of an hour ago',
      headers: { ...headers, 'webhook-timestamp': String(Math.floor(Date.now() / 1000) - 3600) },
    },
  ];
});

afterAll(async () => {
  await testApp?.close();
  await server?.close();
  if (folder) await rm(folder, { recursive: true });
});

function example(language: string): string {
  const [, code] = new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``).exec(page) ?? [];
  if (!code) throw new Error(`the page has no example in ${language}`);
  return code;
}

/** Hands a program the cases, and holds that it says of each what it should. */
function expectRight(command: string, args: readonly string[], environment: Record<string, string> = {}): void {
  expect(cases).toHaveLength(7);
  for (const { title, headers, body, secret, says } of cases) {
    const { stdout, stderr } = spawnSync(command, args, {
      input: JSON.stringify({ headers, body }),
      env: { PATH: process.env['PATH'], RECAUDO_SECRET: secret, ...environment },
      encoding: 'utf8',
    });
    const said = { shipped: `ship ${reference}\n`, refused: 'refused\n' }[says];
    expect([title, stdout, stderr]).toEqual([title, said, '']);
  }
}

describe('the merchant’s quickstart', () => {
  it('verifies our messages in TypeScript, as it stands on the page, and nothing else', async () => {
    await writeFile(join(folder, 'receive.ts'), example('ts'));
    await writeFile(
      join(folder, 'run.ts'),
      `import { receive } from './receive.ts';
       const { body, headers } = JSON.parse(Buffer.concat(await process.stdin.toArray()).toString());
       try { receive(body, headers); } catch { console.log('refused'); }`,
    );
    expectRight(process.execPath, ['--disable-warning=ExperimentalWarning', join(folder, 'run.ts')]);
  });

  const hasPython = spawnSync('python3', ['--version']).status === 0;
  (hasPython ? it : it.skip)('does so in Python, with the algorithm written by hand', async () => {
    await writeFile(join(folder, 'receive.py'), example('python'));
    await writeFile(
      join(folder, 'run.py'),
      [
        'import json, sys',
        'from receive import receive',
        'from standardwebhooks.webhooks import WebhookVerificationError',
        'given = json.load(sys.stdin)',
        'try: receive(given["body"].encode(), given["headers"])',
        'except WebhookVerificationError: print("refused")',
      ].join('\n'),
    );
    expectRight('python3', ['-B', join(folder, 'run.py')], { PYTHONPATH: 'test/support', PYTHONUTF8: '1' });
  });

  it.each(['ts', 'python', 'php'])('takes ten lines or fewer in %s', (language) => {
    const lines = example(language).split('\n');
    expect(lines.filter((line) => line.trim() && !/^\s*\/\//.test(line)).length).toBeLessThanOrEqual(10);
  });

  it('lists every event', () => {
    const listed = [...page.matchAll(/^\| `([a-z_.]+)`/gm)].map(([, type]) => type);
    expect(new Set(listed)).toEqual(new Set(EVENT_TYPES));
    expect(listed).toHaveLength(EVENT_TYPES.length);
  });

  it('lists the retries', () => {
    const [, notified = ''] = /is retried: after ([^;]+?), each/.exec(page.replaceAll('\n', ' ')) ?? [];
    const unit = { s: 1, min: 60, h: 3600 } as const;
    const seconds = [...notified.matchAll(/(\d+) (s|min|h)/g)].map(
      ([, count, name]) => Number(count) * unit[name as 'h'],
    );
    expect(seconds).toEqual(RETRY_SECONDS);
  });
});
