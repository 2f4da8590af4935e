import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DEMO_SETTINGS, type DemoTarget, runDemo, type Story, STORIES } from '@recaudo/demo';
import { declaredProviders } from '../../src/provider-registry/declared-providers.js';
import { PROVIDERS } from '../../src/providers.js';
import { freePort } from '../support/free-port.js';
import { API_KEY, NOTIFICATION_SECRET, type TestApp, startTestApp } from '../support/test-app.js';

async function report(
  testApp: TestApp,
  stories: readonly Story[],
  { sandboxUrl = sandboxOf(testApp), patience }: Partial<Pick<DemoTarget, 'sandboxUrl' | 'patience'>> = {},
) {
  const printed: string[] = [];
  const problems = await runDemo(
    {
      apiUrl: testApp.url,
      apiKey: API_KEY,
      notificationSecret: NOTIFICATION_SECRET,
      sandboxUrl,
      patience,
      print: (line) => printed.push(line),
    },
    stories,
  );
  return { problems, printed: printed.join('\n') };
}

function sandboxOf({ environment }: TestApp): string {
  return new URL(environment['TUMIPAY_BASE_URL']!).origin;
}

/** The payin that is never paid takes its minute, and expiry has its own tests. */
const QUICK_STORIES = STORIES.filter((story) => 'refused' in story || story.ends.status !== 'EXPIRED');

function storyOf(reference: string): Story {
  return STORIES.find((story) => story.reference === reference)!;
}

it('has a story for every rail of every provider in every mode', async () => {
  const declared = await declaredProviders(PROVIDERS);
  const rails = declared.flatMap(({ provider }) => provider.rails.map((rail) => `${provider.name} ${rail}`));
  const told = STORIES.flatMap((story) => ('provider' in story ? [`${story.provider} ${story.rail}`] : []));
  expect(new Set(told)).toEqual(new Set(rails));
});

describe('at a service with all providers', () => {
  let testApp: TestApp;

  beforeAll(async () => {
    testApp = await startTestApp({ PROVIDERS: 'tumipay,hellopay,teemopay', ...DEMO_SETTINGS });
  });
  afterAll(() => testApp?.close());

  it('every story ends as it should', async () => {
    const { problems, printed } = await report(testApp, QUICK_STORIES);
    expect(problems).toEqual([]);
    expect(printed.match(/=> as it should/g)).toHaveLength(QUICK_STORIES.length);
    expect(await testApp.sandbox.tumipay.switches()).toMatchObject({ direct: false });
  });

  it('stories that go wrong say how, and the others are told all the same', async () => {
    const good = storyOf('SIGNED-WHOLE');
    const late = storyOf('PAGE-COMES-LATER');
    const refusal = storyOf('MINOR');
    if (!('provider' in good) || !('provider' in late) || !('refused' in refusal)) throw new Error('other stories');
    // Those that go wrong stay as they are: that much of it is enough to see.
    const { problems, printed } = await report(
      testApp,
      [
        { ...late, reference: 'not-opened', request: { amountInCents: 5_000 } },
        { ...good, reference: 'not-played', happens: () => Promise.reject(new Error('the payer has fainted')) },
        { ...good, reference: 'ends-otherwise', ends: { ...good.ends, status: 'UNDERPAID' } },
        { ...good, reference: 'not-told', ends: { ...good.ends, told: 'payin.overpaid' } },
        { ...refusal, reference: 'not-refused', request: { amountInCents: 5_000 } },
        good,
      ],
      { patience: { checksMax: 100, everyMs: 100 } },
    );
    const said = (number: number) => problems.filter((problem) => problem.startsWith(`${number}. `)).join('\n');
    expect(said(1)).toMatch(/answered 422.*pse/);
    expect(said(2)).toContain('the payer has fainted');
    expect(said(3)).toContain('status is APPROVED and should be UNDERPAID');
    expect(said(4)).toContain('the merchant never heard payin.overpaid');
    expect(said(5)).toContain('should be 422 PROVIDER_RULE');
    expect(said(6)).toBe('');
    expect(printed.match(/=> as it should/g)).toHaveLength(1);
  });

  it('says that there is no sandbox where there is none', async () => {
    const { problems } = await report(testApp, STORIES, { sandboxUrl: `http://localhost:${await freePort()}` });
    expect(problems).toEqual([expect.stringContaining('no sandbox answers')]);
  });
});

describe('at a service that lacks a provider and the direct mode', () => {
  let testApp: TestApp;

  beforeAll(async () => {
    testApp = await startTestApp({ PROVIDERS: 'tumipay' });
  });
  afterAll(() => testApp?.close());

  it('the stories that need them are not told, and say why', async () => {
    const stories = ['STRAIGHT-TO-THE-BANK', 'TYPED-BY-HAND', 'CHARGED-BACK', 'MINOR'].map(storyOf);
    const { problems, printed } = await report(testApp, [...stories, storyOf('BREB-PAYIN-001')]);
    expect(problems).toEqual([]);
    expect(printed.match(/not told: the service runs without TUMIPAY_DIRECT=true/g)).toHaveLength(2);
    expect(printed).toContain('not told: hellopay does not offer BRE_B here');
    expect(printed).toContain('not told: the rail NEQUI is not open here');
    expect(printed.match(/=> as it should/g)).toHaveLength(1);
    expect(printed).toContain('4 of 5 stories were not told here');
  });
});
