import { parseAmount } from '@recaudo/payment-provider';

/** Groups of three digits, or none; decimals that say nothing are left out. */
const TYPED = /^(\d{1,3}(?:[.,]\d{3})+|\d{1,15})(?:[.,]0{1,2})?$/;
const CENTS = /^(?:\d{1,3}(?:[.,]\d{3})+|\d{1,15})[.,]\d{1,2}$/;

/** What a payer types: `50.000`, `$ 50,000`, `50000`. @returns its cents; what is wrong with it where it is no amount */
export function readTypedAmount(text: string, currency: string): bigint | 'MISSING' | 'NOT_WHOLE' {
  const plain = text.replaceAll(/[\s$\u00a0']/g, '');
  const units = TYPED.exec(plain)?.[1]?.replaceAll(/[.,]/g, '');
  if (units === undefined) return CENTS.test(plain) ? 'NOT_WHOLE' : 'MISSING';
  return parseAmount(units, currency) ?? 'MISSING';
}
