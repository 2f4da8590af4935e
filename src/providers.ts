import type { ProviderDescriptor } from '@recaudo/payment-provider';
import { hellopay } from '@recaudo/providers/hellopay';
import { teemopay } from '@recaudo/providers/teemopay';
import { tumipay } from '@recaudo/providers/tumipay';

/** The manifest: every provider that Recaudo knows, in the order in which routing tries them by default. */
export const PROVIDERS: readonly ProviderDescriptor[] = [tumipay, hellopay, teemopay];
