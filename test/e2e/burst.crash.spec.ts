import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Pool } from 'undici';
import { newReference, payinRequest } from '../support/api-client.js';
import { type Replicas, startReplicas } from '../support/replicas.js';
import { until } from '../support/until.js';

const PER_SECOND = 1_000;
const SECONDS = 4;
const STEP_MS = 10;

interface Outcome {
  reference: string;
  status: number;
  retryAfter: string | undefined;
  id: string | undefined;
}

let replicas: Replicas;
let clients: Pool;

beforeAll(async () => {
  replicas = await startReplicas(1);
  clients = new Pool(replicas.all[0]!.api.url, { connections: 512, headersTimeout: 100_000 });
});
afterAll(async () => {
  await clients?.close();
  await replicas?.close();
});

async function create(): Promise<Outcome> {
  const reference = newReference();
  const { statusCode, headers, body } = await clients.request({
    method: 'POST',
    path: '/payins',
    headers: { ...replicas.all[0]!.api.authorization, 'content-type': 'application/json' },
    body: JSON.stringify(payinRequest({ reference })),
  });
  const { id } = (await body.json()) as { id?: string };
  const retryAfter = headers['retry-after'];
  return { reference, status: statusCode, retryAfter: retryAfter?.toString(), id };
}

describe('a thousand creates a second, whatever the service can do', () => {
  it('are each a 201 with its payin and its order, or a 503 that says when to come again and has left nothing', async () => {
    const { database, sandbox } = replicas;
    const [api] = replicas.all.map((replica) => replica.api);
    const first = await api!.open();
    const began = performance.now();
    const asked: Promise<Outcome>[] = [];
    while (asked.length < PER_SECOND * SECONDS) {
      const due = Math.min(((performance.now() - began) / 1_000) * PER_SECOND, PER_SECOND * SECONDS);
      while (asked.length < due) asked.push(create());
      await wait(STEP_MS);
    }
    const outcomes = await Promise.all(asked);
    const taken = outcomes.filter(({ status }) => status === 201);
    for (const { status, retryAfter, reference } of outcomes)
      if (status !== 201)
        expect({ reference, status, retryAfter }).toEqual({
          reference,
          status: 503,
          retryAfter: expect.stringMatching(/^\d+$/),
        });
    expect(taken.length).toBeGreaterThan(SECONDS * 50);

    // A provider that could not take them all at once is asked again.
    await until('no payin to be on its way', async () => {
      return (await database.query(`select from payins where status = 'CREATED' limit 1`)).length === 0;
    });
    const rows = await database.query<{ reference: string; id: string; status: string }>(
      'select reference, id, status from payins where id <> $1',
      [first.id],
    );
    expect(rows.map(({ reference, id, status }) => `${reference} ${id} ${status}`).toSorted()).toEqual(
      taken.map(({ reference, id }) => `${reference} ${id} PENDING`).toSorted(),
    );
    const attempts = await database.query<{ payin: string; reference: string }>(
      'select payin_id as payin, provider_reference as reference from attempts',
    );
    const ordersOf = new Map<string, number>();
    const waiting = [...attempts];
    const count = async () => {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        const orders = await sandbox.tumipay.orders(next.reference);
        ordersOf.set(next.payin, (ordersOf.get(next.payin) ?? 0) + orders.length);
      }
    };
    await Promise.all(Array.from({ length: 16 }, count));
    expect([...ordersOf].filter(([, orders]) => orders !== 1)).toEqual([]);
    expect(ordersOf.size).toBe(taken.length + 1);
    const written = new Set(attempts.map(({ reference }) => reference));
    for (const { reference } of await sandbox.tumipay.orders()) expect(written).toContain(reference);
  });
});
