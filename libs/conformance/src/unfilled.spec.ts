import { describe, expect, it } from '@jest/globals';
import type { ConformanceSubject } from './subject.js';
import { unfilled } from './unfilled.js';

/** What a new folder begins with. */
const EMPTY: ConformanceSubject = {
  descriptor: { name: 'acme', module: class {}, settings: class {}, sandboxEnvironment: () => ({}) },
  examples: [],
  create: { accepts: () => false },
  query: {
    answers: () => false,
    reference: '/reference',
    status: '/status',
    amounts: {},
    saysNoSuchOrder: () => false,
  },
  statuses: [],
  errors: [],
  settlements: {},
  control: () => {
    throw new Error('there is no sandbox yet');
  },
};

describe('a subject that is not filled in', () => {
  it('compiles, and says for each part what to put there', () => {
    const parts = unfilled(EMPTY);
    expect(parts.map(([part]) => part)).toEqual(['examples', 'statuses', 'query.amounts', 'errors', 'settlements']);
    for (const [part, whatToDo] of parts) expect(whatToDo).toMatch(new RegExp(`^Fill in ${part}\\. .{40,}`));
  });

  it('is asked for nothing that is there', () => {
    const settlements = { pay: 'APPROVED' } as const;
    expect(unfilled({ ...EMPTY, settlements }).map(([part]) => part)).not.toContain('settlements');
  });
});
