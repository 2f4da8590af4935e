import type { LRUCache } from 'lru-cache';

/** Of one key: more often than it is ever forgotten within one look. */
const ROUNDS_MAX = 3;

/**
 * What the cache looks up anew. What is forgotten meanwhile, because it was revoked or ended, is looked up once more: what the first look has found may be
 * from before that.
 */
export async function lookedUp<Value extends object>(
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
    return lookedUp(cache, key, round + 1);
  }
}
