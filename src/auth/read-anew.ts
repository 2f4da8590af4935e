import type { LRUCache } from 'lru-cache';

/** More often than one is ever forgotten while it is read. */
const ROUNDS_MAX = 3;

/** Reads what a cache keeps. What is forgotten meanwhile, because it was revoked or ended, is read once more: the first answer may be from before that. */
export async function readAnew<Value extends object>(
  cache: LRUCache<string, Value>,
  key: string,
  round = 1,
): Promise<Value | undefined> {
  try {
    return await cache.fetch(key, { forceRefresh: true });
  } catch (error) {
    // The cache's own word.
    const isForgotten = error instanceof Error && error.message === 'deleted';
    if (!isForgotten || round === ROUNDS_MAX) throw error;
    return readAnew(cache, key, round + 1);
  }
}
