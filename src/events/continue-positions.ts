import pg from 'pg';
import { databaseConnection } from '../../config/database-url.js';
import { COMPARE_POSITIONS, setPositionsBefore } from './event.queries.js';

/** More transactions than anything that was read and then lost with the other cluster can have had. */
const MARGIN = 2n ** 40n;

/**
 * A dump that is loaded into another cluster brings positions along that its transactions have not reached: new events would stand before old
 * ones, behind which readers are. @returns whether it is so
 */
export function arePositionsOfAnotherCluster(databaseUrl: string): Promise<boolean> {
  return connected(databaseUrl, async (client) => {
    const { highest, next } = await compare(client);
    return highest >= next;
  });
}

/** Lets new positions go on behind all that there are, where it is so. To be called before anything is written. @returns whether it was */
export function continuePositions(databaseUrl: string): Promise<boolean> {
  return connected(databaseUrl, async (client) => {
    const { highest, next } = await compare(client);
    if (highest < next) return false;
    await client.query(setPositionsBefore(highest + MARGIN));
    return true;
  });
}

async function compare(client: pg.Client): Promise<{ highest: bigint; next: bigint }> {
  const { rows } = await client.query<{ highest: string; next: string }>(COMPARE_POSITIONS.text);
  const { highest, next } = rows[0]!;
  return { highest: BigInt(highest), next: BigInt(next) };
}

async function connected<T>(databaseUrl: string, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(databaseConnection(databaseUrl));
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}
