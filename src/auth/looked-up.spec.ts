import { describe, expect, it } from '@jest/globals';
import { LRUCache } from 'lru-cache';
import { lookedUp } from './looked-up.js';

interface Found {
  look: number;
}

/** Each look ends when it is let go. */
function slowCache() {
  const looks: ((error?: Error) => void)[] = [];
  const cache = new LRUCache<string, Found>({
    max: 10,
    ttl: 1_000,
    fetchMethod: () =>
      new Promise((resolve, reject) => {
        const look = looks.length + 1;
        looks.push((error) => (error ? reject(error) : resolve({ look })));
      }),
  });
  return { cache, looks };
}

const aMoment = () => new Promise((resolve) => setImmediate(resolve));

describe('what is looked up', () => {
  it('and forgotten meanwhile is looked up once more, and never answered from before', async () => {
    const { cache, looks } = slowCache();
    const found = lookedUp(cache, 'key');
    await aMoment();
    cache.delete('key');
    looks[0]!();
    await aMoment();
    looks[1]!();
    expect(await found).toEqual({ look: 2 });
    expect(cache.get('key')).toEqual({ look: 2 });
  });

  it('and cannot be had is an error', async () => {
    const { cache, looks } = slowCache();
    const found = lookedUp(cache, 'key');
    await aMoment();
    looks[0]!(new Error('no database'));
    await expect(found).rejects.toThrow('no database');
  });
});
