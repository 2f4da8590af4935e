import { Injectable } from '@nestjs/common';
import { DueWorkScheduler } from '../../database/due-work-scheduler.js';
import { FindPayins } from '../store/find-payins.store.js';

/** Organizations whose payins are indexed at the same time. */
const AT_ONCE = 4;

/** Writes what payins are found by, within some seconds of their creation: so a create does not wait for it. Until then a search compares them one by one. */
@Injectable()
export class IndexPayins {
  constructor(scheduler: DueWorkScheduler, payins: FindPayins) {
    scheduler.add({
      name: 'payins to index',
      concurrency: AT_ONCE,
      claim: (free, busy) => payins.claimUnindexed(free, busy),
      work: (claimed) => payins.index(claimed),
      // Nothing is held: what is not indexed stays as it is.
      release: () => Promise.resolve(),
    });
  }
}
