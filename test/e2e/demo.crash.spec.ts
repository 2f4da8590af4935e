import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DEMO_SETTINGS, type DemoTarget, runDemo, type Scenario, SCENARIOS } from '@recaudo/demo';
import { declaredProviders } from '../../src/provider-registry/declared-providers.js';
import { PROVIDERS } from '../../src/providers.js';
import { freePort } from '../support/free-port.js';
import { API_KEY, NOTIFICATION_SECRET, type TestApp, startTestApp } from '../support/test-app.js';

async function run(
  testApp: TestApp,
  scenarios: readonly Scenario[],
  { sandboxUrl = sandboxOf(testApp), progressWait }: Partial<Pick<DemoTarget, 'sandboxUrl' | 'progressWait'>> = {},
) {
  const printed: string[] = [];
  const problems = await runDemo(
    {
      apiUrl: testApp.url,
      apiKey: API_KEY,
      notificationSecret: NOTIFICATION_SECRET,
      sandboxUrl,
      progressWait,
      print: (line) => printed.push(line),
    },
    scenarios,
  );
  return { problems, printed: printed.join('\n') };
}

function sandboxOf({ environment }: TestApp): string {
  return new URL(environment['TUMIPAY_BASE_URL']!).origin;
}

/** The payin that is never paid takes its minute, and expiry has its own tests. */
const QUICK_SCENARIOS = SCENARIOS.filter((scenario) => 'refused' in scenario || scenario.ends.status !== 'EXPIRED');

function scenarioOf(reference: string): Scenario {
  return SCENARIOS.find((scenario) => scenario.reference === reference)!;
}

it('has a scenario for every rail of every provider in every mode', async () => {
  const declared = await declaredProviders(PROVIDERS);
  const rails = declared.flatMap(({ provider }) => provider.rails.map((rail) => `${provider.name} ${rail}`));
  const covered = SCENARIOS.flatMap((scenario) =>
    'provider' in scenario ? [`${scenario.provider} ${scenario.rail}`] : [],
  );
  expect(new Set(covered)).toEqual(new Set(rails));
});

describe('at a service with all providers', () => {
  let testApp: TestApp;

  beforeAll(async () => {
    testApp = await startTestApp({ PROVIDERS: 'tumipay,hellopay,teemopay', ...DEMO_SETTINGS });
  });
  afterAll(() => testApp?.close());

  it('every scenario ends as it should', async () => {
    const { problems, printed } = await run(testApp, QUICK_SCENARIOS);
    expect(problems).toEqual([]);
    expect(printed.match(/=> as it should/g)).toHaveLength(QUICK_SCENARIOS.length);
    expect(await testApp.sandbox.tumipay.switches()).toMatchObject({ direct: false });
  });

  it('scenarios that go wrong say how, and the others run all the same', async () => {
    const good = scenarioOf('SIGNED-WHOLE');
    const late = scenarioOf('PAGE-COMES-LATER');
    const refusal = scenarioOf('MINOR');
    if (!('provider' in good) || !('provider' in late) || !('refused' in refusal)) throw new Error('other scenarios');
    // Those that go wrong stay as they are: that much of it is enough to see.
    const { problems, printed } = await run(
      testApp,
      [
        { ...late, reference: 'not-opened', request: { amountInCents: 5_000 } },
        { ...good, reference: 'not-running', happens: () => Promise.reject(new Error('the payer has fainted')) },
        { ...good, reference: 'ends-otherwise', ends: { ...good.ends, status: 'UNDERPAID' } },
        { ...good, reference: 'not-notified', ends: { ...good.ends, notification: 'payin.overpaid' } },
        { ...refusal, reference: 'not-refused', request: { amountInCents: 5_000 } },
        good,
      ],
      { progressWait: { checksMax: 100, everyMs: 100 } },
    );
    const said = (number: number) => problems.filter((problem) => problem.startsWith(`${number}. `)).join('\n');
    expect(said(1)).toMatch(/answered 422.*pse/);
    expect(said(2)).toContain('the payer has fainted');
    expect(said(3)).toContain('status is APPROVED and should be UNDERPAID');
    expect(said(4)).toContain('the merchant never received payin.overpaid');
    expect(said(5)).toContain('should be 422 PROVIDER_RULE');
    expect(said(6)).toBe('');
    expect(printed.match(/=> as it should/g)).toHaveLength(1);
  });

  it('says that there is no sandbox where there is none', async () => {
    const { problems } = await run(testApp, SCENARIOS, { sandboxUrl: `http://localhost:${await freePort()}` });
    expect(problems).toEqual([expect.stringContaining('no sandbox answers')]);
  });
});

describe('at a service that lacks a provider and the direct mode', () => {
  let testApp: TestApp;

  beforeAll(async () => {
    testApp = await startTestApp({ PROVIDERS: 'tumipay' });
  });
  afterAll(() => testApp?.close());

  it('the scenarios that need them are skipped, and say why', async () => {
    const scenarios = ['STRAIGHT-TO-THE-BANK', 'TYPED-BY-HAND', 'CHARGED-BACK', 'MINOR'].map(scenarioOf);
    const { problems, printed } = await run(testApp, [...scenarios, scenarioOf('BREB-PAYIN-001')]);
    expect(problems).toEqual([]);
    expect(printed.match(/skipped: the service runs without TUMIPAY_DIRECT=true/g)).toHaveLength(2);
    expect(printed).toContain('skipped: hellopay does not offer BRE_B here');
    expect(printed).toContain('skipped: the rail NEQUI is not open here');
    expect(printed.match(/=> as it should/g)).toHaveLength(1);
    expect(printed).toContain('4 of 5 scenarios were skipped');
  });
});
