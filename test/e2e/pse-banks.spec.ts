import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Service, startService } from '../../src/service.js';
import { BankListServer } from '../support/bank-list-server.js';
import { expectProblem } from '../support/expect-problem.js';
import { startStand, type Stand } from '../support/stand.js';
import { until } from '../support/until.js';

const DAY = 24 * 3600;
const BANCOLOMBIA = { code: '1007', name: 'BANCOLOMBIA', image: null };

let provider: BankListServer;
let stand: Stand;
let startedAgain: Service | undefined;

beforeEach(async () => {
  provider = await BankListServer.start();
  stand = await startStand({ TUMIPAY_BASE_URL: provider.url });
});

afterEach(async () => {
  await startedAgain?.close();
  startedAgain = undefined;
  await stand?.close();
  provider?.close();
});

const banks = (query = '') => stand.api.call<unknown>('GET', `/pse/banks${query}`);
const ageOf = ({ headers }: { headers: Headers }) => Number(headers.get('age'));

/** The service with an empty memory, and the list that it kept that much older. */
async function startAgainAfter(seconds: number): Promise<void> {
  await stand.service.close();
  await stand.database.query(`update pse_bank_lists set fetched_at = fetched_at - $1 * interval '1 second'`, [seconds]);
  startedAgain = await startService(stand.environment);
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
    const rows = await stand.database.query(
      'select organization_id::text as organization, provider from pse_bank_lists',
    );
    expect(rows).toEqual([{ organization: '00000000-0000-0000-0000-000000000000', provider: 'tumipay' }]);
  });
});
