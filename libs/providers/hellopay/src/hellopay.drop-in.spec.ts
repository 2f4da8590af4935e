import { describe, expect, it } from '@jest/globals';
import { ACH_CODES, hellopayContract } from '@recaudo/drop-in/hellopay';
import type { ContractCall, ServedPayins, ShownPayin } from '@recaudo/drop-in-contract';
import fc from 'fast-check';
import { AmountUnits } from './hellopay.amounts.js';
import { BANK_BY_ACH_CODE, HELLOPAY_BANKS } from './hellopay.banks.js';
import { readPayinReply, toOrderReport } from './hellopay.mapper.js';

// The contract that Recaudo serves to merchants, read by its own client: two readings of the same documents.

const CREATED_AT = '2026-03-23T22:28:08.724Z';
const ID = '0199f0f0-0000-7000-8000-000000000000';

/** What the query answers about a payin. */
async function answerAbout(payin: Partial<ShownPayin>, amountUnit: string) {
  const operation = hellopayContract.operations.find(({ path }) => path === '/payins/:id')!;
  const found = {
    reference: 'INV-2024-001',
    payin: {
      id: ID,
      rail: 'BRE_B',
      createdAt: CREATED_AT,
      instructions: null,
      errorCode: null,
      ...payin,
    } as ShownPayin,
    customer: null,
    pse: null,
    asked: {},
  };
  const payins = { read: async () => found } as unknown as ServedPayins;
  return operation.run({ params: { id: ID }, secrets: { amountUnit } } as unknown as ContractCall, payins);
}

describe('the contract that is served', () => {
  it('has the same banks, by the code that is in use now', () => {
    expect(Object.keys(ACH_CODES)).toEqual(Object.keys(HELLOPAY_BANKS));
    const formerCodes = ['1058', '1151'];
    const ours = Object.entries(BANK_BY_ACH_CODE).filter(([code]) => !formerCodes.includes(code));
    const theirs = Object.entries(ACH_CODES).flatMap(([bank, code]) => (code === null ? [] : [[code, bank]]));
    expect(new Map(theirs as [string, string][])).toEqual(new Map(ours));
  });

  it('says amounts that its client reads exactly, whatever the unit, and an amount that nobody knows as none', async () => {
    const cents = fc.integer({ min: 1, max: 100_000_000_000_000 });
    const status = fc.constantFrom('UNDERPAID' as const, 'APPROVED' as const);
    await fc.assert(
      fc.asyncProperty(
        cents,
        fc.oneof(cents, fc.constant(0)),
        status,
        fc.constantFrom('pesos', 'cents'),
        async (amountInCents, amountReceivedInCents, paid, unit) => {
          const answer = await answerAbout({ amountInCents, amountReceivedInCents, status: paid }, unit);
          const reply = { status: answer.status, headers: {}, bodyText: JSON.stringify(answer.body) };
          const query = { providerReference: 'INV-2024-001', externalId: ID, amountInCents: BigInt(amountInCents) };
          const report = toOrderReport(readPayinReply(reply), query, new AmountUnits('auto'));
          expect(report.status).toBe('APPROVED');
          if (amountReceivedInCents > 0) {
            expect(report.amountInCents).toBe(BigInt(amountReceivedInCents));
            expect(report.amountMayBeEchoed).toBeUndefined();
          } else expect(report).toMatchObject({ amountInCents: BigInt(amountInCents), amountMayBeEchoed: true });
        },
      ),
    );
  });
});
