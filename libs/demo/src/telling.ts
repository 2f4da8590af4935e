import type { SandboxClient } from '@recaudo/sandbox';
import { HOME_CURRENCY } from '@recaudo/payment-provider';
import type { DemoApi, DemoPayin } from './demo-api.js';
import type { DemoMerchant } from './demo-merchant.js';
import { eventLine, inOrder, instructionWords, pesos } from './lines.js';
import type { Patience } from './patience.js';
import { Scene } from './scene.js';
import type { PayinStory, RefusalStory, Story } from './story.js';

/** Who takes part. */
export interface Stage {
  api: DemoApi;
  sandbox: SandboxClient;
  merchant: DemoMerchant;
  patience: Patience;
  /** Behind every reference: one is taken for ever, so each telling has its own. */
  suffix: string;
}

/** How a story went. */
export interface Told {
  lines: string[];
  wrong: string[];
}

export interface Opened {
  story: PayinStory;
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

export async function openPayin(stage: Stage, story: PayinStory): Promise<Opened> {
  const request = { ...requestOf(stage, story), provider: story.provider };
  return { story, request, payin: await stage.api.create(request) };
}

export async function tellPayin(stage: Stage, { story, request, payin }: Opened): Promise<Told> {
  const { api, sandbox, patience } = stage;
  const { happens, ends, instructions } = story;
  const scene = new Scene(api, patience, sandbox, { story, request, payin, order: await orderOf(api, payin) });
  const wrong = differences({ instructions: [payin.instructions?.type, instructions] });
  try {
    await happens(scene);
    const hasEnded = async () => ((await wrongEnding(api, story, payin.id)).length === 0 ? true : undefined);
    await patience.until(hasEnded, ends.status === 'EXPIRED' ? new Date(payin.expiresAt) : undefined);
    wrong.push(...(await wrongEnding(api, story, payin.id)));
    if (wrong.length === 0) wrong.push(...(await unheard(stage, payin.id, ends.told)));
  } catch (error) {
    wrong.push(sentenceOf(error));
  }
  return { lines: await timeline(stage, payin, scene), wrong };
}

export async function tellRefusal(stage: Stage, story: RefusalStory): Promise<Told> {
  const { status, body } = await stage.api.ask(requestOf(stage, story));
  const errors = body.errors ?? [];
  return {
    lines: [
      `POST /payins is answered ${status} ${body.code ?? ''}`,
      ...errors.map(({ field, message }) => `${field}: ${message}`),
    ],
    wrong: differences({
      'the answer': [`${status} ${body.code}`, '422 PROVIDER_RULE'],
      'the field it names': [errors.map(({ field }) => field).join(), story.refused],
    }),
  };
}

export function failed(error: unknown): Told {
  return { lines: [], wrong: [sentenceOf(error)] };
}

function requestOf({ merchant, suffix }: Stage, { rail, reference, request }: Story): object {
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

/** What is otherwise than the story ends. */
async function wrongEnding(api: DemoApi, { ends }: PayinStory, id: string): Promise<string[]> {
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

/** What the history has told the merchant of, and what it should have, as far as the merchant has not heard it. */
async function unheard({ api, merchant, patience }: Stage, id: string, told: string): Promise<string[]> {
  const types = (await api.events(id)).map(({ type }) => type).filter((type) => type.startsWith('payin.'));
  const expected = [...new Set([...types, told])];
  const heard = await Promise.all(
    expected.map((type) => patience.until(() => merchant.receivedOf(id).find((heard) => heard.type === type))),
  );
  return expected.filter((_, index) => !heard[index]).map((type) => `the merchant never heard ${type}`);
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

async function timeline({ api, merchant }: Stage, { id, instructions }: DemoPayin, scene: Scene): Promise<string[]> {
  const payin = await api.payin(id);
  const events = (await api.events(id)).map(eventLine);
  const heard = merchant.receivedOf(id).map(({ type }) => type);
  const discrepancies = await discrepanciesOf(api, id);
  const receipts = payin.receipts.map(({ amountInCents }) => pesos(amountInCents));
  return [
    `${payin.reference} asks for ${pesos(payin.amountInCents)}; the payer gets ${instructionWords(instructions)}`,
    ...inOrder([...events, ...scene.lines]),
    `the merchant heard, as they came, ${heard.join(', ') || 'nothing'}; every signature verified`,
    [
      payin.status,
      `received ${receipts.join(' + ') || 'nothing'} (${payin.amountStatus})`,
      ...(discrepancies.length > 0 ? [`discrepancies: ${discrepancies.join('; ')}`] : []),
    ].join(', '),
  ];
}

/** By shape: what `fetch` cannot reach is told by its cause. */
function sentenceOf(error: unknown): string {
  const { message, cause } = error as { message?: string; cause?: { code?: string } };
  return `${message ?? String(error)}${cause?.code ? ` (${cause.code})` : ''}`;
}
