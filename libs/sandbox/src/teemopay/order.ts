import { colombianTime, randomText } from '../kit/texts.js';
import type { TeemoPayOrder } from './types.js';

/** The types whose payer can type another amount, and can pay again: the key stays good (seed 004 on Bre-B). */
export function payerSetsAmount({ details: { paymentType } }: TeemoPayOrder): boolean {
  return paymentType === 212 || paymentType === 204;
}

/** `TS`, the Colombian day and `0001`, `CO`, 16 digits. */
export function newTradeNo(now: number): string {
  const day = colombianTime(now).slice(2, 10).replaceAll('-', '');
  return `TS${day}0001CO${randomText(16, '0123456789')}`;
}

/** `TSO` and 27 of base 36: one payment. */
export function newPaymentOrderNo(): string {
  return `TSO${randomText(27, BASE_36)}`;
}

export function newBrebKey(): string {
  return `@teemo${randomText(8, BASE_36)}`;
}

export function newCashCode(): string {
  return randomText(10, '0123456789');
}

const BASE_36 = '0123456789abcdefghijklmnopqrstuvwxyz';

/** Reads `yyyy-MM-dd HH:mm:ss.SSS` at UTC-5; null for anything else. */
export function fromColombianTime(text: string): number | null {
  if (!/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}$/.test(text)) return null;
  const epochMs = Date.parse(`${text.replace(' ', 'T')}-05:00`);
  return Number.isNaN(epochMs) ? null : epochMs;
}
