import { setTimeout as sleep } from 'node:timers/promises';
import { Refused, Unreachable } from './api.mjs';
import { CommandError } from './command-error.mjs';

const WAIT_SECONDS = 20;
const PAGE = 20;
const BREAK_MS = [500, 1_000, 2_000, 5_000];

/**
 * Pages of events for ever, as they come. A server that is away is asked until it is back.
 * @param {import('./api.mjs').Api} api
 * @param {{ after: string, types?: string[], signal: AbortSignal, say: (line: string) => void }} options
 * @returns {AsyncGenerator<{ events: any[], after: string }>} a page, and the cursor behind it
 */
export async function* followEvents(api, { after, types, signal, say }) {
  let breaks = 0;
  while (!signal.aborted) {
    try {
      const page = await readEvents(api, { after, types, wait: WAIT_SECONDS, signal });
      if (breaks > 0) say(`${api.server} answers again.`);
      breaks = 0;
      after = page.after;
      yield page;
    } catch (error) {
      if (signal.aborted) return;
      const mayPass = error instanceof Unreachable || (error instanceof Refused && error.httpStatus >= 500);
      if (!mayPass) throw error;
      if (breaks === 0) say(`${/** @type {Error} */ (error).message} Trying again until it does.`);
      await sleep(BREAK_MS[Math.min(breaks, BREAK_MS.length - 1)], undefined, { signal }).catch(() => undefined);
      breaks += 1;
    }
  }
}

/**
 * @param {import('./api.mjs').Api} api
 * @param {{ after?: string, types?: string[], wait?: number, limit?: number, signal?: AbortSignal }} options
 * @returns {Promise<{ events: any[], after: string, organizationId: string, hasNext: boolean }>}
 */
export async function readEvents(api, { after, types, wait = 0, limit = PAGE, signal }) {
  const query = new URLSearchParams({ limit: String(limit), wait: String(wait) });
  if (after) query.set('after', after);
  if (types?.length) query.set('types', types.join());
  try {
    const { body } = await api.get(`/events?${query.toString()}`, { signal, timeoutMs: (wait + 30) * 1000 });
    const { data, pageInfo, organizationId } = body;
    return { events: data, after: pageInfo.nextCursor, hasNext: pageInfo.hasNext, organizationId };
  } catch (error) {
    if (error instanceof Refused && error.httpStatus === 404)
      throw new CommandError(`${api.server} has no GET /events: it runs an older version. Update it first.`);
    throw error;
  }
}
