import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EVENT_TYPES, type EventType } from '../../src/payins/domain/history.js';
import type { PresentedPayin } from '../../src/payins/presenters/payin.presenter.js';
import { DescribedSchemas, escaped } from '../support/described-schemas.js';
import { type EndpointServer, startEndpointServer } from '../support/endpoint-server.js';
import { NotificationApi } from '../support/notification-api.js';
import { providerSide } from '../support/provider-side.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { until } from '../support/until.js';

let testApp: TestApp;
let server: EndpointServer;
let schemas: DescribedSchemas;

beforeAll(async () => {
  testApp = await startTestApp({ PROVIDERS: 'tumipay,hellopay' });
  await testApp.sandbox.tumipay.setSwitches({ expires: false });
  server = await startEndpointServer();
  await new NotificationApi(testApp.api).createEndpoint({ url: server.url });
  schemas = new DescribedSchemas((await testApp.api.call('GET', '/openapi.json')).body);
});

afterAll(async () => {
  await testApp?.close();
  await server?.close();
});

const open = (changes: Record<string, unknown> = {}) =>
  testApp.api.open({ provider: 'tumipay', callbackUrl: testApp.merchant.url, ...changes });

async function paid(amountInCents: number): Promise<PresentedPayin> {
  const payin = await open({ rail: 'BRE_B', amountInCents: 5_000_000 });
  const { control, order } = await providerSide(testApp, payin, 'tumipay');
  await control.pay(order.id, { amountInCents });
  return payin;
}

async function act(payin: PresentedPayin, action: string, status: string): Promise<PresentedPayin> {
  await testApp.api.call('POST', `/payins/${payin.id}/${action}`);
  return testApp.api.reaches(payin.id, status);
}

async function expired(): Promise<PresentedPayin> {
  const payin = await open();
  await testApp.database.query('update payins set expires_at = now(), due_at = now() where id = $1', [payin.id]);
  return testApp.api.reaches(payin.id, 'EXPIRED');
}

async function refunded(...actions: readonly [action: string, body?: object][]): Promise<PresentedPayin> {
  const payin = await paid(5_000_000);
  await testApp.api.reaches(payin.id, 'APPROVED');
  const to = { type: 'BRE_B_KEY', key: '@canarykey1234' };
  const request = { amountInCents: 100_000, reason: 'CUSTOMER_REQUEST', to };
  const { body } = await testApp.api.call('POST', `/payins/${payin.id}/refunds`, request);
  for (const [action, of] of actions) await testApp.api.call('POST', `/refunds/${String(body['id'])}/${action}`, of);
  return payin;
}

/** How each of them comes about: none is in the contract alone. */
const STORIES: Readonly<Record<EventType, () => Promise<PresentedPayin>>> = {
  'payin.created': open,
  'payin.pending': open,
  'payin.approved': () => paid(5_000_000),
  'payin.underpaid': () => paid(1_000_000),
  'payin.overpaid': () => paid(9_000_000),
  'payin.rejected': async () => {
    const payin = await open();
    const { control, order } = await providerSide(testApp, payin, 'tumipay');
    await control.reject(order.id);
    return payin;
  },
  'payin.expired': expired,
  'payin.canceled': async () => act(await open(), 'cancel', 'CANCELED'),
  'payin.failed': async () => {
    const body = '{"code":"00","status":"ERROR","message":"no","error":"AMOUNT_TOO_LOW"}';
    await testApp.sandbox.tumipay.fault({
      operation: 'create',
      fault: { kind: 'status', status: 400, body },
      times: 1,
    });
    return (await testApp.api.create({ provider: 'tumipay', callbackUrl: testApp.merchant.url })).body;
  },
  'payin.reversed': async () => {
    const payin = await open({ provider: 'hellopay', rail: 'NEQUI' });
    const { control, order } = await providerSide(testApp, payin, 'hellopay');
    await control.pay(order.id);
    await testApp.api.reaches(payin.id, 'APPROVED');
    await control.reverse(order.id, { webhook: 'none' });
    await act(payin, 'refresh', 'REVERSED');
    return payin;
  },
  'payin.late_payment': async () => {
    const payin = await expired();
    const { control, order } = await providerSide(testApp, payin, 'tumipay');
    await control.pay(order.id);
    return payin;
  },
  'refund.requested': () => refunded(),
  'refund.approved': () => refunded(['approve']),
  'refund.paid': () => refunded(['approve'], ['pay', { evidence: 'transfer 1' }]),
  'refund.canceled': () => refunded(['cancel']),
  'discrepancy.opened': () => paid(1_000_000),
  'discrepancy.resolved': async () => {
    const payin = await paid(1_000_000);
    await testApp.api.reaches(payin.id, 'UNDERPAID');
    return act(payin, 'accept', 'APPROVED');
  },
};

describe('each event of the contract', () => {
  it.each(EVENT_TYPES)(
    '%s is told at the callbackUrl and at a standing endpoint, as it stands in the history',
    async (type) => {
      const payin = await STORIES[type]();
      const called = await testApp.merchant.eventOf(payin.id, type);
      const ledgerState = await until('the endpoint to hear it', () =>
        // Of several of a kind the same one: which of them comes first at an address is not said.
        server.received.find(
          ({ message }) => message.data['id'] === payin.id && message.data['sequence'] === called.message.data.sequence,
        ),
      );
      expect(ledgerState.raw).toBe(called.raw);
      const { data } = called.message;
      expect((await testApp.api.events(payin.id)).find(({ sequence }) => sequence === data.sequence)?.type).toBe(type);
      expect(Object.keys(data)).toEqual(
        expect.arrayContaining([...Object.keys(await testApp.api.payin(payin.id)), 'sequence']),
      );
      const schema = `/webhooks/${escaped(type)}/post/requestBody/content/${escaped('application/json')}/schema`;
      expect(schemas.problemsOf(schema, called.message)).toEqual([]);
      const [id] = String(called.headers['webhook-id']).split(' ');
      expect(id).toMatch(/^msg_[0-9a-f-]{36}$/);
    },
  );

  it('is told once at each address for each time that it happened', async () => {
    const [{ missing }] = (await testApp.database.query<{ missing: number }>(
      `select count(*)::int as missing from payin_events e
       where e.type = any ($1) and 2 <> (
         select count(*) from notifications n where n.payin_id = e.payin_id and n.sequence = e.sequence and n.type = e.type)`,
      [EVENT_TYPES],
    )) as [{ missing: number }];
    expect(missing).toBe(0);
  });
});
