import { randomInt } from 'node:crypto';
import type { Order } from '../kit/order.js';
import type { TeemoPay } from './teemopay.js';

/** The types of seed 004. */
export const PAYMENT_TYPES = [201, 202, 204, 205, 212] as const;
export type PaymentType = (typeof PAYMENT_TYPES)[number];

/** Types that only later public pages have: known, and not supported here. */
export const LATER_PAYMENT_TYPES: readonly number[] = [207, 209, 210, 211, 213, 214, 215];

/** The query's: paying, success, failed, refund. */
export const STATUSES = ['1', '2', '3', '4'] as const;
export type TeemoPayStatus = (typeof STATUSES)[number];

/** Whom the order is for. */
export interface TeemoPayPayer {
  readonly realName: string;
  readonly email: string;
  readonly phone: string;
  readonly idType: string | null;
  readonly idCardNumber: string | null;
  readonly bankCode: string | null;
}

export interface TeemoPayDetails {
  readonly paymentType: PaymentType;
  /** As it was sent. */
  readonly amount: string;
  readonly payer: TeemoPayPayer;
  /** The Bre-B key to pay to; null for other types. */
  readonly key: string | null;
  /** What the payer says at the cash desk; null for other types. */
  readonly cashCode: string | null;
  /** Failed when it was created: there was never anything to pay with. */
  readonly channelFailed: boolean;
  /** Why it failed. */
  readonly errorMessage: string | null;
  /** `paymentOrderNo` of a callback that tells of no money. */
  readonly spareOrderNo: string;
}

export type TeemoPayOrder = Order<TeemoPay>;

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
const BEHIND_UTC_MS = 5 * 60 * 60 * 1_000;

/** `yyyy-MM-dd HH:mm:ss` at UTC-5, which TeemoPay fixes for Colombia. */
export function colombianTime(epochMs: number): string {
  return new Date(epochMs - BEHIND_UTC_MS).toISOString().slice(0, 19).replace('T', ' ');
}

/** Reads `yyyy-MM-dd HH:mm:ss.SSS` at UTC-5; null for anything else. */
export function fromColombianTime(text: string): number | null {
  if (!/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}$/.test(text)) return null;
  const epochMs = Date.parse(`${text.replace(' ', 'T')}-05:00`);
  return Number.isNaN(epochMs) ? null : epochMs;
}

function randomText(length: number, alphabet: string): string {
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('');
}
