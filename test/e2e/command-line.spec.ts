import { createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { EventSchema } from '../../src/events/list-events.dto.js';
import { EVENT_TYPES } from '../../src/payins/domain/history.js';
import type { PresentedPayin } from '../../src/payins/presenters/payin.presenter.js';
import { startService } from '../../src/app/service.js';
import { NOTIFICATION_SECRET, API_KEY, startTestApp, type TestApp } from '../support/test-app.js';
import { CommandLine } from '../support/command-line.js';
import { freePort } from '../support/free-port.js';
import { type MerchantSink, startMerchantSink } from '../support/merchant-sink.js';
import { until } from '../support/until.js';
import { WorkFolder } from '../support/work-folder.js';

let testApp: TestApp;
let cli: CommandLine;

beforeAll(async () => {
  testApp = await startTestApp({ PROVIDERS: 'tumipay,hellopay,teemopay' });
  cli = new CommandLine({
    RECAUDO_URL: testApp.url,
    RECAUDO_API_KEY: API_KEY,
    RECAUDO_SANDBOX_URL: new URL(testApp.environment['TUMIPAY_BASE_URL']!).origin,
  });
});
afterAll(async () => {
  cli?.remove();
  await testApp?.close();
});

const secretOf = async () => (await cli.run(['listen', '--print-secret'])).stdout.trim();
const typesOf = (sink: MerchantSink, payinId: string) =>
  sink.received.filter(({ message }) => message.data.id === payinId).map(({ message }) => message.type);

describe('recaudo trigger', () => {
  it('has a story for each event, and for nothing else', async () => {
    const listed = await cli.json<{ type: string; does: string }>(['trigger', '--list']);
    expect(listed.map(({ type }) => type).toSorted()).toEqual([...EVENT_TYPES].toSorted());
    for (const { does } of listed) expect(does).toMatch(/.{5,}/);
  });

  it.each(EVENT_TYPES)('causes %s, which really comes', async (type) => {
    const [event] = await cli.json<EventSchema>(['trigger', type, '--callback-url', testApp.merchant.url]);
    expect(event!.type).toBe(type);
    const { data } = event!;
    const history = await testApp.api.events(String(data['id']));
    expect(history.find(({ sequence }) => sequence === data['sequence'])?.type).toBe(type);
    await testApp.merchant.eventOf(String(data['id']), type);
  });

  it('says what it does, and what is wrong', async () => {
    const { status, stdout, stderr } = await cli.run(['trigger', 'payin.approved']);
    expect([status, stdout]).toEqual([0, expect.stringMatching(/^payin\.approved {2}cli-\S+ {2}evt_\S+\n$/)]);
    expect(stderr).toMatch(/create cli-/);
    expect(await cli.run(['trigger', 'payin.paid'])).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/--list/),
    });
    expect(await cli.run(['trigger', 'payin.approved'], { RECAUDO_SANDBOX_URL: 'http://127.0.0.1:1' })).toMatchObject({
      status: 3,
      stderr: expect.stringMatching(/No sandbox answers/),
    });
  });
});

describe('recaudo payins and pay', () => {
  it('creates, shows, lists, explains and pays', async () => {
    const [created] = await cli.json<PresentedPayin>([
      'payins',
      'create',
      '--amount',
      '120.000',
      '--rail',
      'BRE_B',
      '--reference',
      'CLI-1',
    ]);
    expect(created).toMatchObject({ reference: 'CLI-1', amountInCents: 12_000_000, rail: 'BRE_B', status: 'PENDING' });
    expect(
      (await cli.json(['payins', 'create', '--amount', '120000', '--rail', 'BRE_B', '--reference', 'CLI-1']))[0],
    ).toMatchObject({
      id: created!.id,
    });
    expect((await cli.run(['payins', 'get', 'CLI-1'])).stdout).toMatch(/\$ 120\.000 COP/);
    expect((await cli.json(['payins', 'get', created!.id]))[0]).toMatchObject({ id: created!.id });
    expect((await cli.run(['payins', 'list', '--status', 'PENDING'])).stdout).toMatch(/CLI-1 +PENDING +\$ 120\.000/);
    expect((await cli.run(['payins', 'explain', 'CLI-1', '--lang', 'es'])).stdout).toMatch(/no está pagado/);
    const short = await cli.run(['pay', 'CLI-1', '--amount', '20.000']);
    expect([short.status, short.stdout]).toEqual([0, expect.stringMatching(/UNDERPAID/)]);
    await cli.run(['payins', 'create', '--reference', 'CLI-2']);
    expect((await cli.json(['pay', 'CLI-2', '--webhook', 'none']))[0]).toMatchObject({ status: 'APPROVED' });
  });

  it('takes any field, from an argument and from standard input', async () => {
    const data = '{ "metadata": { "order": "77" }, "reference": "CLI-3" }';
    expect((await cli.json(['payins', 'create', '--data', data]))[0]).toMatchObject({
      metadata: { order: '77' },
      reference: 'CLI-3',
    });
    const { stdout } = await cli.run(['payins', 'create', '--json', '--data', '-'], {}, data.replace('CLI-3', 'CLI-4'));
    expect(JSON.parse(stdout)).toMatchObject({ reference: 'CLI-4' });
  });

  it('says what to fix, and never shows the key', async () => {
    const wrong: [args: string[], environment: Record<string, string>, status: number, says: RegExp][] = [
      [['payins', 'get', 'NOT-THERE'], {}, 1, /no payin with the reference NOT-THERE/],
      [['payins', 'create', '--amount', 'x'], {}, 2, /no amount in pesos/],
      [['payins', 'create', '--rail', 'MOON'], {}, 1, /rail: /],
      [['payins', 'create', '--data', '[]'], {}, 2, /JSON object/],
      [['payins', 'list'], { RECAUDO_API_KEY: 'rk_test_wrong' }, 1, /Set RECAUDO_API_KEY/],
      [['payins', 'list'], { RECAUDO_URL: 'http://127.0.0.1:1' }, 3, /does not answer/],
      [['payins', 'list'], { RECAUDO_URL: 'nonsense' }, 2, /--server must be an address/],
      [['payins', 'list', '--limit', '0'], {}, 2, /1 to 100/],
      [['nonsense'], {}, 2, /unknown command/],
      [['listen'], {}, 2, /--forward-to/],
    ];
    for (const [args, environment, status, says] of wrong) {
      const done = await cli.run(args, environment);
      expect([args, done.status, done.stdout]).toEqual([args, status, '']);
      expect(done.stderr).toMatch(says);
      expect(done.stderr).not.toMatch(/^\s+at /m);
      expect(done.stderr).not.toMatch(/rk_test/);
    }
  });

  it('helps without a server, and at once', async () => {
    for (const args of [['--help'], ['listen', '--help'], ['payins', 'create', '--help'], ['trigger', '--help']]) {
      const { status, stdout, stderr } = await cli.run(args, { RECAUDO_URL: 'http://127.0.0.1:1' });
      expect([args, status, stderr]).toEqual([args, 0, '']);
      expect(stdout).toMatch(/Example|Commands/);
    }
  });
});

describe('recaudo', () => {
  it('runs each command of the service’s own code, too', async () => {
    const folder = await WorkFolder.create();
    const program = folder.run('cli', ['--help']);
    expect(await program.ended).toBe(0);
    await folder.remove();
    const [, commands = ''] = program.stdout().split('Commands:');
    const names = [...commands.matchAll(/^ {2}([a-z-]+)/gm)]
      .map(([, name = '']) => name)
      .filter((name) => name !== 'help');
    const { stdout } = await cli.run(['--help']);
    const [, passedOn = ''] = /\(each with --help\):\n +(.*)\n/.exec(stdout) ?? [];
    expect(passedOn.split(', ').toSorted()).toEqual(names.toSorted());
  });
});

describe('recaudo listen', () => {
  it('forwards what happens, signed so that the local server verifies it, and shows its answer', async () => {
    const sink = await startMerchantSink(await secretOf());
    const listening = cli.start(['listen', '--forward-to', sink.url]);
    await listening.says(/Ctrl-C/);
    expect(listening.stderr()).toContain(await secretOf());
    const payin = await testApp.api.open();
    await until('both', () => typesOf(sink, payin.id).length === 2);
    expect(typesOf(sink, payin.id)).toEqual(['payin.created', 'payin.pending']);
    expect(sink.unverified).toEqual([]);
    expect(sink.received[0]!.headers['webhook-id']).toMatch(new RegExp(`^evt_${payin.id}_`));
    await listening.says(new RegExp(`payin\\.pending +${payin.reference}.*200 \\d+ ms`));
    sink.answer(500);
    const other = await testApp.api.open();
    await listening.says(new RegExp(`payin\\.pending +${other.reference}.*500`));
    expect(await listening.end('SIGINT')).toBe(0);
    await sink.close();
    expect(await secretOf()).not.toBe(NOTIFICATION_SECRET);
  });

  it('goes on where it was killed, and waits for a local server that is away', async () => {
    const secret = await secretOf();
    const port = await freePort();
    const args = ['listen', '--forward-to', `http://127.0.0.1:${port}/`, '--events', 'payin.created,payin.canceled'];
    const first = cli.start(args);
    await first.says(/Ctrl-C/);
    const before = await testApp.api.open();
    await first.says(/trying again/);
    await first.end('SIGKILL');
    const meanwhile = await testApp.api.open();
    await testApp.api.call('POST', `/payins/${meanwhile.id}/cancel`);
    const second = cli.start(args);
    await second.says(/where it ended last time/);
    const received: string[] = [];
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { type, data } = JSON.parse(Buffer.concat(chunks).toString()) as EventSchema;
        received.push(`${type} ${String(data['id'])}`);
        response.end();
      });
    });
    await second.says(/trying again/);
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    await until('all', () => received.length >= 3);
    expect(received).toEqual([
      `payin.created ${before.id}`,
      `payin.created ${meanwhile.id}`,
      `payin.canceled ${meanwhile.id}`,
    ]);
    expect(secret).toMatch(/^whsec_/);
    expect(await second.end('SIGTERM')).toBe(0);
    server.close();
    server.closeAllConnections();
  });

  it('loses nothing while the service is restarted', async () => {
    const sink = await startMerchantSink(await secretOf());
    const listening = cli.start(['listen', '--forward-to', sink.url]);
    await listening.says(/Ctrl-C/);
    await testApp.service.close();
    await listening.says(/Trying again/);
    testApp.service = await startService(testApp.environment);
    const payin = await testApp.api.open();
    await listening.says(/answers again/);
    await until('both', () => typesOf(sink, payin.id).length === 2);
    expect(await listening.end('SIGINT')).toBe(0);
    await sink.close();
  });

  it('gives up on a local server after a while, and goes on with the same message the next time', async () => {
    const port = await freePort();
    const args = ['listen', '--forward-to', `http://127.0.0.1:${port}/`, '--events', 'payin.created'];
    const first = cli.start([...args, '--retry-for', '1']);
    await first.says(/Ctrl-C/);
    const { reference } = await testApp.api.open();
    expect(await first.ended).toBe(1);
    expect(first.stderr()).toContain(`goes on with payin.created of ${reference}`);
    const second = cli.start([...args, '--retry-for', '1']);
    expect(await second.ended).toBe(1);
    expect(second.stderr()).toContain(reference);
  });

  it('begins with the oldest event where that is asked for', async () => {
    const sink = await startMerchantSink(await secretOf());
    const listening = cli.start(['listen', '--forward-to', sink.url, '--from', 'beginning', '--json']);
    const [{ count }] = (await testApp.database.query<{ count: number }>(
      'select count(*)::int as count from payin_events where type = any($1)',
      [EVENT_TYPES],
    )) as [{ count: number }];
    await until('all', () => new Set(sink.received.map(({ headers }) => headers['webhook-id'])).size >= count);
    await listening.end('SIGINT');
    const [line] = listening.stdout().split('\n');
    expect(JSON.parse(line!)).toMatchObject({ event: { type: 'payin.created' }, status: 200, attempts: 1 });
    await sink.close();
  });
});

describe('recaudo logs', () => {
  it('shows events, messages and webhooks, those before and those to come', async () => {
    const following = cli.start(['logs', '--last', '5']);
    await following.says(/Following/);
    expect(following.stdout().split('\n').filter(Boolean)).toHaveLength(5);
    const [event] = await cli.json<EventSchema>(['trigger', 'payin.approved', '--callback-url', testApp.merchant.url]);
    const reference = String(event!.data['reference']);
    await following.says(new RegExp(`event +payin\\.approved +${reference}`));
    await following.says(/message +DELIVERED +payin\.approved/);
    await following.says(/webhook +APPLIED +from tumipay/);
    expect(await following.end('SIGINT')).toBe(0);
    const lines = await cli.json<{ kind: string }>([
      'logs',
      '--no-follow',
      '--last',
      '20',
      '--only',
      'message,webhook',
    ]);
    expect(new Set(lines.map(({ kind }) => kind))).toEqual(new Set(['message', 'webhook']));
  });
});
