import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SandboxClient, startSandbox, type Sandbox } from '../../index.js';
import { Listener, makeOlder, until } from '../kit/fixture.js';
import { create, PSE_REQUEST, query } from './fixture.js';

let folder: string;
let ordersPath: string;
let sandbox: Sandbox;
let control: SandboxClient['teemopay'];

async function start(): Promise<void> {
  // Links have the port in them, so that an answer is the same only where the origin is.
  sandbox = await startSandbox({ port: 0, ordersPath, publicUrl: 'http://sandbox.test' });
  control = new SandboxClient(sandbox.url).teemopay;
}

async function restart(): Promise<void> {
  await sandbox.close();
  await start();
}

async function twoDaysPass(): Promise<void> {
  await sandbox.close();
  await makeOlder(ordersPath, 172_800_000);
  await start();
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sandbox-'));
  ordersPath = join(folder, 'orders.jsonl');
  await start();
});
afterEach(async () => {
  await sandbox.close();
  await Listener.closeAll();
  await rm(folder, { recursive: true });
});

describe('a restart', () => {
  it('answers every order as before: paid twice, unpaid, failed and reversed', async () => {
    const references = ['paid', 'open', 'failed', 'back'];
    for (const merchantOrderNo of references) await create(sandbox, { merchantOrderNo });
    await control.pay('paid', { amountInCents: 1_234, webhook: 'none' });
    await control.pay('paid', { amountInCents: 5_678, webhook: 'none' });
    await control.reject('failed', { webhook: 'none' });
    await control.pay('back', { webhook: 'none' });
    await control.reverse('back', { webhook: 'none' });
    const answers = async (): Promise<unknown[]> =>
      Promise.all(references.map(async (reference) => (await query(sandbox, reference)).body.data));
    const before = await answers();
    await restart();
    expect(await answers()).toEqual(before);
    expect(before).toMatchObject([{ amount: '69.12' }, { status: 1 }, { status: 3 }, { status: 4 }]);
    expect((await create(sandbox, { merchantOrderNo: 'paid' })).body.code).toBe(426);
  });

  it('fails what has expired meanwhile', async () => {
    await create(sandbox, {}, PSE_REQUEST);
    await twoDaysPass();
    expect((await query(sandbox, PSE_REQUEST.merchantOrderNo)).body.data['status']).toBe(3);
  });

  it('delivers what was not acknowledged', async () => {
    const deaf = await Listener.open({ status: 200, body: 'OK' }, { status: 200, body: 'SUCCESS' });
    await create(sandbox, { merchantOrderNo: 'A', callbackUrl: deaf.url });
    await control.pay('A');
    await until(
      () => control.order('A'),
      ({ webhooks }) => webhooks.length === 1,
    );
    await twoDaysPass();
    const { webhooks } = await until(
      () => control.order('A'),
      (order) => order.webhooks.length >= 2,
    );
    expect(webhooks).toMatchObject([{ acknowledged: false }, { acknowledged: true }]);
    const [first, second] = deaf.bodies();
    expect(second?.['paymentOrderNo']).toBe(first?.['paymentOrderNo']);
  });
});
