import { describe, expect, it } from '@jest/globals';
import { attempt, damage, damagedReply, type Json, objectIn, valuesAt } from '@recaudo/conformance';
import fc from 'fast-check';
import { EXAMPLE_REFERENCE, fixture } from './fixture.js';
import { readListReply } from './teemopay.mapper.js';

const RUNS = 10_000;
/** The same replies on every machine; another number tries others. */
const SEED = 20_260_101;
const PAYER = 'janejohnson@email.com';
const WORDS: Json[] = [EXAMPLE_REFERENCE, 'SomebodyElses', 5, '1', '3', '4', 423, '10000', '1000.00', PAYER];
const hostile = damage(WORDS, ['merchantOrderNo', 'status', 'amount', 'code', 'data', 'msg', 'success', 'paymentList']);

describe('in 10,000 hostile replies', () => {
  it('a list has every order of the reply, or is not read', () => {
    let read = 0;
    fc.assert(
      fc.property(hostile, (plan) => {
        const reply = damagedReply(fixture('list-reply'), plan);
        const { result, error } = attempt(() => readListReply(reply));
        if (error) return expect(error.message).not.toContain(PAYER);
        read += 1;
        expect([reply.status >= 200 && reply.status < 300]).toEqual([true]);
        const body = objectIn(reply.bodyText)!;
        const [data = body] = body['code'] === undefined ? [] : valuesAt(body, '/data');
        const rows = (valuesAt(data, '/records')[0] ?? []) as Record<string, unknown>[];
        const payins = rows.filter(({ type }) => type === undefined || type === 'PAYIN');
        expect(result?.orders.map(({ providerReference }) => providerReference)).toEqual(
          payins.map(({ merchantOrderNo }) => merchantOrderNo),
        );
      }),
      { numRuns: RUNS, seed: SEED },
    );
    // The damage is not so bad that nothing was ever read.
    expect(read).toBeGreaterThan(RUNS / 20);
  });
});
