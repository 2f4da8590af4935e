import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SandboxClient, startSandbox, type Sandbox } from '../../index.js';
import { Listener, makeOlder, until } from '../kit/fixture.js';
import { BREB_REQUEST, create, NEQUI_REQUEST, PSE_REQUEST, read } from './fixture.js';

let folder: string;
let ordersPath: string;
let sandbox: Sandbox;
let control: SandboxClient['hellopay'];

async function start(): Promise<void> {
  // The bank page's address has the port in it, so that an answer is the same only where the origin is.
  sandbox = await startSandbox({ port: 0, ordersPath, publicUrl: 'http://sandbox.test' });
  control = new SandboxClient(sandbox.url).hellopay;
}

async function restart(): Promise<void> {
  await sandbox.close();
  await start();
}

async function anHourPasses(): Promise<void> {
  await sandbox.close();
  await makeOlder(ordersPath, 3_600_000);
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
  it('answers every payin as before, paid, declined and charged back', async () => {
    const requests = [BREB_REQUEST, PSE_REQUEST, NEQUI_REQUEST, { ...BREB_REQUEST, reference: 'D' }];
    const ids: string[] = [];
    for (const request of requests) ids.push((await create(sandbox, request)).body.id);
    const [paid = '', pse = '', declined = '', chargedBack = ''] = ids;
    await control.pay(paid, { amountInCents: 4_321 });
    await control.reject(declined);
    await control.pay(chargedBack);
    await control.reverse(chargedBack);
    await read(sandbox, pse);
    await read(sandbox, pse);
    const answers = (): Promise<unknown[]> => Promise.all(ids.map((id) => read(sandbox, id)));
    const before = await answers();
    await restart();
    expect(await answers()).toEqual(before);
    expect(before[1]).toMatchObject({
      body: { sourceData: { pseUrl: expect.stringContaining('http://sandbox.test/') } },
    });
  });

  it('goes on with what happens by itself', async () => {
    const nequi = await create(sandbox, NEQUI_REQUEST);
    const breb = await create(sandbox);
    await anHourPasses();
    const { status } = await until(
      () => control.order(nequi.body.id),
      ({ closedAt }) => closedAt !== null,
    );
    expect(status).toBe('DECLINED');
    expect((await read(sandbox, breb.body.id)).body.status).toBe('DECLINED');
  });

  it('delivers what was not delivered', async () => {
    const busy = await Listener.open(503);
    await control.setSwitches({ webhookUrl: busy.url, processing: false });
    const { body } = await create(sandbox);
    await control.pay(body.id);
    await until(
      () => control.order(body.id),
      ({ webhooks }) => webhooks.length === 1,
    );
    await anHourPasses();
    const { webhooks } = await until(
      () => control.order(body.id),
      (order) => order.webhooks.length >= 2,
    );
    expect(webhooks).toMatchObject([{ httpStatus: 503 }, { httpStatus: 200 }]);
    expect(busy.received[1]?.text).toBe(busy.received[0]?.text);
  });
});
