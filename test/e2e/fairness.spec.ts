import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { OutboundHttp } from '@recaudo/outbound-http';
import pg from 'pg';
import { type ApiClient, ticketOf } from '../support/api-client.js';
import { type EndpointServer, startEndpointServer } from '../support/endpoint-server.js';
import { secondOrganization } from '../support/second-organization.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { until } from '../support/until.js';

let testApp: TestApp;
let flooding: string;
/** The other organization's. */
let quiet: ApiClient;
let endpoint: EndpointServer;

beforeAll(async () => {
  testApp = await startTestApp({ POLL_TICK_SECONDS: '600', EXPIRY_SWEEP_SECONDS: '600' });
  const [organization] = await testApp.database.query<{ id: string }>('select id from organizations');
  flooding = organization!.id;
  quiet = (await secondOrganization(testApp)).api;
  endpoint = await startEndpointServer();
});

afterEach(() => testApp.sandbox.tumipay.clearFaults());

afterAll(async () => {
  await testApp?.close();
  await endpoint?.close();
});

const openMany = async (count: number): Promise<string[]> => {
  const ids: string[] = [];
  for (let opened = 0; opened < count; opened += 10)
    ids.push(...(await Promise.all(Array.from({ length: 10 }, () => testApp.api.open()))).map(({ id }) => id));
  return ids;
};

describe('one organization at its limits leaves another', () => {
  it('places for its deliveries, while 512 of its own servers hang with messages for each', async () => {
    const hanging = await startEndpointServer();
    let inFlight = 0;
    hanging.answers((response) => {
      inFlight += 1;
      response.on('close', () => (inFlight -= 1));
    });
    const [{ inAll }] = (await testApp.database.query<{ inAll: number }>(
      `with written as (
         insert into notifications (organization_id, id, sequence, type, url, partition, body, due_at)
         select $1, gen_random_uuid(), 0, 'payin.created', $2 || partition, 'flood ' || partition, '{}', now() - interval '1 day'
         from generate_series(1, 512) as partition, generate_series(1, 5) returning 1)
       select count(*)::int as "inAll" from written`,
      [flooding, `${hanging.url}/`],
    )) as [{ inAll: number }];
    expect(inAll).toBe(2_560);
    // Half of what this process sends at once, however many servers there are.
    await until('as many to hang as may', () => inFlight === 256);
    for (let count = 0; count < 3; count += 1) {
      const payin = await quiet.open({ callbackUrl: endpoint.url });
      await until('the other to hear', () => endpoint.received.find(({ message }) => message.data['id'] === payin.id));
    }
    expect(inFlight).toBe(256);
    await testApp.database.query(`update notifications set due_at = null where partition like 'flood %'`);
    await hanging.close();
  });

  it('places for its questions, while a hundred refreshes hang at the provider', async () => {
    const { sandbox, service } = testApp;
    const paid = await quiet.open();
    const ids = await openMany(100);
    await sandbox.tumipay.fault({ operation: 'query', fault: { kind: 'hang' }, times: 32 });
    const refreshes = Promise.all(ids.map((id) => testApp.api.call('POST', `/payins/${id}/refresh`)));
    const asked = () => service.app.get(OutboundHttp).health('tumipay').question;
    await until('as many to hang as may, and the others to wait', () => asked().inFlight === 32 && asked().queued > 0);
    await sandbox.tumipay.pay(ticketOf(paid));
    await until('its payment to be seen', async () => (await quiet.payin(paid.id)).status === 'APPROVED');
    // Nobody else's had ended by then.
    expect(asked().inFlight).toBe(32);
    expect((await quiet.call('POST', `/payins/${(await quiet.open()).id}/refresh`)).status).toBe(200);
    await refreshes;
  });

  it('connections to the database, while a hundred of its requests are held up there', async () => {
    const ids = await openMany(100);
    const holder = new pg.Client({ connectionString: testApp.database.url });
    await holder.connect();
    try {
      await holder.query('begin');
      await holder.query('select from payins where organization_id = $1 for update', [flooding]);
      const refreshes = Promise.all(ids.map((id) => testApp.api.call('POST', `/payins/${id}/refresh`)));
      const heldUp = async () =>
        (
          await testApp.database.query<{ one: string }>(
            `select pid || ' ' || query_start as one from pg_stat_activity
             where datname = current_database() and wait_event_type = 'Lock' and query like 'update payins set due_at%'`,
          )
        ).map(({ one }) => one);
      // Half of the connections of this process.
      const before = await until('as many to be held up as may', async () => {
        const all = await heldUp();
        return all.length >= 10 && all;
      });
      const payin = await quiet.open();
      expect((await quiet.payin(payin.id)).status).toBe('PENDING');
      // The same ones, all that while.
      expect(await heldUp()).toEqual(expect.arrayContaining(before));
      expect(before).toHaveLength(10);
      await holder.query('rollback');
      await refreshes;
    } finally {
      await holder.end();
    }
  });
});
