import type { SandboxClient } from '@recaudo/sandbox';
import { HOME_CURRENCY } from '@recaudo/payment-provider';
import type { DemoApi, DemoPayin } from './demo-api.js';
import type { DemoMerchant } from './demo-merchant.js';
import { eventLine, inOrder, instructionWords, pesos } from './lines.js';
import type { ProgressWait } from './progress-wait.js';
import { ScenarioActions } from './scenario-actions.js';
import type { PayinScenario, RefusalScenario, Scenario } from './scenario.js';

/** Who takes part. */
export interface DemoContext {
  api: DemoApi;
  sandbox: SandboxClient;
  merchant: DemoMerchant;
  progressWait: ProgressWait;
  /** Added to every reference, because a reference can be used only once. */
  suffix: string;
}

/** How a scenario went. */
export interface ScenarioResult {
  lines: string[];
  wrong: string[];
}

export interface Opened {
  scenario: PayinScenario;
  request: object;
  payin: DemoPayin;
}

const CUSTOMER = {
  name: 'John Doe',
  idType: 'CC',
  idNumber: '1234567890',
  phone: '+573121234567',
  email: 'johndoe@example.com',
};

export async function openPayin(context: DemoContext, scenario: PayinScenario): Promise<Opened> {
  const request = { ...requestOf(context, scenario), provider: scenario.provider };
  return { scenario, request, payin: await context.api.create(request) };
}

export async function runPayin(context: DemoContext, { scenario, request, payin }: Opened): Promise<ScenarioResult> {
  const { api, sandbox, progressWait } = context;
  const { happens, ends, instructions } = scenario;
  const actions = new ScenarioActions(api, progressWait, sandbox, {
    provider: scenario.provider,
    request,
    payin,
    order: await orderOf(api, payin),
  });
  const wrong = differences({ instructions: [payin.instructions?.type, instructions] });
  try {
    await happens(actions);
    const hasEnded = async () => ((await wrongEnding(api, scenario, payin.id)).length === 0 ? true : undefined);
    await progressWait.until(hasEnded, ends.status === 'EXPIRED' ? new Date(payin.expiresAt) : undefined);
    wrong.push(...(await wrongEnding(api, scenario, payin.id)));
    if (wrong.length === 0) wrong.push(...(await missingNotifications(context, payin.id, ends.notification)));
  } catch (error) {
    wrong.push(sentenceOf(error));
  }
  return { lines: await timeline(context, payin, actions), wrong };
}

export async function runRefusal(context: DemoContext, scenario: RefusalScenario): Promise<ScenarioResult> {
  const { status, body } = await context.api.ask(requestOf(context, scenario));
  const errors = body.errors ?? [];
  return {
    lines: [
      `POST /payins is answered ${status} ${body.code ?? ''}`,
      ...errors.map(({ field, message }) => `${field}: ${message}`),
    ],
    wrong: differences({
      'the answer': [`${status} ${body.code}`, '422 PROVIDER_RULE'],
      'the field it names': [errors.map(({ field }) => field).join(), scenario.refused],
    }),
  };
}

export function failed(error: unknown): ScenarioResult {
  return { lines: [], wrong: [sentenceOf(error)] };
}

function requestOf({ merchant, suffix }: DemoContext, { rail, reference, request }: Scenario): object {
  return {
    rail,
    reference: `${reference}-${suffix}`,
    currency: HOME_CURRENCY,
    description: 'Test PayIn',
    inlineCustomer: CUSTOMER,
    callbackUrl: merchant.url,
    ...request,
  };
}

/** The reference under which the provider knows it. */
async function orderOf(api: DemoApi, { id, status }: DemoPayin): Promise<string> {
  const opened = (await api.events(id)).find(({ type }) => type === 'attempt.opened');
  if (!opened) throw new Error(`the provider has not taken the order, and the payin is ${status}`);
  return String(opened.data['providerReference']);
}

/** What differs from the end that the scenario expects. */
async function wrongEnding(api: DemoApi, { ends }: PayinScenario, id: string): Promise<string[]> {
  const payin = await api.payin(id);
  const total = ends.receiptsInCents.reduce((sum, cents) => sum + cents, 0);
  return differences({
    status: [payin.status, ends.status],
    amountStatus: [payin.amountStatus, ends.amountStatus],
    amountReceivedInCents: [payin.amountReceivedInCents, total],
    receipts: [payin.receipts.map(({ amountInCents }) => amountInCents).join(), ends.receiptsInCents.join()],
    discrepancies: [(await discrepanciesOf(api, id)).join('; '), ends.discrepancies.join('; ')],
  });
}

/** Notifications that the history or the scenario demands and the merchant has not received. */
async function missingNotifications(
  { api, merchant, progressWait }: DemoContext,
  id: string,
  last: string,
): Promise<string[]> {
  const types = (await api.events(id)).map(({ type }) => type).filter((type) => type.startsWith('payin.'));
  const expected = [...new Set([...types, last])];
  const received = await Promise.all(
    expected.map((type) =>
      progressWait.until(() => merchant.notificationsOf(id).find((notification) => notification.type === type)),
    ),
  );
  return expected.filter((_, index) => !received[index]).map((type) => `the merchant never received ${type}`);
}

async function discrepanciesOf(api: DemoApi, id: string): Promise<string[]> {
  const discrepancies = await api.discrepancies(id);
  return discrepancies.map(({ kind, status }) => (status === 'OPEN' ? kind : `${kind}, resolved`)).toSorted();
}

function differences(facts: Readonly<Record<string, readonly [is: unknown, should: unknown]>>): string[] {
  return Object.entries(facts)
    .filter(([, [is, should]]) => is !== should)
    .map(([what, [is, should]]) => `${what} is ${String(is) || 'none'} and should be ${String(should) || 'none'}`);
}

async function timeline(
  { api, merchant }: DemoContext,
  { id, instructions }: DemoPayin,
  actions: ScenarioActions,
): Promise<string[]> {
  const payin = await api.payin(id);
  const events = (await api.events(id)).map(eventLine);
  const received = merchant.notificationsOf(id).map(({ type }) => type);
  const discrepancies = await discrepanciesOf(api, id);
  const receipts = payin.receipts.map(({ amountInCents }) => pesos(amountInCents));
  return [
    `${payin.reference} asks for ${pesos(payin.amountInCents)}; the payer gets ${instructionWords(instructions)}`,
    ...inOrder([...events, ...actions.lines]),
    `the merchant received, in this order, ${received.join(', ') || 'nothing'}; every signature verified`,
    [
      payin.status,
      `received ${receipts.join(' + ') || 'nothing'} (${payin.amountStatus})`,
      ...(discrepancies.length > 0 ? [`discrepancies: ${discrepancies.join('; ')}`] : []),
    ].join(', '),
  ];
}

/** Read by its shape: `fetch` gives the reason in `cause`. */
function sentenceOf(error: unknown): string {
  const { message, cause } = error as { message?: string; cause?: { code?: string } };
  return `${message ?? String(error)}${cause?.code ? ` (${cause.code})` : ''}`;
}
