import { defineEntity, p } from '@mikro-orm/core';
import type { PseBank } from '@recaudo/payment-provider';

/** The last good list of PSE's banks that a provider gave. */
export const PseBankListEntity = defineEntity({
  name: 'PseBankList',
  tableName: 'pse_bank_lists',
  properties: {
    /** The nil UUID: a provider's banks are the same for every organization. */
    organizationId: p.uuid().primary(),
    provider: p.string().length(32).primary(),
    banks: p.json<PseBank[]>(),
    fetchedAt: p.datetime(6),
  },
});
