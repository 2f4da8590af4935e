import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  SandboxClient,
  startSandbox,
  type Sandbox,
  type SandboxOptions,
  type OrderView,
  type TumiPay,
} from '../../index.js';
import { Listener, makeOlder, until } from '../kit/fixture.js';
import { create, PAYIN, query } from './fixture.js';

let folder: string;
let ordersPath: string;
let sandbox: Sandbox;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sandbox-'));
  ordersPath = join(folder, 'deep', 'orders.jsonl');
  sandbox = await startSandbox({ port: 0, ordersPath });
});
afterEach(async () => {
  await sandbox.close();
  await Listener.closeAll();
  await rm(folder, { recursive: true });
});

function control(): SandboxClient['tumipay'] {
  return new SandboxClient(sandbox.url).tumipay;
}

async function restart(options: Partial<SandboxOptions> = {}): Promise<void> {
  await sandbox.close();
  sandbox = await startSandbox({ port: 0, ordersPath, ...options });
}

function lines(): Promise<string[]> {
  return readFile(ordersPath, 'utf8').then((text) => text.trimEnd().split('\n'));
}

function withoutAddress(order: OrderView<TumiPay>): object {
  return { ...order, paymentUrl: new URL(order.paymentUrl).search };
}

describe('a restart', () => {
  it('changes no order', async () => {
    const listener = await Listener.open();
    const ipn_url = listener.url;
    await create(sandbox, { reference: 'open', ipn_url, metadata: { a: 1 } });
    await create(sandbox, { reference: 'paid', ipn_url });
    await create(sandbox, { reference: 'gone', ipn_url, payment_method: 'PSE', description: undefined });
    await control().pay('paid', { amountInCents: 4321 });
    await control().move('gone', 'decline', { webhook: 'none' });
    await until(
      () => control().order('paid'),
      ({ webhooks }) => webhooks.length === 1,
    );
    const before = (await control().orders()).map(withoutAddress);
    const answer = await query(sandbox, 'open');
    await restart();
    expect((await control().orders()).map(withoutAddress)).toEqual(before);
    expect(await query(sandbox, 'open')).toEqual(answer);
    expect(await create(sandbox, { reference: 'open' })).toMatchObject({ status: 409 });
    expect(listener.received).toHaveLength(1);
  });

  it('goes on with the webhooks that were not delivered, and counts their attempts', async () => {
    const listener = await Listener.open(500);
    await create(sandbox, { ipn_url: listener.url });
    await control().pay(PAYIN.reference);
    await until(
      () => control().order(PAYIN.reference),
      ({ webhooks }) => webhooks.length === 1,
    );
    await restart();
    const { webhooks } = await until(
      () => control().order(PAYIN.reference),
      (order) => order.webhooks.length === 2,
    );
    expect(webhooks).toMatchObject([{ httpStatus: 500 }, { httpStatus: 200 }]);
    expect((await lines()).at(-1)).toContain('"pendingWebhooks":[]');
  });

  it('sends a webhook that was not due yet', async () => {
    const listener = await Listener.open();
    await create(sandbox, { ipn_url: listener.url });
    await control().pay(PAYIN.reference, { webhook: { mode: 'late', delayMs: 1_000 } });
    expect(listener.received).toEqual([]);
    await restart();
    await until(
      () => listener.received.length,
      (count) => count === 1,
    );
  });

  it('ignores a line that kill -9 tore, and writes on after it', async () => {
    await create(sandbox, { reference: 'A' });
    await sandbox.close();
    await appendFile(ordersPath, '{"provider":"tumipay","order":{"id":"A');
    await restart();
    await create(sandbox, { reference: 'B' });
    await restart();
    expect((await control().orders()).map(({ reference }) => reference)).toEqual(['B', 'A']);
  });

  it.each(['not json', '[]', '{}', '{"provider":"tumipay","order":{}}'])(
    'refuses a file that is damaged elsewhere (%s), naming the line',
    async (line) => {
      await create(sandbox);
      await sandbox.close();
      await appendFile(ordersPath, `${line}\n`);
      await expect(startSandbox({ port: 0, ordersPath })).rejects.toThrow(/^Line 3 of .* is damaged/);
    },
  );

  it('refuses a file that another version wrote, naming it, and leaves it as it is', async () => {
    await sandbox.close();
    const other = '{"sandboxOrders":0}\n{"provider":"tumipay","order":{"id":"A"}}\n';
    await writeFile(ordersPath, other);
    await expect(startSandbox({ port: 0, ordersPath })).rejects.toThrow(`Remove ${ordersPath}.`);
    expect(await readFile(ordersPath, 'utf8')).toBe(other);
  });

  it('finds nothing after a reset', async () => {
    await create(sandbox, { reference: 'A' });
    await control().reset();
    await create(sandbox, { reference: 'B' });
    await restart();
    expect((await control().orders()).map(({ reference }) => reference)).toEqual(['B']);
  });
});

describe('the file of orders', () => {
  it('has a line more for each change before its answer arrives, and one line per order after a restart', async () => {
    await create(sandbox);
    expect(await lines()).toHaveLength(2);
    await control().pay(PAYIN.reference, { webhook: { mode: 'late', delayMs: 60_000 } });
    expect(await lines()).toHaveLength(3);
    await query(sandbox, PAYIN.reference);
    expect(await lines()).toHaveLength(3);
    await restart();
    expect(await lines()).toHaveLength(2);
  });
});

describe('expiry', () => {
  async function aDayPasses(options: Partial<SandboxOptions> = {}): Promise<void> {
    await sandbox.close();
    await makeOlder(ordersPath, 86_400_000);
    await restart(options);
  }

  it('comes by itself, with its webhook', async () => {
    const listener = await Listener.open();
    await create(sandbox, { ipn_url: listener.url });
    await aDayPasses();
    await until(
      () => listener.received.length,
      (count) => count === 1,
    );
    expect(listener.bodies()).toMatchObject([{ top_status: 'EXPIRED' }]);
    expect((await query(sandbox, PAYIN.reference)).body.data['status']).toBe('EXPIRED');
  });

  it('does not touch what was paid', async () => {
    await create(sandbox);
    await control().pay(PAYIN.reference, { webhook: 'none' });
    await aDayPasses();
    expect(await control().order(PAYIN.reference)).toMatchObject({ status: 'APPROVED' });
  });

  it('does not come while the switch is off, and comes when it is turned on', async () => {
    await create(sandbox);
    await aDayPasses({ tumipay: { expires: false } });
    expect((await query(sandbox, PAYIN.reference)).body.data['status']).toBe('PENDING');
    await control().setSwitches({ expires: true });
    expect((await query(sandbox, PAYIN.reference)).body.data['status']).toBe('EXPIRED');
  });
});
