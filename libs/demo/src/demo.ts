import { SandboxClient } from '@recaudo/sandbox';
import { DemoApi } from './demo-api.js';
import { startDemoMerchant } from './demo-merchant.js';
import { Patience, type PatienceOptions } from './patience.js';
import { STORIES } from './stories.js';
import type { Story } from './story.js';
import { failed, openPayin, type Stage, tellPayin, tellRefusal, type Told } from './telling.js';

/** A running Recaudo, with its sandbox. */
export interface DemoTarget {
  apiUrl: string;
  apiKey: string;
  notificationSecret: string;
  sandboxUrl: string;
  print(line: string): void;
  /** Other than the default. */
  patience?: PatienceOptions;
}

/**
 * Tells the stories side by side: asked for, paid or not, reconciled, told to the merchant. One that goes wrong does not keep the others
 * from being told.
 * @returns what ended otherwise than it should; empty when all is well
 */
export async function runDemo(target: DemoTarget, stories: readonly Story[] = STORIES): Promise<string[]> {
  const sandbox = new SandboxClient(target.sandboxUrl);
  if (!(await sandbox.tumipay.switches().catch(() => undefined)))
    return [`no sandbox answers at ${target.sandboxUrl}, and only there can payers be played`];
  const patience = new Patience(target.patience);
  const merchant = await startDemoMerchant(target.notificationSecret, patience);
  const api = new DemoApi(target.apiUrl, target.apiKey, patience);
  try {
    const rails = await api.rails();
    const tellable = stories.filter((story) => whyNot(story, rails) === undefined);
    const telling = await beginAll({ api, sandbox, merchant, patience, suffix: Date.now().toString(36) }, tellable);
    const problems: string[] = [];
    for (const [index, story] of stories.entries()) {
      target.print(`\n${index + 1}. ${headingOf(story)}`);
      const told = await telling.get(story);
      for (const line of told?.lines ?? []) target.print(`   ${line}`);
      target.print(`   => ${told ? verdictOf(told) : `not told: ${whyNot(story, rails)}`}`);
      problems.push(...(told?.wrong ?? []).map((what) => `${index + 1}. ${story.title}: ${what}`));
    }
    const untold = stories.length - telling.size;
    if (untold > 0) target.print(`\n${untold} of ${stories.length} stories were not told here; each says why.`);
    return [...problems, ...merchant.unverified.map(() => 'a notification did not verify')];
  } finally {
    await merchant.close();
  }
}

/** Whether TumiPay answers directly is a setting of the merchant there, so those stories begin after the others have begun. */
async function beginAll(stage: Stage, stories: readonly Story[]): Promise<ReadonlyMap<Story, Promise<Told>>> {
  const { tumipay } = stage.sandbox;
  const { direct: before } = await tumipay.switches();
  const begun: { story: Story; told: Promise<Told> }[] = [];
  try {
    for (const direct of [false, true]) {
      await tumipay.setSwitches({ direct });
      const now = stories.filter((story) => isDirect(story) === direct);
      begun.push(...(await Promise.all(now.map((story) => begin(stage, story)))));
    }
  } finally {
    await tumipay.setSwitches({ direct: before });
  }
  return new Map(begun.map(({ story, told }) => [story, told]));
}

/** Opens the story's payin; the rest of it goes on by itself. */
async function begin(stage: Stage, story: Story): Promise<{ story: Story; told: Promise<Told> }> {
  try {
    const told = 'refused' in story ? tellRefusal(stage, story) : tellPayin(stage, await openPayin(stage, story));
    return { story, told: told.catch(failed) };
  } catch (error) {
    return { story, told: Promise.resolve(failed(error)) };
  }
}

/** Why a story cannot be told at this service; undefined where it can. */
function whyNot(story: Story, rails: ReadonlyMap<string, readonly string[]>): string | undefined {
  const providers = rails.get(story.rail) ?? [];
  if ('refused' in story) return providers.length > 0 ? undefined : `the rail ${story.rail} is not open here`;
  // The rail that there is in this mode alone shows it.
  if (story.direct && !rails.get('TRANSFIYA')?.includes(story.provider))
    return 'the service runs without TUMIPAY_DIRECT=true';
  return providers.includes(story.provider) ? undefined : `${story.provider} does not offer ${story.rail} here`;
}

function isDirect(story: Story): boolean {
  return 'direct' in story && story.direct === true;
}

function headingOf(story: Story): string {
  return `${'provider' in story ? story.provider : 'any provider'}, ${story.rail}. ${story.title}`;
}

function verdictOf({ wrong }: Told): string {
  return wrong.length === 0 ? 'as it should' : `WRONG: ${wrong.join('; ')}`;
}
