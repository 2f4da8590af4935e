import { formatAmount, HOME_CURRENCY } from '@recaudo/payment-provider';
import type { DemoEvent, DemoInstructions } from './demo-api.js';

/** Something that happened, for a person to read. */
export interface Line {
  at: Date;
  text: string;
}

export function eventLine({ at, type, source, data }: DemoEvent): Line {
  const words = WORDS[type]?.(data) ?? '';
  return { at: new Date(at), text: `${type.padEnd(22)}${words}${words && ' '}(${source})` };
}

/** What to show of an event's data; the other types have nothing to add. */
const WORDS: Readonly<Record<string, (data: DemoEvent['data']) => string>> = {
  'attempt.opened': ({ provider, externalId }) =>
    `${String(provider)} ${typeof externalId === 'string' ? `calls it ${externalId}` : 'gives it no number'}`,
  observation: ({ trust, status, rawStatus, amountInCents }) =>
    [
      status === rawStatus ? String(status) : `${String(status)} ("${String(rawStatus)}")`,
      ...(amountInCents ? [pesos(Number(amountInCents))] : []),
      ...(trust === 'hint' ? ['only a hint'] : []),
    ].join(', '),
  'receipt.added': ({ amountInCents }) => pesos(Number(amountInCents)),
  'discrepancy.opened': ({ kind }) => String(kind),
};

const INSTRUCTION_WORDS: Readonly<Record<string, (instructions: DemoInstructions) => string>> = {
  redirect: ({ url }) => `the page ${url}`,
  breb_key: ({ key, url }) => `the key ${key}${url ? `, shown on ${url}` : ''}`,
  push: () => 'a request on the phone',
  voucher: ({ code }) => `the code ${code}`,
  message: ({ text }) => `the message "${text}"`,
};

export function instructionWords(instructions: DemoInstructions | null): string {
  if (!instructions) return 'nothing yet';
  return INSTRUCTION_WORDS[instructions.type]?.(instructions) ?? instructions.type;
}

export function inOrder(lines: readonly Line[]): string[] {
  return lines
    .toSorted((one, other) => one.at.getTime() - other.at.getTime())
    .map(({ at, text }) => `${at.toISOString().slice(11, 23)}  ${text}`);
}

export function pesos(cents: number): string {
  return `$${Number(formatAmount(BigInt(cents), HOME_CURRENCY)).toLocaleString('es-CO')} ${HOME_CURRENCY}`;
}
