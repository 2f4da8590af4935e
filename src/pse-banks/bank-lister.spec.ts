import { describe, expect, it } from '@jest/globals';
import { ProviderRegistry } from '../provider-registry/provider-registry.js';
import { bankLister } from './bank-lister.js';

describe('without a provider that lists the banks of PSE', () => {
  const registry = new ProviderRegistry([], () => undefined);

  it('there is no such list', () => {
    expect(() => bankLister(registry)).toThrow(
      expect.objectContaining({ code: 'NOT_FOUND', detail: 'No enabled provider of the rail PSE lists its banks.' }),
    );
  });

  it.each(['tumipay', '', 'constructor'])('a request that pins %p is wrong', (pinned) => {
    expect(() => bankLister(registry, pinned)).toThrow(
      expect.objectContaining({ code: 'VALIDATION_FAILED', errors: [expect.objectContaining({ field: 'provider' })] }),
    );
  });
});
