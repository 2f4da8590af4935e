import { describe, expect, it } from '@jest/globals';
import { sentenceOfOldNode } from './command.js';

describe('a Node that is too old', () => {
  it.each(['18.20.4', '20.20.2', '22.17.1'])('%s is refused in a sentence that names it', (version) => {
    expect(sentenceOfOldNode(version)).toContain(`this is ${version}`);
  });

  it.each(['22.18.0', '24.0.0', process.versions.node])('%s is not', (version) => {
    expect(sentenceOfOldNode(version)).toBeUndefined();
  });
});
