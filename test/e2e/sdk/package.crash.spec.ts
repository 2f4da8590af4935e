import { execFile, spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { build } from 'vite';
import type { PresentedPayin } from '../../../src/payins/presenters/payin.presenter.js';
import { ticketOf } from '../../support/api-client.js';
import { freePort } from '../../support/free-port.js';
import { NotificationApi } from '../../support/notification-api.js';
import { API_KEY, NOTIFICATION_SECRET, startTestApp, type TestApp } from '../../support/test-app.js';
import { until } from '../../support/until.js';

const run = promisify(execFile);
const ROOT = process.cwd();
/** What else `npm install` would take from a registry: from here, for the test to need none. */
const INSTALLED = ['standardwebhooks', '@stablelib/base64', 'fast-sha256', '@types/node', 'undici-types'];

let testApp: TestApp;
let folder: string;

beforeAll(async () => {
  testApp = await startTestApp();
  folder = await realpath(await mkdtemp(join(tmpdir(), 'recaudo-merchant-')));
  const packed = await run(process.execPath, ['bin/pack-sdk.mjs', folder]);
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'shop', private: true, type: 'module' }));
  const packages = [packed.stdout.trim(), ...INSTALLED.map((name) => join(ROOT, 'node_modules', name))];
  const flags = [
    '--cache',
    join(folder, 'cache'),
    '--offline',
    '--ignore-scripts',
    '--install-links',
    '--no-audit',
    '--no-fund',
  ];
  await run('npm', ['install', ...flags, ...packages], { cwd: folder });
});

afterAll(async () => {
  await testApp?.close();
  if (folder) await rm(folder, { recursive: true, force: true });
});

/** Those who have an empty project of the strictest kind. */
async function check(
  moduleResolution: 'Node16' | 'Bundler',
  changes: Record<string, unknown>,
  files: Record<string, string>,
) {
  const project = join(folder, `checked-${moduleResolution}-${Object.keys(changes).join('-')}`);
  await mkdir(project, { recursive: true });
  for (const [name, text] of Object.entries(files)) await writeFile(join(project, name), text);
  const compilerOptions = {
    target: 'ES2022',
    module: moduleResolution === 'Node16' ? 'Node16' : 'ESNext',
    moduleResolution,
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    noPropertyAccessFromIndexSignature: true,
    verbatimModuleSyntax: true,
    skipLibCheck: false,
    noEmit: true,
    types: [],
    ...changes,
  };
  await writeFile(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }));
  return run(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', project]).then(
    () => '',
    ({ stdout }: { stdout: string }) => stdout,
  );
}

/** All that the README shows is one program. */
async function readme(): Promise<string> {
  const text = await readFile(join(folder, 'node_modules/@recaudo/sdk/README.md'), 'utf8');
  return [...text.matchAll(/^```ts\n([^]*?)^```/gm)].map(([, code]) => code).join('\n');
}

const USES = `
import { Recaudo, RecaudoProblem, verifyWebhook, type Payin, type RecaudoEvent } from '@recaudo/sdk';
const recaudo = new Recaudo({ apiKey: 'k', baseUrl: 'https://pay.example.com', timeoutMs: undefined });
export async function pay(signal?: AbortSignal): Promise<Payin> {
  const payin = await recaudo.payins.create({ amountInCents: 100, currency: 'COP', rail: 'ANY', reference: 'r' }, { signal });
  const amount: number = payin.receipts[0]?.amountInCents ?? 0;
  // @ts-expect-error no such rail
  await recaudo.payins.create({ amountInCents: amount, currency: 'COP', rail: 'CASH', reference: 'r' });
  // @ts-expect-error no reference
  await recaudo.payins.create({ amountInCents: amount, currency: 'COP', rail: 'PSE' });
  // @ts-expect-error no such filter
  recaudo.payins.list({ state: 'PENDING' });
  // What may be left out may be undefined, and only that.
  recaudo.payins.list({ status: undefined, rail: 'PSE', limit: undefined });
  await recaudo.payins.create({ amountInCents: amount, currency: 'COP', rail: 'ANY', reference: 'r', description: undefined });
  // @ts-expect-error the reference may not be left out
  await recaudo.payins.create({ amountInCents: amount, currency: 'COP', rail: 'ANY', reference: undefined });
  // @ts-expect-error a list in a body is a list
  await recaudo.webhookEndpoints.create({ url: 'https://shop.example', eventTypes: 'payin.approved' });
  // @ts-expect-error no such path
  await recaudo.request('get', '/payin/{id}', { params: { id: 'x' } });
  // @ts-expect-error the id is missing
  await recaudo.request('get', '/payins/{id}', {});
  return payin;
}
export function codeOf(error: unknown): string {
  if (!(error instanceof RecaudoProblem)) return '';
  // @ts-expect-error no such code
  if (error.code === 'NO_SUCH_CODE') return '';
  return error.code satisfies string;
}
export function refundOf(event: RecaudoEvent): number {
  // @ts-expect-error a payin's event may have no refund
  event.data.refund;
  if (event.type === 'refund.paid') return event.data.refund.amountInCents;
  if (event.type === 'payin.approved') return event.data.sequence + event.data.amountInCents;
  return 0;
}
export const event: RecaudoEvent = verifyWebhook(new Uint8Array(), { 'webhook-id': ['a'] }, ['whsec_']);
`;

describe('the packed SDK', () => {
  it('is its script, its types and its README', async () => {
    const files = await readdir(join(folder, 'node_modules/@recaudo/sdk'), { recursive: true });
    expect(files).toEqual(
      expect.arrayContaining(['index.js', 'index.d.ts', 'package.json', 'README.md', 'src/schema.d.ts']),
    );
    expect(files.filter((file) => !/^(src|package\.json|README\.md|.*\.js|.*\.d\.ts)$/.test(file))).toEqual([]);
    expect(files.filter((file) => file.includes('.spec.'))).toEqual([]);
  });

  it.each(['Node16', 'Bundler'] as const)(
    'is checked by the strictest compiler, resolving as %s',
    async (resolution) => {
      expect(await check(resolution, {}, { 'uses.ts': USES })).toBe('');
      // Where there is no browser's library, but Node's types; and its README with them.
      const ofNode = { types: ['node'], lib: ['ES2022'], noPropertyAccessFromIndexSignature: false };
      expect(await check(resolution, ofNode, { 'uses.ts': USES, 'readme.ts': await readme() })).toBe('');
      const wrong = `import { Recaudo } from '@recaudo/sdk';\nnew Recaudo({ apiKey: 7, baseUrl: '' });`;
      expect(await check(resolution, { allowJs: false }, { 'wrong.ts': wrong })).toContain('TS2322');
    },
  );

  it('does what its README says, with a payin that is paid and its event', async () => {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const { secret } = await new NotificationApi(testApp.api).createEndpoint({ url, eventTypes: ['payin.approved'] });
    await writeFile(join(folder, 'readme.ts'), await readme());
    await writeFile(join(folder, 'serve.mjs'), SERVE);
    const program = spawn(process.execPath, ['serve.mjs'], {
      cwd: folder,
      env: {
        PATH: process.env['PATH'],
        PORT: String(port),
        RECAUDO_API_KEY: API_KEY,
        RECAUDO_URL: testApp.url,
        RECAUDO_WEBHOOK_SECRETS: `${NOTIFICATION_SECRET},${secret}`,
      },
    });
    let says = '';
    for (const way of ['stdout', 'stderr'] as const)
      program[way].on('data', (chunk: Buffer) => (says += chunk.toString()));
    const toSay = (what: RegExp) =>
      until(`the README's program to say ${what.source}`, () => {
        if (program.exitCode !== null) throw new Error(`it has ended: ${says}`);
        return what.exec(says)?.[1];
      });
    try {
      await toSay(/(serves)/);
      expect(says).toMatch(/^send the payer to http:\/\/\S+\/pay\/\S+$/m);
      expect(says).toMatch(/^open http:/m);
      expect(says).toMatch(/^wrong: amountInCents$/m);
      expect(says).toMatch(/^true$/m);
      expect(says).toMatch(/^PSE\b/m);
      const reference = await toSay(/^(INV-\d+) PENDING$/m);
      const { data } = (await testApp.api.call<{ data: PresentedPayin[] }>('GET', `/payins?reference=${reference}`))
        .body;
      await testApp.sandbox.tumipay.pay(ticketOf(data[0]!));
      await toSay(new RegExp(`^(ship ${reference})$`, 'm'));
      const forged = await fetch(url, { method: 'POST', body: '{}', headers: { 'webhook-id': 'msg_1' } });
      expect(forged.status).toBe(400);
    } finally {
      program.kill('SIGKILL');
    }
  });
});

/** Hands each request to what the README exports. */
const SERVE = `
import { createServer } from 'node:http';
const ready = import('./readme.ts');
createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk)).on('end', async () => {
    const { receive } = await ready;
    const answer = await receive(
      new Request('http://shop.example/', { method: 'POST', headers: request.headers, body: Buffer.concat(chunks) }),
    );
    response.writeHead(answer.status).end();
  });
}).listen(Number(process.env.PORT), '127.0.0.1');
await ready;
console.log('serves');
`;

describe('the packed SDK, in each runtime that this machine has', () => {
  const EXPECTED = {
    status: 'PENDING',
    isOne: true,
    refused: ['RecaudoProblem', 'NOT_FOUND', 404],
    unreachable: 'RecaudoConnectionError',
    slow: 'RecaudoConnectionError',
    aborted: 'gone',
    event: 'payin.created',
    bytes: true,
    forged: 'RecaudoWebhookError',
  };
  let given: string;
  /** It takes connections and never answers. */
  const silent = createServer((socket) => void socket.on('error', () => undefined));

  beforeAll(async () => {
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { merchant, api } = testApp;
    const { id } = await api.open({ callbackUrl: merchant.url });
    const { raw, headers } = await merchant.eventOf(id, 'payin.created');
    const signed = Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith('webhook-')));
    given = JSON.stringify({
      apiKey: API_KEY,
      baseUrl: testApp.url,
      silentUrl: `http://127.0.0.1:${(silent.address() as AddressInfo).port}`,
      secret: NOTIFICATION_SECRET,
      message: { body: raw, headers: signed },
    });
    await cp('test/support/sdk-smoke.mjs', join(folder, 'sdk-smoke.mjs'));
    await writeFile(
      join(folder, 'smoke.mjs'),
      `import { smoke } from './sdk-smoke.mjs';\nconsole.log(JSON.stringify(await smoke(JSON.parse(process.env.GIVEN))));`,
    );
  });

  afterAll(() => void silent.close());

  it.each([
    ['this Node', process.execPath, []],
    ...otherNodes().map((path) => [path, path, []] as const),
    ...onPath('deno').map((path) => [path, path, ['run', '--allow-all', '--no-lock']] as const),
    ...onPath('bun').map((path) => [path, path, []] as const),
  ] as const)('works: %s', async (_, command, args) => {
    const { PATH = '', HOME = '' } = process.env;
    const { stdout } = await run(command, [...args, 'smoke.mjs'], { cwd: folder, env: { PATH, HOME, GIVEN: given } });
    expect(JSON.parse(stdout)).toEqual(EXPECTED);
  });

  const [workerd] = onPath('workerd');
  (workerd ? describe : describe.skip)('a worker', () => {
    it('works, with no module of Node', async () => {
      const port = await freePort();
      await writeFile(
        join(folder, 'worker.mjs'),
        `import { smoke } from './sdk-smoke.mjs';\nexport default { fetch: async (request) => Response.json(await smoke(await request.json())) };`,
      );
      await build({
        root: folder,
        configFile: false,
        logLevel: 'silent',
        build: {
          outDir: 'worker',
          modulePreload: false,
          rolldownOptions: {
            input: join(folder, 'worker.mjs'),
            preserveEntrySignatures: 'strict',
            output: { entryFileNames: 'worker.js' },
          },
        },
      });
      await writeFile(join(folder, 'worker.capnp'), workerdConfig(port));
      const program = spawn(workerd!, ['serve', 'worker.capnp'], {
        cwd: folder,
        stdio: ['ignore', 'inherit', 'inherit'],
      });
      try {
        const answer = await until('the worker to answer', () =>
          fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body: given }).catch(() => undefined),
        );
        expect(await answer.json()).toEqual(EXPECTED);
      } finally {
        program.kill('SIGKILL');
      }
    });
  });
});

function onPath(name: string): string[] {
  const found = (process.env['PATH'] ?? '').split(':').map((folder) => join(folder, name));
  return found.filter((path) => existsSync(path)).slice(0, 1);
}

/** Of other majors than the one that runs this. */
function otherNodes(): string[] {
  const major = (version: string) => version.split('.')[0];
  const versions = new Map(
    (process.env['PATH'] ?? '')
      .split(':')
      .map((folder) => join(folder, 'node'))
      .filter((path) => existsSync(path))
      .map((path) => [major(spawnSync(path, ['--version'], { encoding: 'utf8' }).stdout), path]),
  );
  versions.delete(major(process.version));
  return [...versions.values()];
}

function workerdConfig(port: number): string {
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .worker),
    (name = "internet", network = (allow = ["public", "private", "local"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
);
const worker :Workerd.Worker = (
  modules = [(name = "worker", esModule = embed "worker/worker.js")],
  compatibilityDate = "2026-11-01",
);
`;
}
