import { describe, expect, it } from '@jest/globals';
import { type ListedOrder, ProviderError, supports } from '@recaudo/payment-provider';
import type { ConformanceHarness } from './harness.js';
import { amountsOf } from './oracle.js';
import { answering, breakingOff, jsonReply, losingTheReply, textReply } from './treatments.js';

const MINUTE_MS = 60_000;
/** A list that cannot be read is no empty list. */
const NO_LISTS = [
  losingTheReply,
  breakingOff,
  ...['', '<html>', '[]', '{}', 'null', '{"code":200}', '{"data":[{}]}'].map((text) => answering(textReply(text))),
  ...[400, 401, 404, 429, 500, 503].map((status) => answering(jsonReply({ message: 'no' }, status))),
];

export function describeLists(harness: () => ConformanceHarness): void {
  describe('a list, where it is declared', () => {
    /** Absent for a provider that has no such list. */
    function listOrders(): (() => Promise<ListedOrder[]>) | undefined {
      const { provider } = harness();
      if (!supports(provider, 'orderList')) return undefined;
      return async () => {
        const period = { from: new Date(Date.now() - MINUTE_MS), to: new Date(Date.now() + MINUTE_MS) };
        const orders: ListedOrder[] = [];
        for await (const order of provider.listOrders(period)) orders.push(order);
        return orders;
      };
    }

    it('has every order of the period as it stands', async () => {
      const list = listOrders();
      if (!list) return;
      const orders = [harness().newOrder(), harness().newOrder(), harness().newOrder()];
      for (const order of orders) await harness().provider.createPayin(order);
      const [paid] = orders;
      await harness().control.pay(paid!.providerReference, { webhook: 'none' });
      const listed = await list();
      expect(listed.map(({ providerReference }) => providerReference).toSorted()).toEqual(
        orders.map(({ providerReference }) => providerReference).toSorted(),
      );
      const statuses = listed.map(({ providerReference, report }) => [providerReference, report.status]);
      expect(Object.fromEntries(statuses)).toEqual(
        Object.fromEntries(orders.map((order) => [order.providerReference, order === paid ? 'APPROVED' : 'PENDING'])),
      );
      const { report } = listed.find(({ providerReference }) => providerReference === paid!.providerReference)!;
      expect(new Set(amountsOf(report))).toEqual(new Set([paid!.amountInCents]));
    });

    it('of orders or of banks that cannot be read is an error, never an empty list', async () => {
      const { provider, wire } = harness();
      const banks = supports(provider, 'pseBanks') ? () => provider.listPseBanks() : undefined;
      wire.recorded();
      await banks?.();
      // A list of banks in our own data does not depend on the wire.
      const askedBanks = wire.recorded().length > 0 ? banks : undefined;
      for (const list of [listOrders(), askedBanks].filter((one) => one !== undefined)) {
        for (const treatment of NO_LISTS)
          expect(await wire.during(treatment, () => harness().errorOf(list()))).toBeInstanceOf(ProviderError);
      }
    });

    it('of banks has codes and names', async () => {
      const { provider } = harness();
      if (!supports(provider, 'pseBanks')) return;
      const banks = await provider.listPseBanks();
      expect(banks.length).toBeGreaterThan(0);
      for (const { code, name } of banks)
        expect([code, name]).toEqual([expect.stringMatching(/^\d{1,6}$/), expect.stringMatching(/\S/)]);
      expect(new Set(banks.map(({ code }) => code)).size).toBe(banks.length);
    });
  });
}
