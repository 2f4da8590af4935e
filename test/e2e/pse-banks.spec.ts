import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Service, startService } from '../../src/app/service.js';
import { PseBanks } from '../../src/pse-banks/pse-banks.service.js';
import { newReference } from '../support/api-client.js';
import { BankListServer } from '../support/bank-list-server.js';
import { expectProblem } from '../support/expect-problem.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { until } from '../support/until.js';

const HOUR = 3600;
const DAY = 24 * HOUR;
const BANCOLOMBIA = { code: '1007', name: 'BANCOLOMBIA', image: null };

let provider: BankListServer;
let testApp: TestApp;
let startedAgain: Service | undefined;

beforeEach(async () => {
  provider = await BankListServer.start();
  testApp = await startTestApp({ TUMIPAY_BASE_URL: provider.url });
});

afterEach(async () => {
  await startedAgain?.close();
  startedAgain = undefined;
  await testApp?.close();
  provider?.close();
});

const banks = (query = '') => testApp.api.call<unknown>('GET', `/pse/banks${query}`);
const ageOf = ({ headers }: { headers: Headers }) => Number(headers.get('age'));

/** The service with an empty memory, and the list that it kept that much older. */
async function startAgainAfter(seconds: number): Promise<void> {
  await testApp.service.close();
  await testApp.database.query(`update pse_bank_lists set fetched_at = fetched_at - $1 * interval '1 second'`, [
    seconds,
  ]);
  startedAgain = await startService(testApp.environment);
}

describe('the list of PSE banks', () => {
  it('is the provider’s, by our names, with its age', async () => {
    provider.banks = [
      { code: '0', name: 'Seleccione su banco' },
      { code: '1507', name: 'NEQUI', image: 'https://assets.tumipay.co/images/payment_method/nequi.webp' },
      { code: '1007', name: 'BANCOLOMBIA' },
    ];
    const answer = await banks();
    expect([answer.status, answer.body]).toEqual([
      200,
      [
        { code: '1507', name: 'NEQUI', image: 'https://assets.tumipay.co/images/payment_method/nequi.webp' },
        BANCOLOMBIA,
      ],
    ]);
    expect(answer.headers.get('age')).toMatch(/^\d{1,2}$/);
    const modified = Date.parse(answer.headers.get('last-modified') ?? '');
    expect(Math.abs(Date.now() - modified)).toBeLessThan(100_000);
    expect((await banks('?provider=tumipay')).body).toEqual(answer.body);
  });

  it('is asked for once, however many want it at the same time, and not again within a day', async () => {
    provider.holding = true;
    const asking = Array.from({ length: 30 }, () => banks());
    await until('the provider to be asked', () => provider.waiting > 0);
    provider.letGo();
    for (const { status, body } of await Promise.all(asking)) expect([status, body]).toEqual([200, [BANCOLOMBIA]]);
    expect((await banks()).status).toBe(200);
    await startAgainAfter(DAY - 600);
    expect(ageOf(await banks())).toBeGreaterThanOrEqual(DAY - 600);
    expect(provider.calls).toBe(1);
  });

  it('is asked for again when it is a day old', async () => {
    await banks();
    provider.banks = [{ code: '1809', name: 'NU' }];
    await startAgainAfter(DAY);
    const answer = await banks();
    expect(answer.body).toEqual([{ code: '1809', name: 'NU', image: null }]);
    expect(ageOf(answer)).toBeLessThan(60);
    expect(provider.calls).toBe(2);
  });

  it.each(['error', 'busy', 'hang_up'] as const)(
    'is the last good one with its age while the provider is away (%s), which is left alone then',
    async (fault) => {
      await banks();
      provider.fault = fault;
      await startAgainAfter(3 * DAY);
      for (const answer of [await banks(), await banks(), await banks()]) {
        expect([answer.status, answer.body]).toEqual([200, [BANCOLOMBIA]]);
        expect(ageOf(answer)).toBeGreaterThanOrEqual(3 * DAY);
        expect(ageOf(answer)).toBeLessThan(3 * DAY + 600);
        const modified = Date.parse(answer.headers.get('last-modified') ?? '');
        expect(Math.abs(Date.now() - modified - 3 * DAY * 1000)).toBeLessThan(600_000);
      }
      expect(provider.calls).toBe(2);
    },
  );

  it('is at most an hour old where payers choose from it, and asked for before, so that they need not wait', async () => {
    const forPayers = async () =>
      (await (startedAgain ?? testApp.service).app.get(PseBanks, { strict: false }).listForPayers('tumipay')).banks;
    await banks();
    provider.banks = [{ code: '1809', name: 'NU' }];
    await startAgainAfter(HOUR / 2);
    expect((await forPayers()).map(({ code }) => code)).toEqual(['1007']);
    expect(provider.calls).toBe(1);
    await startedAgain!.close();
    await startAgainAfter(HOUR / 2);
    expect((await forPayers()).map(({ code }) => code)).toEqual(['1809']);
    expect(provider.calls).toBe(2);
    provider.banks = [{ code: '1551', name: 'DAVIPLATA' }];
    await startedAgain!.close();
    await startAgainAfter(HOUR - 600);
    await until('the new list', async () => (await forPayers())[0]?.code === '1551');
    expect(provider.calls).toBe(3);
    // The provider is away: the last good list is better than none.
    provider.fault = 'error';
    await startedAgain!.close();
    await startAgainAfter(2 * HOUR);
    expect((await forPayers()).map(({ code }) => code)).toEqual(['1551']);
  });

  it('does not give way to an empty one', async () => {
    await banks();
    provider.banks = [];
    await startAgainAfter(DAY);
    expect((await banks()).body).toEqual([BANCOLOMBIA]);
  });

  it('is a 503 that says when to come again where no list was ever given; nobody waits for the provider twice', async () => {
    provider.fault = 'busy';
    for (const answer of [await banks(), await banks()]) {
      expectProblem(answer, 'UNAVAILABLE');
      expect(answer.headers.get('retry-after')).toMatch(/^[67]$/);
    }
    expect(provider.calls).toBe(1);
  });

  it.each(['nobody', 'teemopay', 'Not a name', 'constructor', ''])('is a 400 for the provider %p', async (name) => {
    expectProblem(await banks(`?provider=${encodeURIComponent(name)}`), 'VALIDATION_FAILED', 'provider');
    expect(provider.calls).toBe(0);
  });

  it('belongs to no organization, as its row says', async () => {
    await banks();
    const rows = await testApp.database.query(
      'select organization_id::text as organization, provider from pse_bank_lists',
    );
    expect(rows).toEqual([{ organization: '00000000-0000-0000-0000-000000000000', provider: 'tumipay' }]);
  });
});

describe('the bank of a payin', () => {
  const create = (bank: string, changes: Record<string, unknown> = {}) =>
    testApp.api.create({ pse: { bank, personType: 'NATURAL' }, ...changes });
  const payins = () => testApp.database.query('select id from payins');

  it.each(['0', '00', '0000'])(
    'is refused where it is %s, the prompt of the list, before anybody is asked',
    async (bank) => {
      for (const rail of ['PSE', 'ANY', 'BRE_B'])
        expectProblem(await create(bank, { rail }), 'PROVIDER_RULE', 'pse.bank');
      expect([provider.calls, await payins()]).toEqual([0, []]);
    },
  );

  it('is refused where nobody lists it, also on a hosted page that would not look at it; the reference stays free', async () => {
    const reference = newReference();
    for (const bank of ['9999', '1008', '7'])
      expectProblem(await create(bank, { reference }), 'PROVIDER_RULE', 'pse.bank');
    expect([provider.calls, provider.orders, await payins()]).toEqual([1, 0, []]);
    expect((await create('1007', { reference })).status).toBe(201);
    expect([provider.orders, await payins()]).toEqual([1, [expect.anything()]]);
  });

  it('is known once it is listed: an old list is not believed about what it lacks', async () => {
    expect((await create('1007')).status).toBe(201);
    provider.banks = [{ code: '1809', name: 'NU' }];
    await startAgainAfter(DAY);
    expect((await create('1809')).status).toBe(201);
    expectProblem(await create('1007'), 'PROVIDER_RULE', 'pse.bank');
  });

  it.each(['error', 'hang_up'] as const)(
    'is not held against the payer while no list can be had (%s), but for the prompt',
    async (fault) => {
      provider.fault = fault;
      expect((await create('1040')).status).toBe(201);
      expectProblem(await create('0'), 'PROVIDER_RULE', 'pse.bank');
      expect(await payins()).toHaveLength(1);
    },
  );

  it('does not wait for a list that does not come', async () => {
    provider.holding = true;
    expect((await create('1040')).status).toBe(201);
    expect([provider.waiting, provider.orders]).toEqual([1, 1]);
  });

  it('must be in the list of the provider that it is sent to; others may have it', async () => {
    await testApp.close();
    testApp = await startTestApp({
      PROVIDERS: 'tumipay,teemopay',
      TUMIPAY_BASE_URL: provider.url,
      TUMIPAY_DIRECT: 'true',
      ROUTING_PSE: 'tumipay,teemopay',
    });
    expectProblem(await create('1040', { provider: 'tumipay' }), 'PROVIDER_RULE', 'pse.bank');
    expect((await create('1040')).body).toMatchObject({ provider: 'teemopay', status: 'PENDING' });
    // Taken by TeemoPay, and not shown: a code of its payout list.
    expect((await create('1151')).body).toMatchObject({ provider: 'teemopay', status: 'PENDING' });
    const shown = (await banks('?provider=teemopay')).body as { code: string }[];
    expect(shown.map(({ code }) => code)).toEqual(expect.not.arrayContaining(['1151', '1053']));
    expect(provider.orders).toBe(0);
  });
});
