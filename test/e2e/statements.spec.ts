import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { PresentedPayin } from '../../src/payins/payin.presenter.js';
import { ticketOf } from '../support/api-client.js';
import { providerSide } from '../support/provider-side.js';
import { startStand, type Stand } from '../support/stand.js';
import { compared, csv, linesOf, statementReaches, upload } from '../support/statements.js';

let stand: Stand;

beforeAll(async () => {
  stand = await startStand();
});

afterAll(async () => {
  await stand?.close();
});

async function referenceOf(payin: PresentedPayin): Promise<string> {
  return (await providerSide(stand, payin, 'tumipay')).order.reference;
}

async function paid(amountInCents = 5_000_000): Promise<PresentedPayin> {
  const payin = await stand.api.open({ amountInCents });
  await stand.sandbox.tumipay.pay(ticketOf(payin));
  return stand.api.reaches(payin.id, 'APPROVED');
}

describe('a statement', () => {
  it('that says what we know matches, by our reference, the provider’s id or the merchant’s reference', async () => {
    const [one, two, three] = [await paid(), await paid(), await paid()];
    const done = await compared(
      stand.api,
      csv(
        `${await referenceOf(one)},,5000000,COP,APPROVED,,`,
        `,${ticketOf(two)},5000000,COP,APPROVED,,`,
        `${three.reference},,5000000,COP,APPROVED,,`,
      ),
    );
    expect(done).toMatchObject({
      source: 'UPLOAD',
      lines: 3,
      compared: 3,
      outcomes: { MATCHED: 3, DIFFERENT: 0, MISSING_HERE: 0, MISSING_THERE: 0, NOT_OURS: 0 },
      differences: {},
    });
    expect((await linesOf(stand.api, done.id)).map(({ payinId }) => payinId)).toEqual([one.id, two.id, three.id]);
  });

  it('shows every difference, and opens one discrepancy for each', async () => {
    const payin = await paid();
    const done = await compared(
      stand.api,
      csv(`${payin.reference},,4000000,COP,APPROVED,,`, 'nobody-knows-1,,1000000,COP,APPROVED,,'),
      { covers: 'PAYMENTS' },
    );
    expect(done.outcomes).toMatchObject({ DIFFERENT: 1, MISSING_HERE: 1 });
    expect(await linesOf(stand.api, done.id, 'DIFFERENT')).toEqual([
      expect.objectContaining({
        line: 2,
        differences: ['AMOUNT_CONFLICT'],
        amountInCents: 4_000_000,
        expectedInCents: 5_000_000,
      }),
    ]);
    expect(await stand.api.discrepancies(payin.id)).toEqual([expect.objectContaining({ kind: 'AMOUNT_CONFLICT' })]);
  });

  it('the same again is the same statement', async () => {
    const file = csv('nobody-knows-2,,1000000,COP,APPROVED,,');
    const first = await upload(stand.api, file);
    expect(first.status).toBe(202);
    await statementReaches(stand.api, first.body.id);
    const again = await upload(stand.api, file);
    expect([again.status, again.headers.get('idempotency-replayed'), again.body.id]).toEqual([
      200,
      'true',
      first.body.id,
    ]);
  });
});
