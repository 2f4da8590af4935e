import { describe, expect, it } from '@jest/globals';
import type { AnyPaymentProvider, FieldViolation, Rail } from '@recaudo/payment-provider';
import { RAIL_POLICIES } from '../../config/rail-policies.js';
import { railsTable } from './rails-table.js';

const needs = (name: string, ...fields: string[]) =>
  ({
    name,
    amountLimits: { PSE: { minInCents: 150_000n } },
    check: (): FieldViolation[] => fields.map((field) => ({ field, code: 'REQUIRED', message: 'needed' })),
  }) as unknown as AnyPaymentProvider;

function rowOf(rail: Rail, providers: readonly AnyPaymentProvider[]): string[] {
  const table = railsTable(
    () => providers,
    (one) => RAIL_POLICIES[one],
  );
  const row = table.split('\n').find((line) => line.startsWith(`| \`${rail}\``));
  return row!.split('|').map((cell) => cell.trim());
}

describe('the table of rails', () => {
  it('says what the rules of the providers need, once where they agree', () => {
    const [, , needed, , , amount] = rowOf('PSE', [
      needs('one', 'inlineCustomer.name', 'inlineCustomer.email', 'pse'),
      needs('two', 'inlineCustomer.name', 'inlineCustomer.email', 'pse'),
    ]);
    expect(needed).toBe('`inlineCustomer` (name, email), `pse`');
    expect(amount).toBe('one: from 150000; two: from 150000');
  });

  it('says it of each provider where they differ', () => {
    const [, , needed] = rowOf('BRE_B', [needs('one', 'inlineCustomer.name'), needs('two')]);
    expect(needed).toBe('one: `inlineCustomer` (name); two: nothing');
  });

  it('has the default and the bounds of the policy, and what nobody takes', () => {
    expect(rowOf('TRANSFIYA', []).slice(2, 6)).toEqual([
      'no provider here takes it',
      'a request in the app of their bank',
      '12 h (1 min to 12 h)',
      'no limits of the rail',
    ]);
  });
});
