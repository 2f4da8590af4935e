import { describe, expect, it } from '@jest/globals';
import { equalInConstantTime } from './equal-in-constant-time.js';

describe('equalInConstantTime', () => {
  it.each([
    ['', '', true],
    ['a', 'a', true],
    ['a', 'b', false],
    ['a', '', false],
    ['a', 'aa', false],
    ['é', 'e\u0301', false],
  ])('%p and %p: %p', (one, other, equal) => expect(equalInConstantTime(one, other)).toBe(equal));
});
