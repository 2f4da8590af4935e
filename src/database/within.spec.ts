import { describe, expect, it } from '@jest/globals';
import { TIMED_OUT, within } from './within.js';

describe('what is waited for', () => {
  it('is what the promise settles to, where that is soon enough', async () => {
    expect(await within(60_000, Promise.resolve(1))).toBe(1);
    await expect(within(60_000, Promise.reject(new Error('no')))).rejects.toThrow('no');
  });

  it('ends with the time, and a failure that comes later is nobody’s', async () => {
    const { promise, reject } = Promise.withResolvers<number>();
    expect(await within(10, promise)).toBe(TIMED_OUT);
    reject(new Error('too late'));
    await new Promise((resolve) => setImmediate(resolve));
  });
});
