import { SandboxClient } from '@recaudo/sandbox';
import { DemoApi } from './demo-api.js';
import { startDemoMerchant } from './demo-merchant.js';
import { ProgressWait, type ProgressWaitOptions } from './progress-wait.js';
import { SCENARIOS } from './scenarios.js';
import type { Scenario } from './scenario.js';
import { failed, openPayin, type DemoContext, runPayin, runRefusal, type ScenarioResult } from './run-scenario.js';

/** A running Recaudo, with its sandbox. */
export interface DemoTarget {
  apiUrl: string;
  apiKey: string;
  notificationSecret: string;
  sandboxUrl: string;
  print(line: string): void;
  /** Default: `PROGRESS_WAIT`. */
  progressWait?: ProgressWaitOptions;
}

/**
 * Runs the scenarios side by side, up to the merchant's notification. One that fails does not stop the others.
 * @returns what did not end as expected; empty when everything did
 */
export async function runDemo(target: DemoTarget, scenarios: readonly Scenario[] = SCENARIOS): Promise<string[]> {
  const sandbox = new SandboxClient(target.sandboxUrl);
  if (!(await sandbox.tumipay.switches().catch(() => undefined)))
    return [`no sandbox answers at ${target.sandboxUrl}, and only the sandbox can simulate payers`];
  const progressWait = new ProgressWait(target.progressWait);
  const merchant = await startDemoMerchant(target.notificationSecret, progressWait);
  const api = new DemoApi(target.apiUrl, target.apiKey, progressWait);
  try {
    const rails = await api.rails();
    const runnable = scenarios.filter((scenario) => whyNot(scenario, rails) === undefined);
    const results = await startAll({ api, sandbox, merchant, progressWait, suffix: Date.now().toString(36) }, runnable);
    const problems: string[] = [];
    for (const [index, scenario] of scenarios.entries()) {
      target.print(`\n${index + 1}. ${headingOf(scenario)}`);
      const result = await results.get(scenario);
      for (const line of result?.lines ?? []) target.print(`   ${line}`);
      target.print(`   => ${result ? verdictOf(result) : `skipped: ${whyNot(scenario, rails)}`}`);
      problems.push(...(result?.wrong ?? []).map((what) => `${index + 1}. ${scenario.title}: ${what}`));
    }
    const skipped = scenarios.length - results.size;
    if (skipped > 0) target.print(`\n${skipped} of ${scenarios.length} scenarios were skipped; each says why.`);
    return [...problems, ...merchant.unverified.map(() => 'a notification did not verify')];
  } finally {
    await merchant.close();
  }
}

/** One alone. @returns its lines, and what did not end as expected; also why it cannot be played here */
export async function playScenario(
  target: Omit<DemoTarget, 'print'>,
  scenario: Scenario,
): Promise<{ lines: string[]; wrong: string[] }> {
  const lines: string[] = [];
  const wrong = await runDemo({ ...target, print: (line) => lines.push(line.trim()) }, [scenario]);
  const skipped = lines.find((line) => line.startsWith('=> skipped: '));
  return {
    lines: lines.slice(1).filter((line) => line !== '' && !line.startsWith('=> ') && !/were skipped/.test(line)),
    wrong: skipped ? [skipped.replace('=> skipped: ', 'it cannot be played here: ')] : wrong,
  };
}

/** TumiPay's direct mode is one setting for all its orders, so the direct scenarios start after the others have opened their payins. */
async function startAll(
  context: DemoContext,
  scenarios: readonly Scenario[],
): Promise<ReadonlyMap<Scenario, Promise<ScenarioResult>>> {
  const { tumipay } = context.sandbox;
  const { direct: before } = await tumipay.switches();
  const started: { scenario: Scenario; result: Promise<ScenarioResult> }[] = [];
  try {
    for (const direct of [false, true]) {
      await tumipay.setSwitches({ direct });
      const now = scenarios.filter((scenario) => isDirect(scenario) === direct);
      started.push(...(await Promise.all(now.map((scenario) => start(context, scenario)))));
    }
  } finally {
    await tumipay.setSwitches({ direct: before });
  }
  return new Map(started.map(({ scenario, result }) => [scenario, result]));
}

/** Opens the scenario's payin; the rest continues in the background. */
async function start(
  context: DemoContext,
  scenario: Scenario,
): Promise<{ scenario: Scenario; result: Promise<ScenarioResult> }> {
  try {
    const result =
      'refused' in scenario ? runRefusal(context, scenario) : runPayin(context, await openPayin(context, scenario));
    return { scenario, result: result.catch(failed) };
  } catch (error) {
    return { scenario, result: Promise.resolve(failed(error)) };
  }
}

/** Why a scenario cannot run at this service; undefined where it can. */
function whyNot(scenario: Scenario, rails: ReadonlyMap<string, readonly string[]>): string | undefined {
  const providers = rails.get(scenario.rail) ?? [];
  if ('refused' in scenario) return providers.length > 0 ? undefined : `the rail ${scenario.rail} is not open here`;
  // Only this mode has the rail, so the rail shows the mode.
  if (scenario.direct && !rails.get('TRANSFIYA')?.includes(scenario.provider))
    return 'the service runs without TUMIPAY_DIRECT=true';
  return providers.includes(scenario.provider)
    ? undefined
    : `${scenario.provider} does not offer ${scenario.rail} here`;
}

function isDirect(scenario: Scenario): boolean {
  return 'direct' in scenario && scenario.direct === true;
}

function headingOf(scenario: Scenario): string {
  return `${'provider' in scenario ? scenario.provider : 'any provider'}, ${scenario.rail}. ${scenario.title}`;
}

function verdictOf({ wrong }: ScenarioResult): string {
  return wrong.length === 0 ? 'as it should' : `WRONG: ${wrong.join('; ')}`;
}
