import { SandboxClient } from '@recaudo/sandbox';
import { DemoApi, type DemoPayin } from './demo-api.js';
import { startDemoMerchant } from './demo-merchant.js';
import { type Chapter, CHAPTERS } from './chapters.js';

/** A running Recaudo, with its sandbox. */
export interface DemoTarget {
  apiUrl: string;
  apiKey: string;
  notificationSecret: string;
  sandboxUrl: string;
  print(line: string): void;
}

const ENDING_MAX_MS = 120_000;

/**
 * Tells the story of each payin of the seeds: asked for, paid (or not), reconciled, told to the merchant.
 * @returns what ended otherwise than it should; empty when all is well
 */
export async function runDemo(target: DemoTarget): Promise<string[]> {
  const merchant = await startDemoMerchant(target.notificationSecret);
  const api = new DemoApi(target.apiUrl, target.apiKey);
  const sandbox = new SandboxClient(target.sandboxUrl);
  try {
    const stories = CHAPTERS.map(async (chapter, index) => {
      const wrong: string[] = [];
      const payin = await open(api, chapter, index, merchant.url);
      await chapter.payerDoes(sandbox, ticketOf(payin));
      const ended = await api.untilStatus(payin.id, chapter.ends.status, ENDING_MAX_MS);
      const kinds = (await api.discrepancies(payin.id)).map(({ kind }) => kind).toSorted();
      check(wrong, 'status', ended.status, chapter.ends.status);
      check(wrong, 'amountStatus', ended.amountStatus, chapter.ends.amountStatus);
      check(wrong, 'amountReceivedInCents', ended.amountReceivedInCents, chapter.ends.amountReceivedInCents);
      check(wrong, 'discrepancies', kinds.join(), chapter.ends.discrepancies.join());
      const told = await merchant.heard(payin.id, chapter.ends.told);
      if (!told) wrong.push(`the merchant never heard ${chapter.ends.told}`);
      return { chapter, payin: ended, wrong, lines: await timeline(api, ended, merchant.heardOf(payin.id), kinds) };
    });
    const problems: string[] = [];
    for (const [index, story] of stories.entries()) {
      const { chapter, wrong, lines } = await story;
      target.print(`\n${index + 1}. ${chapter.title}`);
      for (const line of lines) target.print(`   ${line}`);
      target.print(wrong.length === 0 ? '   => as it should' : `   => WRONG: ${wrong.join('; ')}`);
      problems.push(...wrong.map((what) => `${chapter.title}: ${what}`));
    }
    problems.push(...merchant.unverified.map(() => 'a notification did not verify'));
    return problems;
  } finally {
    await merchant.close();
  }
}

function open(api: DemoApi, chapter: Chapter, index: number, callbackUrl: string): Promise<DemoPayin> {
  return api.create({
    ...chapter.request,
    // A reference is taken for ever, so each telling has its own.
    reference: `${chapter.reference}-${Date.now().toString(36)}-${index + 1}`,
    currency: 'COP',
    description: 'Test PayIn',
    inlineCustomer: {
      name: 'John Doe',
      idType: 'CC',
      idNumber: '1234567890',
      phone: '+573121234567',
      email: 'johndoe@example.com',
    },
    callbackUrl,
  });
}

async function timeline(
  api: DemoApi,
  payin: DemoPayin,
  heard: { type: string; at: Date }[],
  kinds: string[],
): Promise<string[]> {
  const events = await api.events(payin.id);
  const lines = [
    ...events.map(({ at, type, source, from, to, data }) => ({
      at: new Date(at),
      text: `${type.padEnd(22)} ${to ? `${from ?? ''} -> ${to}` : ''} ${describe(data)} (${source})`.replace(
        / +/g,
        ' ',
      ),
    })),
    ...heard.map(({ at, type }) => ({ at, text: `the merchant hears ${type}, signature verified` })),
  ];
  return [
    `${payin.reference}  ${payin.rail}  asked ${pesos(payin.amountInCents)}`,
    ...lines
      .toSorted((one, other) => one.at.getTime() - other.at.getTime())
      .map(({ at, text }) => `${at.toISOString().slice(11, 23)}  ${text}`),
    `${payin.status}, received ${pesos(payin.amountReceivedInCents)} (${payin.amountStatus})${kinds.length > 0 ? `, discrepancies: ${kinds.join(', ')}` : ''}`,
  ];
}

function describe(data: Record<string, unknown>): string {
  return Object.entries(data)
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([key, value]) => `${key}=${String(value)}`)
    .join(' ');
}

function pesos(cents: number): string {
  return `$${(cents / 100).toLocaleString('es-CO')} COP`;
}

function ticketOf({ instructions }: DemoPayin): string {
  const ticket = instructions?.url && new URL(instructions.url).searchParams.get('s');
  if (!ticket) throw new Error('a payin came without a payment page');
  return ticket;
}

function check(wrong: string[], what: string, is: unknown, should: unknown): void {
  if (is !== should) wrong.push(`${what} is ${String(is)} and should be ${String(should)}`);
}
