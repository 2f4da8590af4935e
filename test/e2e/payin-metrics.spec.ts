import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DISCREPANCY_KINDS } from '../../src/payins/domain/discrepancy.js';
import type { PresentedPayin } from '../../src/payins/presenters/payin.presenter.js';
import { payinRequest } from '../support/api-client.js';
import { providerSide } from '../support/provider-side.js';
import { secondOrganization } from '../support/second-organization.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { processTimePasses } from '../support/time.js';

const OPEN_KEPT_SECONDS = 30;

let testApp: TestApp;

beforeAll(async () => {
  testApp = await startTestApp({ PROVIDERS: 'teemopay', RAIL_POLICY_BRE_B: '{"pollSeconds":[3600]}' });
});
afterAll(() => testApp?.close());

async function scrape(): Promise<string> {
  processTimePasses(OPEN_KEPT_SECONDS);
  return (await fetch(`${testApp.url}/metrics`)).text();
}

/** The samples of a metric, each by its labels as they are written. */
function samples(text: string, name: string): Record<string, number> {
  const lines = text.split('\n').filter((line) => line.startsWith(`${name}{`));
  return Object.fromEntries(
    lines.map((line) => [line.slice(name.length + 1, line.indexOf('}')), Number(line.split(' ').at(-1))]),
  );
}

async function pay(payin: PresentedPayin, amountInCents: number, status: string, feeInCents = 0): Promise<void> {
  const { control, order } = await providerSide(testApp, payin, 'teemopay');
  await control.pay(order.id, { amountInCents, feeInCents });
  await testApp.api.reaches(payin.id, status);
}

describe('GET /metrics', () => {
  it('has payins by rail, provider and outcome, their money, the time to paid, and what is open', async () => {
    const { api } = testApp;
    const open = (amountInCents = 5_000_000) => api.open({ rail: 'BRE_B', amountInCents });
    const paid = await open(10_000_000);
    await pay(paid, 10_000_000, 'APPROVED', 300_000);
    await pay(await open(), 3_000_000, 'UNDERPAID');
    await pay(await open(), 6_000_000, 'APPROVED');
    const reversed = await open();
    await pay(reversed, 5_000_000, 'APPROVED');
    const { control, order } = await providerSide(testApp, reversed, 'teemopay');
    await control.reverse(order.id, { webhook: 'none' });
    await api.call('POST', `/payins/${reversed.id}/refresh`);
    const canceled = await open();
    await api.call('POST', `/payins/${canceled.id}/cancel`);
    const text = await scrape();

    const of = (outcome: string) => `rail="BRE_B",provider="teemopay",outcome="${outcome}"`;
    expect(samples(text, 'recaudo_payins_total')).toEqual({
      [of('CREATED')]: 5,
      [of('PENDING')]: 5,
      [of('APPROVED')]: 3,
      [of('UNDERPAID')]: 1,
      [of('REVERSED')]: 1,
      [of('CANCELED')]: 1,
    });
    const money = (kind: string) => `rail="BRE_B",provider="teemopay",kind="${kind}"`;
    expect(samples(text, 'recaudo_payin_money_in_cents_total')).toEqual({
      [money('asked')]: 30_000_000,
      [money('received')]: 24_000_000,
      [money('fees')]: 300_000,
      [money('reversed')]: 5_000_000,
    });
    const place = 'rail="BRE_B",provider="teemopay"';
    expect(samples(text, 'recaudo_payin_time_to_paid_seconds_count')).toEqual({ [place]: 3 });
    expect(samples(text, 'recaudo_payin_time_to_paid_seconds_sum')[place]).toBeLessThan(60);
    const kinds = Object.fromEntries(DISCREPANCY_KINDS.map((kind) => [`kind="${kind}"`, 0]));
    expect(samples(text, 'recaudo_open_discrepancies')).toEqual({
      ...kinds,
      ...{ 'kind="UNDERPAID"': 1, 'kind="OVERPAID"': 1, 'kind="CHARGEBACK"': 1 },
    });
    expect(samples(text, 'recaudo_money_at_risk_in_cents')).toEqual({
      ...kinds,
      ...{ 'kind="UNDERPAID"': 2_000_000, 'kind="OVERPAID"': 1_000_000, 'kind="CHARGEBACK"': 5_000_000 },
    });
  });

  it('counts once what is asked twice, sums up all organizations, and names none of them', async () => {
    const { api, organizationId } = await secondOrganization(testApp);
    const request = payinRequest({ rail: 'BRE_B' });
    await Promise.all([api.call('POST', '/payins', request), api.call('POST', '/payins', request)]);
    const text = await scrape();
    expect(samples(text, 'recaudo_payins_total')).toMatchObject({
      'rail="BRE_B",provider="teemopay",outcome="CREATED"': 6,
    });
    const ids = await testApp.database.query<{ id: string }>(
      'select id from organizations union select id from payins',
    );
    for (const { id } of [...ids, { id: organizationId }]) expect(text).not.toContain(id);
  });

  it('is described whole in docs/metrics.md', async () => {
    const text = await scrape();
    const names = [...text.matchAll(/^# TYPE (recaudo_\w+) /gm)].map(([, name]) => name!);
    const described = [...readFileSync('docs/metrics.md', 'utf8').matchAll(/^\| `(recaudo_\w+)`/gm)].map(
      ([, name]) => name!,
    );
    expect(described.toSorted()).toEqual(names.toSorted());
  });

  it('says of every figure whether it is of this process or of the database', async () => {
    const text = await scrape();
    for (const name of ['payins_total', 'payin_money_in_cents_total', 'payin_time_to_paid_seconds'])
      expect(text).toMatch(new RegExp(`# HELP recaudo_${name} .*by this process: sum it over all processes`));
    for (const name of ['open_discrepancies', 'money_at_risk_in_cents'])
      expect(text).toMatch(new RegExp(`# HELP recaudo_${name} .*in the database.*take the greatest`));
  });
});
