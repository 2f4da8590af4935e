import { FairSlots, type ReleaseSlot, presentShare } from '@recaudo/fair-share';
import type { Pool, PoolClient } from 'pg';

/** What waits for a connection, of all organizations together; of more, the next is refused at once. */
const QUEUED_MAX = 2_000;
/** Where the driver would wait for ever. */
const WAIT_MS = 5_000;

type Release = (error?: Error | boolean) => void;
type Connected = (error: Error | undefined, client?: PoolClient, release?: Release) => void;

/**
 * Divides a pool's connections by `mayTakeAnother`: statements of one organization, however many or slow, leave connections to those of
 * others. Whoever gets none in time gets the error that the driver has for that.
 */
export function shareConnections(pool: Pool): void {
  const slots = new FairSlots(pool.options.max ?? 10, QUEUED_MAX);
  const connect = pool.connect.bind(pool) as (connected: Connected) => void;
  const connectIn = (leave: ReleaseSlot, connected: Connected): void =>
    connect((error, client, release) => {
      if (!client) {
        leave();
        connected(error);
        return;
      }
      const giveBack: Release = (failure) => {
        release!(failure);
        leave();
      };
      client.release = giveBack;
      connected(undefined, client, giveBack);
    });
  // Without promises on the way where a slot is free: this is done for every statement.
  const take = (connected: Connected): void => {
    const share = presentShare();
    const leave = slots.takeAtOnce(share);
    if (leave) connectIn(leave, connected);
    else
      slots.take(share, AbortSignal.timeout(pool.options.connectionTimeoutMillis || WAIT_MS)).then(
        (slot) => connectIn(slot, connected),
        (cause: unknown) => connected(new Error('timeout exceeded when trying to connect', { cause })),
      );
  };
  // The ORM's way is the promise, the pool's own `query` the callback.
  pool.connect = ((connected?: Connected) =>
    connected
      ? take(connected)
      : new Promise<PoolClient>((resolve, reject) =>
          take((error, client) => (client ? resolve(client) : reject(error!))),
        )) as Pool['connect'];
}
