import { describe, expect, it } from '@jest/globals';
import { attempt, damage, damagedReply, objectIn } from '@recaudo/conformance';
import fc from 'fast-check';
import { fixture } from './fixture.js';
import { readBanksReply } from './tumipay.mapper.js';

const RUNS = 10_000;
/** The same replies on every machine; another number tries others. */
const SEED = 20_260_101;
const hostile = damage(['SUCCESS', 'ERROR', 'OK'], ['code', 'name', 'image', 'data', 'status', 'message']);

describe('in 10,000 hostile replies', () => {
  it('a list of banks has only banks that are in the reply, and is never empty', () => {
    let read = 0;
    fc.assert(
      fc.property(hostile, (plan) => {
        const { status, headers, bodyText } = damagedReply(fixture('seed000-banks-reply'), plan);
        const { result: banks } = attempt(() => readBanksReply({ status, headers, bodyText }));
        if (!banks) return;
        read += 1;
        const { code: said, status: word, data } = objectIn(bodyText)!;
        expect([status >= 200 && status < 300, said, word]).toEqual([true, '01', 'SUCCESS']);
        expect(banks).not.toHaveLength(0);
        for (const { code, name } of banks) {
          expect(code).toMatch(/^\d{1,8}$/);
          expect(data).toContainEqual(expect.objectContaining({ code, name }));
        }
      }),
      { numRuns: RUNS, seed: SEED },
    );
    // The damage is not so bad that nothing was ever read.
    expect(read).toBeGreaterThan(RUNS / 20);
  });
});
