import { createHash, timingSafeEqual } from 'node:crypto';

/** Compares in constant time; strings of other lengths are simply different. */
export function equalInConstantTime(one: string, other: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
