import { type AnyPaymentProvider, type PaymentProvider, supports } from '@recaudo/payment-provider';
import { Problem, validationFailed } from '../http/problem.js';
import type { ProviderRegistry } from '../provider-registry/provider-registry.js';

export type BankLister = AnyPaymentProvider & PaymentProvider<'pseBanks'>;

/**
 * The provider whose banks are meant: the pinned one, or the first of PSE's that lists them.
 * @throws Problem VALIDATION_FAILED where the pinned one does not list banks, NOT_FOUND where none does
 */
export function bankLister(registry: ProviderRegistry, pinned?: string): BankLister {
  const candidates = pinned === undefined ? registry.forRail('PSE') : [registry.get(pinned)];
  const lister = candidates.find(listsBanks);
  if (lister) return lister;
  if (pinned === undefined) throw new Problem('NOT_FOUND', 'No enabled provider of the rail PSE lists its banks.');
  throw validationFailed({ field: 'provider', message: 'must be an enabled provider that lists the banks of PSE' });
}

export function listsBanks(provider: AnyPaymentProvider | undefined): provider is BankLister {
  return provider !== undefined && supports(provider, 'pseBanks');
}
