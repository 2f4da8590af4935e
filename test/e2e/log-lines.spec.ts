import { globSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { PinoLogger } from '../../src/logging/pino-logger.js';
import { newReference, payinRequest, ticketOf } from '../support/api-client.js';
import { type EndpointServer, startEndpointServer } from '../support/endpoint-server.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { until } from '../support/until.js';

type Line = Record<string, unknown> & { msg?: string; context?: string };

/** Who writes only about payins. What is called, is called for one. */
const PAYIN_WORK = [
  'ApplyUpdates',
  'CheckPayinStatus',
  'InboundWebhookWorker',
  'NotificationWorker',
  'OpenAttempt',
  'OutboundHttp',
];

let testApp: TestApp;
let merchant: EndpointServer;
const lines: Line[] = [];

beforeAll(async () => {
  merchant = await startEndpointServer();
  merchant.answers((response) => void response.writeHead(500).end());
  testApp = await startTestApp({ LOG_LEVEL: 'trace', PROVIDERS: 'tumipay,hellopay' });
  const { pino: logger } = testApp.service.app.get(PinoLogger);
  Object.assign(logger, {
    [pino.symbols.streamSym]: { write: (line: string) => void lines.push(JSON.parse(line) as Line) },
  });
});
afterAll(async () => {
  await testApp?.close();
  await merchant?.close();
});

const line = (msg: string, id?: string) =>
  until(`the line "${msg}"`, () => lines.find((one) => one.msg === msg && (!id || one['payinId'] === id)));

describe('the lines about a payin', () => {
  it('have its id and its reference, in all that is done with it while its provider and its merchant fail', async () => {
    const { api, sandbox, database } = testApp;
    const callbackUrl = merchant.url;

    const paid = await api.open({ callbackUrl });
    await sandbox.tumipay.fault({ operation: 'query', fault: { kind: 'status', status: 503 }, times: 3 });
    await sandbox.tumipay.pay(ticketOf(paid));
    await line('a webhook could not be applied yet', paid.id);
    await api.reaches(paid.id, 'APPROVED');
    await line('a notification was not delivered', paid.id);

    const to = { type: 'BRE_B_KEY', key: '@canaryofalog' };
    await api.call('POST', `/payins/${paid.id}/refunds`, { amountInCents: 1, reason: 'OTHER', to });
    expect(lines).toContainEqual(
      expect.objectContaining({ msg: 'payin', payinId: paid.id, type: 'refund.requested', source: 'operator' }),
    );
    expect(JSON.stringify(lines)).not.toContain('canaryofalog');

    const checked = await api.open();
    await sandbox.tumipay.fault({ operation: 'query', fault: { kind: 'status', status: 503 }, times: 1 });
    await api.call('POST', `/payins/${checked.id}/refresh`);
    await line('the provider did not answer a status check', checked.id);

    await sandbox.tumipay.fault({ operation: 'create', fault: { kind: 'status', status: 500 }, times: 1 });
    await api.call('POST', '/payins', payinRequest({ reference: newReference(), provider: 'tumipay' }));

    const underpaid = await api.open({ rail: 'BRE_B' });
    await sandbox.tumipay.pay(ticketOf(underpaid), { amountInCents: 1_000_000 });
    await api.reaches(underpaid.id, 'UNDERPAID');

    const broken = await api.open();
    await database.query('delete from attempts where payin_id = $1', [broken.id]);
    await database.query('update payins set due_at = now() where id = $1', [broken.id]);
    await line('due work failed; it is due again after its lease', broken.id);

    const payins = await database.query<{ id: string; reference: string }>('select id, reference from payins');
    const known = new Map(payins.map(({ id, reference }) => [id, reference]));
    const about = lines.filter(
      ({ context = '', payinId, msg }) =>
        payinId !== undefined || (PAYIN_WORK.includes(context) && msg !== 'a circuit breaker changed'),
    );
    expect(about.length).toBeGreaterThan(20);
    expect(
      about.filter(({ payinId, reference }) => !known.has(String(payinId)) || known.get(String(payinId)) !== reference),
    ).toEqual([]);
    expect(PAYIN_WORK.filter((context) => !about.some((one) => one.context === context))).toEqual(['OpenAttempt']);
    const calls = about.filter(({ msg }) => msg === 'outbound call').map(({ to }) => to);
    expect(new Set(calls)).toEqual(new Set(['tumipay', 'merchant']));
  });

  it('name both wherever the code names one', () => {
    const calls = globSync('src/**/*.ts')
      .filter((path) => !path.endsWith('.spec.ts'))
      .flatMap((path) => [...readFileSync(path, 'utf8').matchAll(/logger(?:\.\w+|\[[^\]]+\])\(\s*\{[^}]*\}/g)])
      .map(([call]) => call);
    expect(calls.length).toBeGreaterThan(10);
    expect(calls.filter((call) => /\bpayinId\b/.test(call) && !/\breference\b/.test(call))).toEqual([]);
  });
});
