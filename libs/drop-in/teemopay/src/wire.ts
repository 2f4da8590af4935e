import { createHash, randomBytes, randomInt } from 'node:crypto';
import { formatAmount, fromProviderAmount, HOME_CURRENCY, toProviderAmount } from '@recaudo/payment-provider';

/** How the documents write texts, numbers and times. */

const COLOMBIAN_OFFSET_MS = -5 * 3_600_000;
const BASE_36 = 36n;
/** 128 bits in base 36. */
const ID_DIGITS = 25;
const PAYMENT_DIGITS = 27;
const PAYMENT_NUMBERS = BASE_36 ** BigInt(PAYMENT_DIGITS);

/** `msg` and `traceId`: 32 hexadecimal digits, a small number, and 17 digits that begin with the time. */
export function envelope(msg = 'success'): { msg: string; traceId: string } {
  const digits = `${Date.now()}${String(randomInt(10_000)).padStart(4, '0')}`;
  return { msg, traceId: `${randomBytes(16).toString('hex')}.${randomInt(1, 1_000)}.${digits}` };
}

/** `"1000.00"` */
export function pesos(cents: number): string {
  return formatAmount(BigInt(cents), HOME_CURRENCY);
}

/** `"1000"`, as a create asks for it. */
export function wholePesos(cents: number): string {
  return String(toProviderAmount(BigInt(cents), 'pesos', HOME_CURRENCY));
}

/** In cents. More digits than a number holds exactly are far more than any payin may have. */
export function fromWholePesos(digits: string): number {
  return Number(fromProviderAmount(BigInt(digits), 'pesos', HOME_CURRENCY));
}

/** `2025-01-01 00:00:00`; Colombia has no summer time. */
export function colombianTime(iso: string): string {
  return new Date(Date.parse(iso) + COLOMBIAN_OFFSET_MS).toISOString().slice(0, 19).replace('T', ' ');
}

/** Reads `2026-03-01 23:59:59.999`, with or without milliseconds; undefined for anything else, as for the 30th of February. */
export function fromColombianTime(text: unknown): Date | undefined {
  const [, day, clock, ms = '000'] =
    (typeof text === 'string' && /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d{3}))?$/.exec(text)) || [];
  const asUtc = new Date(`${day}T${clock}.${ms}Z`);
  if (Number.isNaN(asUtc.getTime()) || asUtc.toISOString() !== `${day}T${clock}.${ms}Z`) return undefined;
  return new Date(asUtc.getTime() - COLOMBIAN_OFFSET_MS);
}

/** The payin's id as letters and digits, 27 of the 32 that the documents allow. */
export function tradeNo(payinId: string): string {
  return `TS${digits(BigInt(`0x${payinId.replaceAll('-', '')}`), ID_DIGITS).toUpperCase()}`;
}

/** The number of one payment, `TSO` and 27 of base 36 as observed: always the same for the same payment, whatever its provider calls it. */
export function paymentOrderNo(payinId: string, paymentId: string): string {
  const hash = createHash('sha256').update(`${payinId} ${paymentId}`).digest('hex');
  return `TSO${digits(BigInt(`0x${hash}`) % PAYMENT_NUMBERS, PAYMENT_DIGITS)}`;
}

function digits(value: bigint, length: number): string {
  return value.toString(Number(BASE_36)).padStart(length, '0');
}
