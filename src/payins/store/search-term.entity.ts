import { defineEntity, p } from '@mikro-orm/core';
import { TERM_MAX } from './search-terms.js';

/** What a payin is found by. Written some moments after the payin; until then `UnindexedPayin` has it. */
export const PayinSearchTermEntity = defineEntity({
  name: 'PayinSearchTerm',
  tableName: 'payin_search_terms',
  properties: {
    organizationId: p.uuid().primary(),
    /** Ordered by its bytes, so that a beginning is a range. */
    term: p.string().length(TERM_MAX).collation('C').primary(),
    payinId: p.uuid().primary(),
  },
});

/** A payin whose search terms are not written yet: written with the payin. */
export const UnindexedPayinEntity = defineEntity({
  name: 'UnindexedPayin',
  tableName: 'unindexed_payins',
  properties: {
    organizationId: p.uuid().primary(),
    payinId: p.uuid().primary(),
  },
});
