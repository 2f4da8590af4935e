import { FairSlots, type ReleaseSlot, presentShare } from '@recaudo/fair-share';
import type { Pool, PoolClient } from 'pg';

/** What waits for a connection, of all organizations together; of more, the next is refused at once. */
const QUEUED_MAX = 2_000;
/** Where the driver would wait for ever. */
const WAIT_MS = 5_000;

type Connected = (error: Error | undefined, client?: PoolClient, release?: (error?: Error | boolean) => void) => void;

/**
 * Divides a pool's connections by `mayTakeAnother`: statements of one organization, however many or slow, leave connections to those of
 * others. Whoever gets none in time gets the error that the driver has for that.
 */
export function shareConnections(pool: Pool): void {
  const slots = new FairSlots(pool.options.max ?? 10, QUEUED_MAX);
  const connect = pool.connect.bind(pool) as () => Promise<PoolClient>;
  const inTurn = (): Promise<ReleaseSlot> =>
    slots
      .take(presentShare(), AbortSignal.timeout(pool.options.connectionTimeoutMillis || WAIT_MS))
      .catch((cause: unknown) => {
        throw new Error('timeout exceeded when trying to connect', { cause });
      });
  const take = async (): Promise<PoolClient> => {
    const leave = slots.takeAtOnce(presentShare()) ?? (await inTurn());
    try {
      const client = await connect();
      const release = client.release.bind(client);
      client.release = (error) => {
        release(error);
        leave();
      };
      return client;
    } catch (error) {
      leave();
      throw error;
    }
  };
  // The ORM's way is the promise, the pool's own `query` the callback.
  pool.connect = ((connected?: Connected) => {
    const taken = take();
    if (!connected) return taken;
    taken.then(
      (client) => connected(undefined, client, (error) => client.release(error)),
      (error: Error) => connected(error),
    );
    return undefined;
  }) as Pool['connect'];
}
