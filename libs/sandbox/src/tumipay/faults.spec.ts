import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SandboxClient, startSandbox, type Fault, type Sandbox } from '../../index.js';
import { until } from '../kit/fixture.js';
import { create, PAYIN, query } from './fixture.js';

let sandbox: Sandbox;
let control: SandboxClient['tumipay'];

beforeEach(async () => {
  sandbox = await startSandbox({ port: 0 });
  control = new SandboxClient(sandbox.url).tumipay;
});
afterEach(() => sandbox.close());

function codeOf(error: unknown): unknown {
  const cause = Object(error).cause;
  return Object(cause).code ?? error;
}

async function tickets(): Promise<number> {
  return (await control.orders(PAYIN.reference)).length;
}

describe('a fault', () => {
  it('answers a status of its own, as often as asked, and does nothing', async () => {
    const fault: Fault = { kind: 'status', status: 503, headers: { 'retry-after': '7' }, body: { oops: true } };
    await control.fault({ operation: 'create', fault, times: 2 });
    const answers = [await create(sandbox), await create(sandbox)];
    expect(answers).toMatchObject([
      { status: 503, text: '{"oops":true}' },
      { status: 503, text: '{"oops":true}' },
    ]);
    expect(await tickets()).toBe(0);
    expect((await create(sandbox)).status).toBe(200);
  });

  it('strikes its own operation only, in the order asked for', async () => {
    await control.fault({ operation: 'query', fault: { kind: 'status', status: 500 } });
    await control.fault({ operation: 'query', fault: { kind: 'status', status: 429 } });
    expect((await create(sandbox)).status).toBe(200);
    const answers = [await query(sandbox, 'x'), await query(sandbox, 'x'), await query(sandbox, 'x')];
    expect(answers.map(({ status }) => status)).toEqual([500, 429, 404]);
  });

  it('creates the order first when executed', async () => {
    await control.fault({ operation: 'create', fault: { kind: 'status', status: 500, executed: true } });
    expect((await create(sandbox)).status).toBe(500);
    expect(await tickets()).toBe(1);
  });

  it('answers garbage', async () => {
    await control.fault({ operation: 'create', fault: { kind: 'garbage' } });
    await control.fault({ operation: 'create', fault: { kind: 'garbage', body: '{"code":' } });
    const first = await create(sandbox);
    expect(first).toMatchObject({ status: 200, text: expect.stringContaining('<html>') });
    expect((await create(sandbox)).text).toBe('{"code":');
    expect(await tickets()).toBe(0);
  });

  it('resets the connection and does nothing', async () => {
    await control.fault({ operation: 'create', fault: { kind: 'reset' } });
    expect(codeOf(await create(sandbox).catch((error: unknown) => error))).toBe('ECONNRESET');
    expect(await tickets()).toBe(0);
    expect(await control.calls('create')).toMatchObject([{ responseStatus: null }]);
  });

  it('loses the reply of an order that was created', async () => {
    await control.fault({ operation: 'create', fault: { kind: 'lose_reply' } });
    expect(codeOf(await create(sandbox).catch((error: unknown) => error))).toBe('ECONNRESET');
    expect(await tickets()).toBe(1);
    expect((await query(sandbox, PAYIN.reference)).body.data['status']).toBe('PENDING');
  });

  it('delays, then answers as usual', async () => {
    await control.fault({ operation: 'create', fault: { kind: 'delay', delayMs: 60 } });
    const start = Date.now();
    expect((await create(sandbox)).status).toBe(200);
    expect(Date.now() - start).toBeGreaterThanOrEqual(59);
  });

  it.each([
    [false, 0],
    [true, 1],
  ])('delayed past the patience of the client, executed %p, leaves %i orders', async (executed, count) => {
    await control.fault({ operation: 'create', fault: { kind: 'delay', delayMs: 1_000, executed } });
    const error = await create(sandbox, {}, { signal: AbortSignal.timeout(500) }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: 'TimeoutError' });
    // The same question on a longer clock: by its answer the first delay is over.
    await control.fault({ operation: 'query', fault: { kind: 'delay', delayMs: 1_000 } });
    await query(sandbox, PAYIN.reference);
    expect(await tickets()).toBe(count);
  });

  it('hangs until the client gives up', async () => {
    await control.fault({ operation: 'query', fault: { kind: 'hang' } });
    const error = await query(sandbox, 'x', { signal: AbortSignal.timeout(40) }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: 'TimeoutError' });
  });

  it('is gone when faults are cleared', async () => {
    expect(await control.fault({ operation: 'create', fault: { kind: 'hang' } })).toHaveLength(1);
    await control.clearFaults();
    expect((await create(sandbox)).status).toBe(200);
  });
});

describe('closing', () => {
  it('does not wait while calls hang, are delayed and sockets idle, twice', async () => {
    await control.fault({ operation: 'create', fault: { kind: 'hang' } });
    await control.fault({ operation: 'query', fault: { kind: 'delay', delayMs: 60_000 } });
    const stuck = [create(sandbox), query(sandbox, 'x')].map((reply) => reply.then(String, codeOf));
    await until(
      () => control.calls(),
      (calls) => calls.length === 2,
    );
    const start = Date.now();
    await Promise.all([sandbox.close(), sandbox.close()]);
    expect(Date.now() - start).toBeLessThan(30_000);
    expect(await Promise.all(stuck)).toEqual([
      expect.stringMatching(/SOCKET|RESET/),
      expect.stringMatching(/SOCKET|RESET/),
    ]);
  });

  it('frees its port', async () => {
    const port = Number(new URL(sandbox.url).port);
    await expect(startSandbox({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await sandbox.close();
    const again = await startSandbox({ port });
    await again.close();
  });
});
