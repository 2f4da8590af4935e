import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SandboxClient } from '@recaudo/sandbox';
import { ApiClient, ticketOf } from '../support/api-client.js';
import { freePort } from '../support/free-port.js';
import { createTestDatabase } from '../support/test-database.js';
import { until } from '../support/until.js';
import { type Program, WorkFolder } from '../support/work-folder.js';

const END_LIMIT_MS = 20_000;
const STACK_TRACE = /^\s+at /m;

let folder: WorkFolder;
let port: number;
let sandboxPort: number;
let running: Program;
let apiKey: string;
let sandbox: SandboxClient;

beforeAll(async () => {
  folder = await WorkFolder.create();
  [port, sandboxPort] = [await freePort(), await freePort()];
  await writeFile(join(folder.path, '.env'), `PORT=${port}\nSANDBOX_PORT=${sandboxPort}\nLOG_LEVEL=warn\n`);
  sandbox = new SandboxClient(`http://localhost:${sandboxPort}`);
});

afterAll(() => folder?.remove());

async function start(): Promise<ApiClient> {
  running = folder.run('start');
  await running.says(/Ctrl-C ends all of it/);
  return client();
}

function client(): ApiClient {
  apiKey = /API key +(\S+)/.exec(running.stdout())![1]!;
  return new ApiClient(`http://localhost:${port}`, apiKey);
}

/** Ends it and returns how long that took. */
async function endBy(signal: NodeJS.Signals): Promise<number> {
  const startedAt = performance.now();
  expect(await running.end(signal)).toBe(0);
  expect(await folder.processes()).toEqual([]);
  return performance.now() - startedAt;
}

/** Keeps a port while something else wants it. */
async function occupying(taken: number, use: () => Promise<void>): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(taken, '127.0.0.1', resolve));
  try {
    await use();
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}

// Each case goes on in the folder that the one before has left.
describe('npm start', () => {
  let keptId: string;
  let keptTicket: string;

  it('starts on a machine that has nothing, at the ports of .env, and prints commands that work when pasted', async () => {
    await start();
    const printed = running.stdout();
    expect(printed).toContain(`http://localhost:${port}/docs`);
    expect(printed).toContain(`http://localhost:${sandboxPort}`);
    const [, link] = new RegExp(`http://localhost:${port}/console/sign-in#token=(\\S+)`).exec(printed)!;
    const body = JSON.stringify({ link });
    const headers = { 'content-type': 'application/json', origin: `http://localhost:${port}` };
    const signIn = () => fetch(`http://localhost:${port}/session`, { method: 'POST', headers, body });
    const session = await signIn();
    expect([session.status, await session.json()]).toEqual([
      201,
      expect.objectContaining({ organization: expect.objectContaining({ name: 'Development', role: 'owner' }) }),
    ]);
    expect((await signIn()).status).toBe(401);
    const [, paymentLink] = / {2}pay +(\S+)/.exec(printed)!;
    expect(await (await fetch(paymentLink!)).text()).toContain('Enlace de prueba');
    const commands = /into another terminal\):\n([\s\S]+)\nCtrl-C/.exec(printed)![1]!;
    const { stdout } = await promisify(execFile)('bash', ['-c', commands], { timeout: 60_000 });
    const answers = stdout
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as object);
    expect(answers).toMatchObject([
      { status: 'PENDING', amountInCents: 5_000_000 },
      { status: 'APPROVED' },
      { data: [{ status: 'APPROVED', amountStatus: 'EXACT' }] },
    ]);
  });

  it('refuses a second start in the same folder with one sentence, while the first goes on', async () => {
    const second = folder.run('start', [], { PORT: String(await freePort()), SANDBOX_PORT: String(await freePort()) });
    expect(await second.ended).toBe(1);
    expect(second.stderr().trim().split('\n')).toHaveLength(1);
    expect(second.stderr()).toContain(`already running from this folder (process ${running.process.pid}`);
    expect(second.stdout()).toBe('');
    expect(await client().call('GET', '/payins')).toMatchObject({ status: 200 });
  });

  it('keeps the key and the data over SIGTERM, which ends everything, the database server too', async () => {
    const key = apiKey;
    keptId = (await client().open({ rail: 'PSE' })).id;
    expect(await endBy('SIGTERM')).toBeLessThan(END_LIMIT_MS);
    const api = await start();
    expect(apiKey).toBe(key);
    const kept = await api.payin(keptId);
    expect(kept.status).toBe('PENDING');
    keptTicket = ticketOf(kept);
    await sandbox.tumipay.pay(keptTicket);
    expect((await api.reaches(keptId, 'APPROVED')).receipts).toHaveLength(1);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'ends in time on %s while a create hangs at the provider, and keeps its payin',
    async (signal) => {
      await sandbox.tumipay.fault({ operation: 'create', fault: { kind: 'hang' } });
      const before = (await sandbox.tumipay.calls('create')).length;
      const reference = `hangs-${signal}`;
      const creating = client()
        .create({ reference })
        .catch(() => undefined);
      await until('the create to hang', async () => (await sandbox.tumipay.calls('create')).length > before);
      expect(await endBy(signal)).toBeLessThan(END_LIMIT_MS);
      await creating;
      const api = await start();
      const { body } = await api.call<{ data: { status: string }[] }>('GET', `/payins?reference=${reference}`);
      expect(body.data).toMatchObject([{ status: 'CREATED' }]);
    },
  );

  it('comes up after kill -9, with the data: it takes over the database server that was left', async () => {
    expect(await running.end('SIGKILL')).toBeNull();
    expect((await folder.processes()).length).toBeGreaterThan(0);
    const api = await start();
    expect((await api.payin(keptId)).status).toBe('APPROVED');
    expect(await sandbox.tumipay.order(keptTicket)).toMatchObject({ status: 'APPROVED', payments: [{}] });
  });

  it('comes up after kill -9 of everything, with the data', async () => {
    await folder.killAll();
    const api = await start();
    expect((await api.payin(keptId)).status).toBe('APPROVED');
    expect(await sandbox.tumipay.order(keptTicket)).toMatchObject({ status: 'APPROVED', payments: [{}] });
  });

  it.each([
    ['PORT', () => port],
    ['SANDBOX_PORT', () => sandboxPort],
  ])('names the port when %s is in use, and leaves nothing running', async (_name, taken) => {
    if (running.process.exitCode === null) await endBy('SIGTERM');
    await occupying(taken(), async () => {
      const refused = folder.run('start');
      expect(await refused.ended).toBe(1);
      expect(refused.stderr()).toMatch(new RegExp(`^Port ${taken()} is in use\\.[^\n]*\n$`));
      expect(refused.stdout()).not.toMatch(STACK_TRACE);
      expect(await folder.processes()).toEqual([]);
    });
  });

  it('says which file to remove when another version’s sandbox has written it, and leaves nothing running', async () => {
    const orders = join(folder.path, '.data/sandbox.jsonl');
    const kept = await readFile(orders);
    await writeFile(orders, '{"owner":"tumipay","events":[{"type":"of another version"}]}\n');
    const refused = folder.run('start');
    expect(await refused.ended).toBe(1);
    expect(refused.stderr()).toMatch(/^Another version of the sandbox [^\n]*Remove \.data\/sandbox\.jsonl\.\n$/);
    expect(await folder.processes()).toEqual([]);
    await writeFile(orders, kept);
  });

  it('leaves no process when it is ended while it starts', async () => {
    running = folder.run('start');
    await until('the database server', async () => (await folder.processes()).length > 1);
    expect(await endBy('SIGINT')).toBeLessThan(END_LIMIT_MS);
  });
});

it('makes nothing more once it is ended while it starts', async () => {
  const [empty, database] = [await WorkFolder.create(), await createTestDatabase()];
  try {
    const ports = { PORT: String(await freePort()), SANDBOX_PORT: String(await freePort()) };
    const ended = empty.run('start', [], { ...ports, DATABASE_URL: database.url });
    await ended.says(/the simulated providers answer/);
    expect(await ended.end('SIGINT')).toBe(0);
    expect(ended.stdout()).not.toContain('Recaudo is running');
    expect(ended.stderr()).toBe('');
    expect(await database.query('select from people')).toEqual([]);
  } finally {
    await empty.remove();
    await database.drop();
  }
});

describe('npm start with settings that are wrong', () => {
  it.each([
    [
      'a list of them',
      { PORT: 'abc', SANDBOX_PORT: '70000', LOG_LEVEL: 'loud', PROVIDERS: 'nobody' },
      ['PORT', 'SANDBOX_PORT', 'LOG_LEVEL', 'PROVIDERS'],
    ],
    ['production', { NODE_ENV: 'production' }, ['npm run start:prod']],
  ])(
    'says so all at once (%s), without a stack trace and before anything is started',
    async (_what, environment, named) => {
      const empty = await WorkFolder.create();
      try {
        const refused = empty.run('start', [], environment);
        expect(await refused.ended).toBe(1);
        for (const name of named) expect(refused.stderr()).toContain(name);
        expect(refused.stderr()).not.toMatch(STACK_TRACE);
        expect(existsSync(join(empty.path, '.data'))).toBe(false);
      } finally {
        await empty.remove();
      }
    },
  );
});
