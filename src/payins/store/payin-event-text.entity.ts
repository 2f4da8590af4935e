import { defineEntity, p } from '@mikro-orm/core';
import type { WrittenTexts } from '../domain/history.js';

/** What a person wrote at a line of a payin's history: it goes with the payer, and the line stays. */
export const PayinEventTextEntity = defineEntity({
  name: 'PayinEventText',
  tableName: 'payin_event_texts',
  properties: {
    organizationId: p.uuid().primary(),
    payinId: p.uuid().primary(),
    sequence: p.integer().primary(),
    texts: p.json<WrittenTexts>(),
  },
});
