import { describe, expect, it } from '@jest/globals';
import type { OutboundHttp } from '@recaudo/outbound-http';
import type { AnyPaymentProvider, PayinOrder } from '@recaudo/payment-provider';
import type { PseBanks } from '../../pse-banks/pse-banks.service.js';
import type { ProviderRegistry } from '../../provider-registry/provider-registry.js';
import { PayinRouter } from './payin-router.js';

function route(currency: string, providers: [name: string, currencies: string[]][], pinned?: string) {
  const forRail = () =>
    providers.map(([name, currencies]) => ({ name, currencies, amountLimits: {}, check: () => [] }));
  const router = new PayinRouter(
    { forRail } as unknown as ProviderRegistry,
    { isHeldBack: () => false } as unknown as OutboundHttp,
    {} as PseBanks,
  );
  const { providers: chosen, ...why } = router.route({ rail: 'PSE', currency } as unknown as PayinOrder, pinned);
  return { ...why, providers: chosen.map(({ name }: AnyPaymentProvider) => name) };
}

describe('an order in a currency', () => {
  it('goes to the providers alone that take it', () => {
    expect(
      route('CLP', [
        ['one', ['COP']],
        ['other', ['COP', 'CLP']],
      ]),
    ).toEqual({
      providers: ['other'],
      violations: [],
      railAvailable: true,
    });
  });

  it('is refused where none takes it, or the pinned one does not', () => {
    const violation = (names: string) => ({
      providers: [],
      violations: [
        { field: 'currency', code: 'CURRENCY_NOT_TAKEN', message: `CLP is not taken on PSE by ${names}: use COP` },
      ],
      railAvailable: true,
    });
    expect(
      route('CLP', [
        ['one', ['COP']],
        ['other', ['COP']],
      ]),
    ).toEqual(violation('one, other'));
    expect(
      route(
        'CLP',
        [
          ['one', ['COP']],
          ['other', ['CLP']],
        ],
        'one',
      ),
    ).toEqual(violation('one'));
  });
});
