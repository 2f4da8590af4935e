import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { RAILS } from '@recaudo/payment-provider';
import { RAIL_POLICIES, wrongLives } from './rail-policies.js';

describe('the default policies of the rails', () => {
  it('are those that docs/rail-policies.md shows', () => {
    const lines = readFileSync('docs/rail-policies.md', 'utf8').split('\n');
    const cells = lines
      .filter((line) => line.startsWith('| '))
      .map((line) =>
        line
          .split('|')
          .slice(1, -1)
          .map((cell) => cell.trim()),
      );
    const [[, ...parts], , ...rows] = cells as [string[], string[], ...string[][]];
    const shown = rows.map(([rail, ...values]) => [
      rail,
      Object.fromEntries(parts.map((part, index) => [part, values[index]])),
    ]);
    const asText = (value: unknown) => (Array.isArray(value) ? value.join(' ') : String(value));
    const held = RAILS.map((rail) => [
      rail,
      Object.fromEntries(Object.entries(RAIL_POLICIES[rail]).map(([part, value]) => [part, asText(value)])),
    ]);
    expect(shown).toEqual(held);
  });

  it.each(RAILS)('of %s has a default life within its bounds', (rail) => {
    expect(wrongLives(RAIL_POLICIES[rail])).toBeUndefined();
  });
});
