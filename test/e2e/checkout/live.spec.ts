import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FIND_CHANGED_PAYINS } from '../../../src/checkout/checkout.queries.js';
import { EventStreams, STREAMS } from '../../../src/checkout/live/event-streams.js';
import { Database } from '../../../src/database/database.js';
import { startService } from '../../../src/app/service.js';
import { readEvents, type StreamReader } from '../../support/event-stream.js';
import { providerSide } from '../../support/provider-side.js';
import { startTestApp, type TestApp } from '../../support/test-app.js';
import { until } from '../../support/until.js';

let testApp: TestApp;
/** How many payins each question was about. */
const questions: number[] = [];

beforeAll(async () => {
  testApp = await startTestApp({ REQUESTS_AT_ONCE_MAX: '8', TRUSTED_PROXIES: '127.0.0.1/32,::1/128' });
  note(testApp);
});
afterAll(() => testApp?.close());

function note({ service }: TestApp): void {
  const database = service.app.get(Database);
  const query = database.query.bind(database);
  database.query = async (asked, values) => {
    if (asked.name === FIND_CHANGED_PAYINS.name) questions.push((values as unknown as { ids: string[] }).ids.length);
    return query(asked, values);
  };
}

const eventsOf = ({ checkoutUrl }: { checkoutUrl: string }, version?: number) => {
  const token = checkoutUrl.split('/').at(-1);
  return readEvents(`${testApp.url}/checkout/${token}/events${version === undefined ? '' : `?version=${version}`}`);
};
const changes = (reader: StreamReader) => reader.text().split('event: change').length - 1;
const isSilent = () => until('nobody to watch', () => testApp.service.app.get(EventStreams).count === 0);

describe('a stream of events', () => {
  it('says within two seconds that the payin is paid, and ends with it', async () => {
    const payin = await testApp.api.open({ rail: 'BRE_B' });
    const reader = await eventsOf(payin);
    expect(reader.status).toBe(200);
    expect(reader.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
    const { control, order } = await providerSide(testApp, payin, 'tumipay');
    await control.pay(order.id);
    await testApp.api.reaches(payin.id, 'APPROVED');
    const decidedAt = Date.now();
    await until('the end', () => reader.isOver());
    expect(Date.now() - decidedAt).toBeLessThan(2_000);
    expect(reader.text()).toMatch(/event: change\ndata: \{"version":\d+,"status":"APPROVED"\}\n\n$/);
  });

  it('says at once what has changed since the page was made', async () => {
    const payin = await testApp.api.open({ rail: 'BRE_B' });
    await testApp.api.call('POST', `/payins/${payin.id}/cancel`);
    const reader = await eventsOf(payin, 0);
    await until('the end', () => reader.isOver());
    expect(reader.text()).toContain('"status":"CANCELED"');
  });

  it('asks one question a second for all that are watched together, and none where nobody watches', async () => {
    await isSilent();
    await wait(1_100);
    questions.length = 0;
    const payins = [];
    for (let at = 0; at < 5; at += 1) payins.push(await testApp.api.open({ rail: 'BRE_B' }));
    await wait(1_100);
    expect(questions).toEqual([]);
    const readers: StreamReader[] = [];
    for (const payin of [...payins, ...payins]) readers.push(await eventsOf(payin));
    await until('some questions', () => questions.length >= 3);
    const startedAt = Date.now();
    questions.length = 0;
    await until('three more', () => questions.length >= 3);
    expect(Date.now() - startedAt).toBeGreaterThan(1_900);
    expect(new Set(questions)).toEqual(new Set([5]));
    expect(readers.map(changes)).toEqual(readers.map(() => 0));
    for (const reader of readers) reader.close();
    await isSilent();
    await wait(1_100);
    questions.length = 0;
    await wait(1_200);
    expect(questions).toEqual([]);
  });

  it('holds no turn: with many more of them than requests may be worked on, requests are served', async () => {
    const payins = [];
    for (let at = 0; at < 6; at += 1) payins.push(await testApp.api.open({ rail: 'BRE_B' }));
    const readers: StreamReader[] = [];
    for (const payin of [...payins, ...payins, ...payins]) readers.push(await eventsOf(payin));
    expect(readers.map(({ status }) => status)).toEqual(readers.map(() => 200));
    expect((await fetch(payins[0]!.checkoutUrl)).status).toBe(200);
    for (const reader of readers) reader.close();
    await isSilent();
  });

  it('is refused beyond its limits, for a page to poll instead, and is given again when others have ended', async () => {
    const payin = await testApp.api.open({ rail: 'BRE_B' });
    const readers: StreamReader[] = [];
    for (let at = 0; at < STREAMS.ofToken; at += 1) readers.push(await eventsOf(payin));
    const refused = await eventsOf(payin);
    expect([refused.status, refused.headers['retry-after']]).toEqual([429, expect.stringMatching(/^\d+$/)]);
    for (const reader of readers) reader.close();
    await isSilent();
    const again = await eventsOf(payin);
    expect(again.status).toBe(200);
    again.close();
  });

  it('ends at once when the service ends', async () => {
    const payin = await testApp.api.open({ rail: 'BRE_B' });
    const reader = await eventsOf(payin);
    const startedAt = Date.now();
    await testApp.service.close();
    await until('the end', () => reader.isOver());
    expect(Date.now() - startedAt).toBeLessThan(2_000);
    testApp.service = await startService(testApp.environment);
    note(testApp);
  });
});
