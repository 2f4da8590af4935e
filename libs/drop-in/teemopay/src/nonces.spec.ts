import { describe, expect, it } from '@jest/globals';
import { NonceMemory } from './nonces.js';

describe('nonces', () => {
  it('are known again with the signature that they first came with, by each application for itself', () => {
    const nonces = new NonceMemory();
    expect(nonces.use('A', 'one', 'signature')).toBeUndefined();
    expect(nonces.use('A', 'one', 'other')).toBe('signature');
    expect(nonces.use('A', 'one', 'signature')).toBe('signature');
    expect(nonces.use('B', 'one', 'other')).toBeUndefined();
  });

  it('are remembered up to a bound, and no application pushes out those of another', () => {
    const nonces = new NonceMemory();
    nonces.use('quiet', 'one', 'signature');
    for (let count = 0; count < 3_000; count += 1) nonces.use('loud', String(count), 'signature');
    expect(nonces.use('loud', '2999', 'signature')).toBe('signature');
    expect(nonces.use('loud', '2000', 'signature')).toBe('signature');
    expect(nonces.use('loud', '1999', 'signature')).toBeUndefined();
    expect(nonces.use('quiet', 'one', 'signature')).toBe('signature');
  });

  it('are forgotten of the application that was last used longest ago', () => {
    const nonces = new NonceMemory();
    for (let count = 0; count < 100; count += 1) nonces.use(String(count), 'one', 'signature');
    nonces.use('0', 'two', 'signature');
    nonces.use('another', 'one', 'signature');
    expect(nonces.use('0', 'one', 'signature')).toBe('signature');
    expect(nonces.use('1', 'one', 'signature')).toBeUndefined();
  });
});
