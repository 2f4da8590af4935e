import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ticketOf } from '../support/api-client.js';
import { expectProblem } from '../support/expect-problem.js';
import { secondOrganization } from '../support/second-organization.js';
import { type TestApp, startTestApp } from '../support/test-app.js';

interface Explanation {
  payinId: string;
  status: string;
  es: string[];
  en: string[];
  waitingFor: string;
  nextCheckAt: string | null;
  nextCheckReason: string | null;
  openDiscrepancies: { id: string; kind: string; openedAt: string }[];
}

let testApp: TestApp;

beforeAll(async () => {
  testApp = await startTestApp({ RAIL_POLICY_BRE_B: '{"pollSeconds":[3600]}' });
});
afterAll(() => testApp?.close());

const explained = async ({ id }: { id: string }) =>
  (await testApp.api.call<Explanation>('GET', `/payins/${id}/explain`)).body;

describe('an explanation', () => {
  it('follows a payin: whom it waits for, then what arrived and what a person must check', async () => {
    const { api, sandbox, database } = testApp;
    const payin = await api.open({ rail: 'BRE_B' });
    const waiting = await explained(payin);
    const [{ due } = { due: null }] = await database.query<{ due: Date | null }>(
      'select due_at as due from payins where id = $1',
      [payin.id],
    );
    expect(waiting).toEqual({
      payinId: payin.id,
      status: 'PENDING',
      es: expect.arrayContaining([expect.stringMatching(/^El cobro está abierto en tumipay/)]),
      en: expect.arrayContaining([expect.stringMatching(/^The payin is open at tumipay/)]),
      waitingFor: 'PAYER',
      nextCheckAt: due?.toISOString(),
      nextCheckReason: expect.stringMatching(/^(PAYER_MAY_PAY|RAN_OUT)$/),
      openDiscrepancies: [],
    });
    await sandbox.tumipay.pay(ticketOf(payin), { amountInCents: 3_000_000 });
    await api.reaches(payin.id, 'UNDERPAID');
    const short = await explained(payin);
    const open = (await api.discrepancies(payin.id)).filter(({ status }) => status === 'OPEN');
    expect(short.openDiscrepancies.map(({ id }) => id).toSorted()).toEqual(open.map(({ id }) => id).toSorted());
    expect(short.openDiscrepancies.map(({ kind }) => kind)).toContain('UNDERPAID');
    expect(short.es[0]).toBe('Llegaron $ 30.000 de $ 50.000: faltan $ 20.000.');
    expect(short.en[0]).toBe('COP 30,000 of COP 50,000 arrived: COP 20,000 are missing.');
    expect(short.en.some((sentence) => sentence.startsWith('A webhook reported on '))).toBe(true);
    expect(short).toMatchObject({ status: 'UNDERPAID', waitingFor: 'PAYER', nextCheckReason: 'LATE_MONEY' });
  });

  it('has nothing about the payer', async () => {
    const payin = await testApp.api.open({ rail: 'BRE_B' });
    const text = JSON.stringify(await explained(payin));
    for (const personal of Object.values(payin.inlineCustomer ?? {})) {
      if (personal.length > 2) expect(text).not.toContain(personal);
    }
  });

  it('has just the fields that are described', async () => {
    const { components } = (
      await testApp.api.call<{ components: { schemas: Record<string, { properties: object }> } }>(
        'GET',
        '/openapi.json',
      )
    ).body;
    const described = Object.keys(components.schemas['ExplanationSchema']!.properties);
    expect(Object.keys(await explained(await testApp.api.open({ rail: 'BRE_B' })))).toEqual(described);
  });

  it('is for its organization only', async () => {
    const payin = await testApp.api.open({ rail: 'BRE_B' });
    const { api: stranger } = await secondOrganization(testApp);
    for (const id of [payin.id, '0199a000-0000-7000-8000-000000000000', 'nothing', '%00'])
      expectProblem(await stranger.call('GET', `/payins/${id}/explain`), 'NOT_FOUND');
  });
});
