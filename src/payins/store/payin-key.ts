import { batchColumns } from '../../database/query.js';

/** Which payin an item of a batch is about. */
export interface PayinKey {
  organizationId: string;
  id: string;
}

export const PAYIN_KEY_COLUMNS = batchColumns<PayinKey>({ organizationId: 'uuid', id: 'uuid' });
