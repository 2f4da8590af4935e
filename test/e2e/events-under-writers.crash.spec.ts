import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EVENT_TYPES } from '../../src/payins/domain/history.js';
import { newReference, payinRequest, ticketOf } from '../support/api-client.js';
import { EventReader, placeOf } from '../support/event-reader.js';
import { type Replicas, startReplicas } from '../support/replicas.js';
import { until } from '../support/until.js';

const WRITERS = 8;
const WRITING_MS = 12_000;

let replicas: Replicas;

beforeAll(async () => {
  replicas = await startReplicas(3);
  // Between its first write and its commit a transaction takes its time, and each another: later ones are often committed earlier.
  await replicas.database.query(`
    create function commit_slowly() returns trigger language plpgsql as
    $$ begin if random() < 0.3 then perform pg_sleep(random() * 0.08); end if; return null; end $$`);
  await replicas.database.query(`
    create constraint trigger commit_slowly after insert on payin_events deferrable initially deferred
    for each row execute function commit_slowly()`);
});
afterAll(() => replicas?.close());

/** One merchant's program: creates payins, lets some be paid and cancels some, at whichever replica answers. */
async function write(writer: number, until: number): Promise<void> {
  const { all, sandbox } = replicas;
  for (let turn = 0; performance.now() < until; turn += 1) {
    const { api } = all[(writer + turn) % all.length]!;
    const request = payinRequest({ reference: newReference() });
    try {
      const { status, body } = await api.call<never>('POST', '/payins', request);
      if (status !== 201) continue;
      if (turn % 3 === 0) await sandbox.tumipay.pay(ticketOf(body));
      else if (turn % 3 === 1) await api.call('POST', `/payins/${(body as { id: string }).id}/cancel`);
    } catch {
      // The replica was killed, and another one is asked.
      await wait(50);
    }
  }
}

describe('a reader that pages by cursor', () => {
  it(`misses no event of ${WRITERS} writers at three replicas, one of which is killed, and gets none twice`, async () => {
    const { all, database } = replicas;
    const endsAt = performance.now() + WRITING_MS;
    const written = new AbortController();
    // Small pages: as close behind the writers as can be.
    const reader = new EventReader(() => all[0]!.api, undefined, 'limit=7');
    const reading = (async () => {
      while (!written.signal.aborted) await reader.page();
    })();
    const writing = Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(writer, endsAt)));
    await wait(WRITING_MS / 3);
    await all[1]!.pullPlug();
    await wait(WRITING_MS / 6);
    await all[1]!.start();
    await writing;
    written.abort();
    await reading;
    const committed = () =>
      database.query<{ place: string }>(
        `select payin_id || ' ' || sequence as place from payin_events where type = any($1)`,
        [EVENT_TYPES],
      );
    const rows = await until('the reader to have all', async () => {
      await reader.drain();
      const all = await committed();
      return reader.read.length >= all.length && all;
    });
    const read = reader.read.map(placeOf);
    expect(read.length).toBeGreaterThan(200);
    expect(new Set(read).size).toBe(read.length);
    expect(new Set(read)).toEqual(new Set(rows.map(({ place }) => place)));
    const last = new Map<string, number>();
    for (const { data } of reader.read) {
      const [id, sequence] = [String(data['id']), Number(data['sequence'])];
      expect(sequence).toBeGreaterThan(last.get(id) ?? 0);
      last.set(id, sequence);
    }
  });
});
