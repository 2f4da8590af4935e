import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { type AmountLimitsByRail, AmountLimitsSetting } from './amount-limits.js';

class Settings {
  @AmountLimitsSetting()
  ACME_AMOUNT_LIMITS?: AmountLimitsByRail;
}

function read(value: string | undefined) {
  const settings = plainToInstance(Settings, { ACME_AMOUNT_LIMITS: value });
  return validateSync(settings).length === 0 ? settings.ACME_AMOUNT_LIMITS : 'refused';
}

describe('the setting of a provider’s amount limits', () => {
  it('holds bounds in cents by rail, either of them or both', () => {
    expect(read('{"PSE":{"minInCents":200000,"maxInCents":200000000},"EFECTY":{"minInCents":1000000}}')).toEqual({
      PSE: { minInCents: 200_000n, maxInCents: 200_000_000n },
      EFECTY: { minInCents: 1_000_000n },
    });
    expect(read('{}')).toEqual({});
    expect(read(undefined)).toBeUndefined();
  });

  it.each([
    'PSE',
    '[]',
    '{"PSX":{"minInCents":1}}',
    '{"PSE":5}',
    '{"PSE":{"min":5}}',
    '{"PSE":{"minInCents":"5"}}',
    '{"PSE":{"minInCents":0}}',
    '{"PSE":{"minInCents":1.5}}',
    '{"PSE":{"minInCents":2,"maxInCents":1}}',
  ])('is refused at the start when it is %s', (value) => expect(read(value)).toBe('refused'));
});
