import { formatAmount } from '@recaudo/payment-provider';
import { type Language, LOCALES } from './texts/language.js';

/** `$ 50.000` or `$50,000`; decimals only where there are some. Exact, whatever the amount. */
export function moneyText(amountInCents: bigint, currency: string, language: Language): string {
  const [units = '', fraction = ''] = partsOf(amountInCents, currency);
  const grouped = new Intl.NumberFormat(LOCALES[language], { useGrouping: 'always' }).format(BigInt(units));
  const [sign, decimal] = language === 'es' ? ['$\u00a0', ','] : ['$', '.'];
  return `${sign}${grouped}${fraction === '' ? '' : decimal + fraction}`;
}

/** As it is typed into a bank's app: no sign, no groups. */
export function typedAmount(amountInCents: bigint, currency: string): string {
  return partsOf(amountInCents, currency).filter(Boolean).join('.');
}

/** Without decimals that say nothing. */
function partsOf(amountInCents: bigint, currency: string): string[] {
  const [units = '', fraction = ''] = formatAmount(amountInCents, currency).split('.');
  return [units, Number(fraction) === 0 ? '' : fraction];
}
