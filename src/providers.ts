import type { ProviderDescriptor } from '@recaudo/payment-provider';
import { tumipay } from '@recaudo/providers/tumipay';

/** The manifest: every provider that Recaudo knows, in the order in which routing tries them by default. */
export const PROVIDERS: readonly ProviderDescriptor[] = [tumipay];
