import { createHash, randomInt, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';

const COLOMBIA_BEHIND_UTC_MS = 5 * 60 * 60 * 1_000;

/** Compares in constant time. */
export function isSameText(received: unknown, expected: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return typeof received === 'string' && timingSafeEqual(digest(received), digest(expected));
}

export function isJsonRequest({ headers }: Pick<FastifyRequest, 'headers'>): boolean {
  return /^application\/json\b/i.test(headers['content-type'] ?? '');
}

export function randomText(length: number, alphabet: string): string {
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('');
}

/** `yyyy-MM-dd HH:mm:ss` at UTC-5: Colombia has had no daylight saving time since 1993. */
export function colombianTime(epochMs: number): string {
  return new Date(epochMs - COLOMBIA_BEHIND_UTC_MS).toISOString().slice(0, 19).replace('T', ' ');
}
