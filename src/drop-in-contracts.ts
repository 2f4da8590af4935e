import type { DropInContract } from '@recaudo/drop-in-contract';
import { hellopayContract } from '@recaudo/drop-in/hellopay';
import { teemopayContract } from '@recaudo/drop-in/teemopay';
import { tumipayContract } from '@recaudo/drop-in/tumipay';

/** The manifest: every provider's contract that Recaudo can serve to merchants. */
export const DROP_IN_CONTRACTS: readonly DropInContract[] = [tumipayContract, hellopayContract, teemopayContract];
