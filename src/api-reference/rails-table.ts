import { type AnyPaymentProvider, HOME_CURRENCY, type Rail, RAILS, unitInCents } from '@recaudo/payment-provider';
import type { RailPolicy } from '../../config/rail-policies.js';

/** What the payer sees. The compiler asks for every rail. */
const PAYER: Readonly<Record<Rail, string>> = {
  PSE: 'the page of their bank: send them to `instructions.url`. Without `pse` they choose the bank on a hosted page first',
  BRE_B:
    'a key, `instructions.key`, or a QR code, `instructions.qr`, for the app of any bank. They may change the amount there',
  NEQUI: 'a request in the Nequi app (`push`), or the page of the provider: `instructions.url`',
  EFECTY: 'a voucher, on the page of the provider or as `instructions.code`: they pay it in cash in a shop',
  CARD: 'the card form of the provider: `instructions.url`',
  TRANSFIYA: 'a request in the app of their bank',
  ANY: 'with `checkout` (`{}` is enough) our page `checkoutUrl`, where they choose the rail and enter what it needs; without it a page of choice of the provider',
};

/** Where the payer enters all that is needed. */
const ASKED_AT_CHECKOUT: Rail = 'ANY';

/**
 * What each rail needs, as a table in Markdown: from the rules of the providers behind it and its policy.
 * @param providersOf in the order of routing
 */
export function railsTable(
  providersOf: (rail: Rail) => readonly AnyPaymentProvider[],
  policyOf: (rail: Rail) => RailPolicy,
): string {
  const rows = RAILS.map((rail) => {
    const providers = providersOf(rail);
    const { defaultMinutes, minMinutes, maxMinutes } = policyOf(rail);
    return [
      `\`${rail}\``,
      providers.length === 0 ? 'no provider here takes it' : neededCell(rail, providers),
      PAYER[rail],
      `${span(defaultMinutes)} (${span(minMinutes)} to ${span(maxMinutes)})`,
      amountsCell(rail, providers),
    ];
  });
  const head = ['rail', 'needs', 'the payer sees', 'expires after', 'amount in cents'];
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function neededCell(rail: Rail, providers: readonly AnyPaymentProvider[]): string {
  if (rail === ASKED_AT_CHECKOUT) return 'nothing with `checkout`';
  const needed = providers.map((provider) => ({ name: provider.name, fields: fieldsNeeded(provider, rail) }));
  const [first, ...others] = needed;
  if (others.every(({ fields }) => fields === first?.fields)) return first?.fields || 'nothing';
  return needed.map(({ name, fields }) => `${name}: ${fields || 'nothing'}`).join('; ');
}

/** By its own rules, of an order without a payer. */
function fieldsNeeded(provider: AnyPaymentProvider, rail: Rail): string {
  const violations = provider.check({
    providerReference: 'A'.repeat(32),
    amountInCents: 5_000n * unitInCents(HOME_CURRENCY),
    currency: HOME_CURRENCY,
    rail,
    expiresInMinutes: 60,
    webhookUrl: 'https://pay.example.com/webhooks',
    redirectUrl: 'https://pay.example.com/',
  });
  const fields = violations.flatMap(({ code, field }) => (code === 'REQUIRED' ? [field] : []));
  const ofCustomer = fields.flatMap((field) => (field.startsWith('inlineCustomer.') ? [field.split('.')[1]!] : []));
  const others = fields.filter((field) => !field.startsWith('inlineCustomer.'));
  return [
    ...(ofCustomer.length > 0 ? [`\`inlineCustomer\` (${ofCustomer.join(', ')})`] : []),
    ...others.map((field) => `\`${field}\``),
  ].join(', ');
}

function amountsCell(rail: Rail, providers: readonly AnyPaymentProvider[]): string {
  const limits = providers.flatMap(({ name, amountLimits }) => {
    const { minInCents, maxInCents } = amountLimits[rail] ?? {};
    const bounds = [minInCents && `from ${minInCents}`, maxInCents && `to ${maxInCents}`].filter(Boolean);
    return bounds.length > 0 ? [`${name}: ${bounds.join(' ')}`] : [];
  });
  return limits.length > 0 ? limits.join('; ') : 'no limits of the rail';
}

function span(minutes: number): string {
  if (minutes % 1_440 === 0) return `${minutes / 1_440} d`;
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${minutes} min`;
}
