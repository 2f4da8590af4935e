import {
  type AmountEcho,
  type AnyPaymentProvider,
  type Capability,
  ID_TYPES,
  type IdType,
  type Rail,
  RAILS,
} from '@recaudo/payment-provider';
import type { DeclaredProvider } from './declared-providers.js';

const CAPABILITY_WORDS = {
  webhooks: 'sends webhooks',
  pseBanks: 'lists the banks of PSE',
  orderList: 'lists its orders',
  refunds: 'pays refunds by itself',
} as const satisfies Record<Capability, string>;

/** What a row is about, and what it says of a provider. */
type Row = [string, (provider: AnyPaymentProvider) => string];

/** What the providers declare of themselves, as the page `docs/capabilities.md`. */
export function capabilityMatrix(declared: readonly DeclaredProvider[]): string {
  const rows: Row[] = [
    ...RAILS.map((rail): Row => [`rail \`${rail}\``, (provider) => railCell(provider, rail)]),
    ['currencies', ({ currencies }) => currencies.join(', ')],
    ...(Object.keys(CAPABILITY_WORDS) as Capability[]).map((capability): Row => [
      CAPABILITY_WORDS[capability],
      ({ capabilities }) => (capabilities.includes(capability) ? 'yes' : ''),
    ]),
    ...ID_TYPES.map((idType): Row => [`takes a \`${idType}\``, (provider) => documentCell(provider, idType)]),
    [
      'needs a document on',
      ({ documents: { requiredOn }, rails }) => requiredOn.filter((rail) => rails.includes(rail)).join(', '),
    ],
    ['a webhook is', ({ webhooks }) => (webhooks ? TRUST_WORDS[webhooks.trust] : '')],
    ['a webhook is acknowledged with', ({ webhooks }) => (webhooks ? acknowledgementCell(webhooks) : '')],
    ['its answers may repeat the amount asked', (provider) => ECHO_WORDS[provider.answersEchoRequestedAmount]],
    ['ends an order when it is asked to', (provider) => (provider.ordersExpireWhenAsked ? 'yes' : '')],
    [
      'asked for reversals after a payment',
      ({ reversalCheckDays }) => (reversalCheckDays > 0 ? `${reversalCheckDays} days` : ''),
    ],
  ];
  const lines = rows.map(([what, cell]) => [what, ...declared.map(({ provider }) => cell(provider))]);
  return [
    '# Capabilities',
    '',
    'Made from what the providers declare, with the settings of the built-in sandbox and in their other modes: `npm run docs:capabilities`. A test holds it true.',
    '',
    ...table([['', ...declared.map(heading)], ...lines]),
    '',
  ].join('\n');
}

function heading({ provider, mode }: DeclaredProvider): string {
  const settings = Object.entries(mode).map(([name, value]) => ` with \`${name}=${value}\``);
  return `\`${provider.name}\`${settings.join('')}`;
}

const ECHO_WORDS: Readonly<Record<AmountEcho, string>> = {
  always: 'yes',
  sometimes: 'where they lack the amount that arrived',
  never: '',
};
const TRUST_WORDS = {
  authoritative: 'believed about money: its signature covers the whole body',
  hint: 'a hint: it only makes us ask',
} as const;

function railCell({ rails, amountLimits }: AnyPaymentProvider, rail: Rail): string {
  if (!rails.includes(rail)) return '';
  const { minInCents, maxInCents } = amountLimits[rail] ?? {};
  const bounds = [minInCents && `from ${minInCents}`, maxInCents && `to ${maxInCents}`].filter(Boolean);
  return bounds.length > 0 ? `yes, ${bounds.join(' ')} cents` : 'yes';
}

function documentCell({ documents }: AnyPaymentProvider, idType: IdType): string {
  const taken = documents.types.find((document) => document.idType === idType);
  return taken ? (taken.form ?? 'yes') : '';
}

function acknowledgementCell({ acknowledgement }: NonNullable<AnyPaymentProvider['webhooks']>): string {
  return `${acknowledgement.status} \`${acknowledgement.body}\``;
}

/** Markdown as the formatter writes it, so that the page is stable. */
function table([head = [], ...rows]: string[][]): string[] {
  const widths = head.map((_, column) => Math.max(3, ...[head, ...rows].map((cells) => cells[column]!.length)));
  const line = (cells: string[]) => `| ${cells.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)];
}
