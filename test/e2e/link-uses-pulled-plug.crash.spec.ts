import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { PresentedPayin } from '../../src/payins/presenters/payin.presenter.js';
import type { ShownPaymentLink } from '../../src/payment-links/payment-links.service.js';
import { type Replicas, startReplicas } from '../support/replicas.js';

const USES = 40;
const PRESSES = 60;
const ROUNDS = 4;

let replicas: Replicas;

beforeAll(async () => {
  replicas = await startReplicas(2, { TRUSTED_PROXIES: '127.0.0.1/32,::1/128' });
});
afterAll(() => replicas?.close());

let caller = 0;

/** Where a press leads to; undefined where no answer came. */
async function press(url: string, use: string): Promise<string | undefined> {
  caller += 1;
  try {
    const response = await fetch(url, {
      method: 'POST',
      redirect: 'manual',
      headers: { 'x-forwarded-for': `198.51.${Math.floor(caller / 250)}.${caller % 250}` },
      body: new URLSearchParams({ use }),
    });
    return response.status === 303 ? response.headers.get('location')! : `${response.status}`;
  } catch {
    return undefined;
  }
}

it('counts each use with its payin, whichever process is killed while many press', async () => {
  const [first, second] = replicas.all;
  const { body: link } = await first!.api.call<ShownPaymentLink>('POST', '/payment-links', {
    reference: 'plug',
    title: 'Rifa',
    amountInCents: 1_000_000,
    uses: USES,
  });
  const path = new URL(link.url).pathname;
  const uses = Array.from({ length: PRESSES }, () => randomUUID());
  const ledTo = new Map<string, string>();
  let lost = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const victim = replicas.all[round % 2]!;
    const begun = uses
      .filter((_, at) => at % ROUNDS <= round)
      .map(async (use, at) => {
        const address = await press(`${replicas.all[at % 2]!.api.url}${path}`, use);
        if (address === undefined) lost += 1;
        else if (address.startsWith('/')) {
          // A press that was answered has that answer for ever.
          expect(ledTo.get(use) ?? address).toBe(address);
          ledTo.set(use, address);
        }
      });
    await wait(15 + 20 * round);
    await victim.pullPlug();
    await Promise.all(begun);
    await victim.start();
  }
  expect(lost).toBeGreaterThan(0);
  // Whoever got no answer presses again.
  for (const use of uses) {
    const address = await press(`${second!.api.url}${path}`, use);
    if (!address?.startsWith('/')) continue;
    expect(ledTo.get(use) ?? address).toBe(address);
    ledTo.set(use, address);
  }
  const { body: after } = await first!.api.call<ShownPaymentLink>('GET', `/payment-links/${link.id}`);
  const { body: payins } = await first!.api.call<{ data: PresentedPayin[] }>(
    'GET',
    `/payment-links/${link.id}/payins?limit=100`,
  );
  expect(after.used).toBe(USES);
  expect(payins.data).toHaveLength(USES);
  expect(new Set(payins.data.map(({ reference }) => reference))).toEqual(
    new Set(Array.from({ length: USES }, (_, at) => `plug-${at + 1}`)),
  );
  const pages = payins.data.map(({ checkoutUrl }) => new URL(checkoutUrl).pathname);
  expect([...ledTo.values()].toSorted()).toEqual(pages.toSorted());
});
