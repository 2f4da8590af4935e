import { OneOrSeveral } from '../../http/one-or-several.js';
import { PAYIN_STATUSES } from '../domain/status.js';

/** One status or several: `A`, `A,B`, or a list of them. */
export function IsStatuses(): PropertyDecorator {
  return OneOrSeveral('status', PAYIN_STATUSES);
}
