import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DiscrepancyStore, type FoundWithoutPayin } from '../../src/reconciliation/discrepancy.store.js';
import { type DiscrepancyView, newReference } from '../support/api-client.js';
import { secondOrganization } from '../support/second-organization.js';
import { type TestApp, startTestApp } from '../support/test-app.js';

let testApp: TestApp;
let store: DiscrepancyStore;
let organizationId: string;

beforeAll(async () => {
  testApp = await startTestApp();
  store = testApp.service.app.get(DiscrepancyStore);
  const [row] = await testApp.database.query<{ id: string }>('select id from organizations');
  organizationId = row!.id;
});
afterAll(() => testApp?.close());

const orphan = (changes: Partial<FoundWithoutPayin> = {}): FoundWithoutPayin => ({
  organizationId,
  kind: 'ORPHAN',
  provider: 'tumipay',
  reference: newReference(),
  actualInCents: 5000n,
  currency: 'COP',
  detail: 'not known here',
  source: 'webhook',
  evidence: [{ type: 'webhook', id: randomUUID() }],
  ...changes,
});
const found = async ({ reference }: FoundWithoutPayin) =>
  (await testApp.api.call<{ data: DiscrepancyView[] }>('GET', `/discrepancies?reference=${reference}`)).body.data;
const evidenceOf = ({ reference }: FoundWithoutPayin) =>
  testApp.database.query<{ evidence: object[] }>('select evidence from discrepancies where reference = $1', [
    reference,
  ]);
const settle = async (about: FoundWithoutPayin) => {
  const [open] = (await found(about)).filter(({ status }) => status === 'OPEN');
  await testApp.api.call('POST', `/discrepancies/${open!.id}/resolve`, { reason: 'ACCEPTED', note: 'seen' });
};

describe('a discrepancy without a payin', () => {
  it('is opened once, by any number at the same time, with the evidence of all', async () => {
    const about = orphan();
    const opened = await Promise.all(
      Array.from({ length: 10 }, () => store.open({ ...about, evidence: [{ type: 'webhook', id: randomUUID() }] })),
    );
    expect(opened.filter(Boolean)).toHaveLength(1);
    expect(await found(about)).toMatchObject([{ status: 'OPEN', actualInCents: 5000, moneyAtRiskInCents: 5000 }]);
    expect((await evidenceOf(about))[0]?.evidence).toHaveLength(10);
  });

  it('keeps each evidence once, and a limited number', async () => {
    const about = orphan();
    for (let times = 0; times < 3; times += 1) await store.open(about);
    expect((await evidenceOf(about))[0]?.evidence).toEqual(about.evidence);
    for (let times = 0; times < 30; times += 1)
      await store.open({ ...about, evidence: [{ type: 'statement_line', statementId: randomUUID(), line: times }] });
    expect((await evidenceOf(about))[0]?.evidence).toHaveLength(20);
  });

  it('opens again only for another amount, once a person has settled it', async () => {
    const about = orphan();
    await store.open(about);
    await settle(about);
    expect(await store.open(about)).toBe(false);
    expect(await found(about)).toHaveLength(1);
    expect(await store.open({ ...about, actualInCents: 6000n })).toBe(true);
    await settle(about);
    expect(await store.open({ ...about, actualInCents: null })).toBe(true);
    await settle(about);
    expect(await store.open({ ...about, actualInCents: null })).toBe(false);
    expect(await found(about)).toHaveLength(3);
  });

  it('is another one for another kind, provider or organization', async () => {
    const about = orphan();
    const { organizationId: other } = await secondOrganization(testApp);
    const all = [about, { ...about, kind: 'MISSING_HERE' as const }, { ...about, provider: 'teemopay' }];
    for (const one of [...all, { ...about, organizationId: other }]) expect(await store.open(one)).toBe(true);
    expect(await found(about)).toHaveLength(3);
  });
});
