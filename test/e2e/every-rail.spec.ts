import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Instructions, Rail } from '@recaudo/payment-provider';
import type { ProviderName } from '@recaudo/sandbox';
import { declaredProviders } from '../../src/provider-registry/declared-providers.js';
import { PROVIDERS } from '../../src/providers.js';
import { providerSide } from '../support/provider-side.js';
import { type TestApp, startTestApp } from '../support/test-app.js';

const PSE = { bank: '1007', personType: 'NATURAL' };

/** Every rail of every provider, and what the payer is told to do. */
const RAILS: [ProviderName, Rail, Instructions['type'], Record<string, unknown>?][] = [
  ['tumipay', 'PSE', 'redirect'],
  ['tumipay', 'BRE_B', 'breb_key'],
  ['tumipay', 'EFECTY', 'redirect'],
  ['tumipay', 'CARD', 'redirect'],
  ['tumipay', 'ANY', 'redirect'],
  ['hellopay', 'PSE', 'redirect', { pse: PSE }],
  ['hellopay', 'BRE_B', 'breb_key', { breb: { keyType: 'QR_CODE' } }],
  ['hellopay', 'NEQUI', 'push'],
  ['teemopay', 'PSE', 'redirect', { pse: PSE }],
  ['teemopay', 'BRE_B', 'breb_key'],
  ['teemopay', 'NEQUI', 'redirect'],
  ['teemopay', 'EFECTY', 'redirect'],
  ['teemopay', 'ANY', 'redirect'],
];

let testApp: TestApp;

beforeAll(async () => {
  testApp = await startTestApp({ PROVIDERS: PROVIDERS.map(({ name }) => name).join() });
});
afterAll(() => testApp?.close());

it('has every rail of every provider in its usual mode', async () => {
  const usual = (await declaredProviders(PROVIDERS)).filter(({ mode }) => Object.keys(mode).length === 0);
  const declared = usual.flatMap(({ provider: { name, rails } }) => rails.map((rail) => `${name} ${rail}`));
  expect(RAILS.map(([provider, rail]) => `${provider} ${rail}`).toSorted()).toEqual(declared.toSorted());
});

describe.each(RAILS)('%s over %s', (provider, rail, instructions, details) => {
  it(`tells the payer what to do (${instructions}), is paid, and the merchant hears of it once`, async () => {
    const { api, merchant } = testApp;
    const payin = await api.open({ provider, rail, ...details, callbackUrl: merchant.url });
    expect(payin).toMatchObject({ provider, rail, instructions: { type: instructions } });
    const { control, order } = await providerSide(testApp, payin, provider);
    await control.pay(order.id);
    const paid = await api.reaches(payin.id, 'APPROVED');
    expect(paid).toMatchObject({ amountReceivedInCents: payin.amountInCents, amountStatus: 'EXACT' });
    expect(paid.receipts).toHaveLength(1);
    await merchant.eventOf(payin.id, 'payin.approved');
    expect(await api.discrepancies(payin.id)).toEqual([]);
  });

  it('ends at its provider when the payin says so, and where it ends at another time the payin says that this is not known', async () => {
    const { api } = testApp;
    const payin = await api.open({ provider, rail, ...details, expiresInMinutes: 31 });
    const { order } = await providerSide(testApp, payin, provider);
    const differsByMs = Math.abs(Date.parse(order.expiresAt!) - Date.parse(payin.expiresAt));
    expect(payin.providerExpiresAt).toBe(differsByMs < 60_000 ? payin.expiresAt : null);
  });

  it('is found to be paid without any webhook', async () => {
    const { api } = testApp;
    const payin = await api.open({ provider, rail, ...details });
    const { control, order } = await providerSide(testApp, payin, provider);
    await control.pay(order.id, { webhook: 'none' });
    expect(await api.call('POST', `/payins/${payin.id}/refresh`)).toMatchObject({ status: 200 });
    // An answer that may only repeat what was asked proves no amount.
    const isEcho = provider === 'tumipay' && (rail === 'BRE_B' || rail === 'ANY');
    expect(await api.payin(payin.id)).toMatchObject(
      isEcho ? { status: 'PENDING', amountStatus: 'UNCONFIRMED' } : { status: 'APPROVED', amountStatus: 'EXACT' },
    );
  });

  it('is refused by the payer', async () => {
    const { api } = testApp;
    const payin = await api.open({ provider, rail, ...details });
    const { control, order } = await providerSide(testApp, payin, provider);
    await control.reject(order.id);
    await api.call('POST', `/payins/${payin.id}/refresh`);
    expect((await api.reaches(payin.id, 'REJECTED')).receipts).toEqual([]);
  });
});
