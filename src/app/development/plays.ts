import { playScenario, type Scenario, SCENARIOS } from '@recaudo/demo';
import type { Plays } from '@recaudo/sandbox';
import { CommandError } from '../command.js';

/** A running service and its sandbox, and the organization that acts. */
export interface PlaysTarget {
  serviceUrl: string;
  sandboxUrl: string;
  apiKey: string;
  notificationSecret: string;
}

interface Advanced {
  by: string;
  total: string;
  settled: boolean;
  becameDue: Readonly<Record<string, number>>;
}

/** What the sandbox’s home has buttons for. */
export function playsOf(target: PlaysTarget): Plays {
  return {
    all: SCENARIOS.map(({ name, title }) => ({ name, title })),
    play: (name) => play(target, name),
    advance: async (by) => sentenceOf(await advance(target, { by })),
  };
}

/** @throws CommandError where there is no such scenario */
export function play(target: PlaysTarget, name: string): Promise<{ lines: string[]; wrong: string[] }> {
  const { serviceUrl: apiUrl, ...more } = target;
  return playScenario({ apiUrl, ...more }, scenarioNamed(name));
}

function scenarioNamed(wanted: string): Scenario {
  const scenario = SCENARIOS.find(({ name }) => name === wanted);
  if (!scenario) throw new CommandError(`There is no scenario ${wanted}; scenario list shows them.`);
  return scenario;
}

/** @throws CommandError with what the service says */
export async function advance(
  target: Pick<PlaysTarget, 'serviceUrl' | 'apiKey'>,
  amount: { by: string } | { total: string },
): Promise<Advanced> {
  return call<Advanced>(target, 'POST', '/test-clocks/advance', amount);
}

export function readClock(target: Pick<PlaysTarget, 'serviceUrl' | 'apiKey'>): Promise<{ total: string }> {
  return call(target, 'GET', '/test-clocks');
}

export function sentenceOf({ by, total, settled, becameDue }: Advanced): string {
  const words = { statusChecks: 'status checks', inboundWebhooks: 'webhooks', notifications: 'notifications' };
  const due = Object.entries(becameDue)
    .filter(([, count]) => count > 0)
    .map(([kind, count]) => `${count} ${words[kind as keyof typeof words] ?? kind}`);
  const what = due.length > 0 ? due.join(', ') : 'nothing';
  return `${by} have passed, ${total} in all. Due on the way: ${what}. ${settled ? 'All of it is done.' : 'Some of it goes on.'}`;
}

async function call<T>(
  { serviceUrl, apiKey }: Pick<PlaysTarget, 'serviceUrl' | 'apiKey'>,
  method: 'GET' | 'POST',
  path: string,
  body?: object,
): Promise<T> {
  const response = await fetch(`${serviceUrl}${path}`, {
    method,
    headers: { authorization: `Bearer ${apiKey}`, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  }).catch((error: unknown) => {
    throw new CommandError(`No service answers at ${serviceUrl}. Start it: npm start`, { cause: error });
  });
  const answer = (await response.json()) as T & { detail?: string; errors?: { field: string; message: string }[] };
  if (response.ok) return answer;
  if (response.status === 404)
    throw new CommandError(`${serviceUrl} has no test clocks: not all of its providers are simulated.`);
  const errors = (answer.errors ?? []).map(({ field, message }) => `${field}: ${message}`);
  throw new CommandError([answer.detail ?? `It answered ${response.status}.`, ...errors].join(' '));
}
