import { describe, expect, it } from '@jest/globals';
import { validateSync } from 'class-validator';
import { IsWholeUnits } from './is-whole-units.js';

class Request {
  @IsWholeUnits()
  amountInCents!: unknown;
  currency: unknown;
}

function refused(amountInCents: unknown, currency: unknown): string[] {
  const errors = validateSync(Object.assign(new Request(), { amountInCents, currency }));
  return errors.flatMap(({ constraints }) => Object.values(constraints ?? {}));
}

describe('an amount that is asked for', () => {
  it.each([
    [500, 'COP'],
    [500, undefined],
    [5, 'CLP'],
  ])('may be %p in %p', (amount, currency) => expect(refused(amount, currency)).toEqual([]));

  it.each([
    [550, 'COP'],
    [550, undefined],
    [5.5, 'COP'],
    ['500', 'COP'],
  ])('may not be %p in %p', (amount, currency) =>
    expect(refused(amount, currency)).toEqual(['amountInCents must be a multiple of 100: payments have no cents']),
  );
});
