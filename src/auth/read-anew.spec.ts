import { describe, expect, it } from '@jest/globals';
import { LRUCache } from 'lru-cache';
import { readAnew } from './read-anew.js';

interface Found {
  reading: number;
}

/** Each reading ends when it is let go. */
function slowCache() {
  const readings: ((error?: Error) => void)[] = [];
  const cache = new LRUCache<string, Found>({
    max: 10,
    ttl: 1_000,
    fetchMethod: () =>
      new Promise((resolve, reject) => {
        const reading = readings.length + 1;
        readings.push((error) => (error ? reject(error) : resolve({ reading })));
      }),
  });
  return { cache, readings };
}

const aMoment = () => new Promise((resolve) => setImmediate(resolve));

describe('what is read', () => {
  it('and forgotten meanwhile is read once more, and never answered from before', async () => {
    const { cache, readings } = slowCache();
    const found = readAnew(cache, 'key');
    await aMoment();
    cache.delete('key');
    readings[0]!();
    await aMoment();
    readings[1]!();
    expect(await found).toEqual({ reading: 2 });
    expect(cache.get('key')).toEqual({ reading: 2 });
  });

  it('and cannot be had is an error', async () => {
    const { cache, readings } = slowCache();
    const found = readAnew(cache, 'key');
    await aMoment();
    readings[0]!(new Error('no database'));
    await expect(found).rejects.toThrow('no database');
  });
});
