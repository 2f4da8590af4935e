import { hash, timingSafeEqual } from 'node:crypto';

/** Compares in constant time; strings of other lengths are simply different. */
export function equalInConstantTime(one: string, other: string): boolean {
  const digest = (text: string) => hash('sha256', text, 'buffer');
  return timingSafeEqual(digest(one), digest(other));
}
