import { setTimeout as sleep } from 'node:timers/promises';
import { Api, Refused, Unreachable } from './api.mjs';
import { connectionOf } from './connection.mjs';
import { followEvents, readEvents } from './follow-events.mjs';
import { clock, coloured, json, pesos, plain, remark, say, styled } from './output.mjs';
import { endOnSignal } from './signals.mjs';

const EVERY_MS = 1_500;
const PAGE = 100;

/** @typedef {{ at: string, kind: 'event' | 'message' | 'webhook', id: string, text: string, value: any }} Entry */

/** What has a list of its own, and changes: asked for again and again. Its state is what makes another line. */
const LISTS = {
  message: {
    path: '/notifications',
    scope: 'notifications:read',
    state: (/** @type {any} */ one) => `${one.status} ${one.attemptCount}`,
    // One that was only written says no more than its event.
    isShown: (/** @type {any} */ one) => one.attemptCount > 0,
    at: (/** @type {any} */ one) => one.deliveredAt ?? one.createdAt,
    text: (/** @type {any} */ one) =>
      `${coloured(one.status)}  ${one.type}  → ${plain(one.url ?? `endpoint ${one.endpointId}`)}  ${plain(one.lastResult)}${one.nextAttemptAt ? `, attempt ${one.attemptCount + 1} at ${clock(one.nextAttemptAt)}` : ''}`,
  },
  webhook: {
    path: '/inbound-webhooks',
    scope: 'inbox:read',
    state: (/** @type {any} */ one) => `${one.status} ${one.deliveries} ${one.attempts}`,
    isShown: () => true,
    at: (/** @type {any} */ one) => one.receivedAt,
    text: (/** @type {any} */ one) =>
      `${coloured(one.status)}  from ${one.provider}  ${plain(one.providerReference ?? '')}  ${plain(one.outcome ?? one.lastError ?? '')}${one.deliveries > 1 ? `  (came ${one.deliveries} times)` : ''}`,
  },
};

/**
 * Events, messages to you and webhooks of providers, as they come.
 * @param {{ follow: boolean, last: number, only?: ('event' | 'message' | 'webhook')[], events?: string[], json?: boolean, server?: string, key?: string }} options
 */
export async function logs(options) {
  const api = new Api(connectionOf(options));
  const only = options.only ?? ['event', 'message', 'webhook'];
  const print = (/** @type {Entry} */ { at, kind, text, value }) => {
    if (options.json) json({ kind, at, ...value });
    else say(`${styled('dim', clock(at))}  ${styled('bold', kind.padEnd(7))}  ${text}`);
  };
  const followers = Object.entries(LISTS).flatMap(([kind, list]) =>
    only.includes(/** @type {any} */ (kind)) ? [new ListFollower(api, /** @type {any} */ (kind), list)] : [],
  );
  const now = await readEvents(api, { after: 'now', limit: 1 });
  const before = (await Promise.all(followers.map((follower) => follower.changes()))).flat();
  if (options.last > 0 && only.includes('event')) before.push(...(await lastEvents(api, options)));
  const ordered = before.toSorted((one, other) => one.at.localeCompare(other.at));
  for (const entry of options.last > 0 ? ordered.slice(-options.last) : []) print(entry);
  if (!options.follow) return;
  if (!options.json)
    remark(styled('dim', `Following ${only.map((kind) => `${kind}s`).join(', ')} of ${api.server}. Ctrl-C ends it.`));
  const end = endOnSignal();
  const following = followers.map((follower) => follower.follow(end, print));
  if (only.includes('event'))
    following.push(
      (async () => {
        const say = (/** @type {string} */ line) => remark(line);
        for await (const { events } of followEvents(api, { after: now.after, types: options.events, signal: end, say }))
          for (const event of events) print(entryOf(event));
      })(),
    );
  await Promise.all(following);
}

/** What of a list is new, or has changed. */
class ListFollower {
  /** @type {Map<string, string>} */
  #known = new Map();
  #isOff = false;

  /** @param {Api} api @param {'message' | 'webhook'} kind @param {typeof LISTS['message' | 'webhook']} list */
  constructor(api, kind, list) {
    this.api = api;
    this.kind = kind;
    this.list = list;
  }

  /** @param {AbortSignal} end @param {(entry: Entry) => void} print */
  async follow(end, print) {
    while (!end.aborted && !this.#isOff) {
      await sleep(EVERY_MS, undefined, { signal: end }).catch(() => undefined);
      if (end.aborted) return;
      try {
        for (const entry of await this.changes(end)) print(entry);
      } catch (error) {
        const mayPass = error instanceof Unreachable || (error instanceof Refused && error.httpStatus >= 500);
        if (!end.aborted && !mayPass) throw error;
      }
    }
  }

  /** @param {AbortSignal} [signal] @returns {Promise<Entry[]>} */
  async changes(signal) {
    const { path, state, isShown, at, text, scope } = this.list;
    /** @type {any[]} */
    let data;
    try {
      ({ data } = (await this.api.get(`${path}?limit=${PAGE}`, { signal })).body);
    } catch (error) {
      if (!(error instanceof Refused) || error.httpStatus !== 403) throw error;
      remark(`The key may not read ${path}: without the scope ${scope} these are left out.`);
      this.#isOff = true;
      return [];
    }
    const known = new Map(data.map((one) => [one.id, state(one)]));
    const changed = data.filter((one) => isShown(one) && this.#known.get(one.id) !== state(one));
    this.#known = known;
    return changed
      .toReversed()
      .map((one) => ({ at: at(one), kind: this.kind, id: one.id, text: text(one), value: one }));
  }
}

/** The newest: those of the newest payins. @param {Api} api @param {{ last: number, events?: string[] }} options */
async function lastEvents(api, { last, events: types }) {
  const { data } = (await api.get(`/payins?limit=${Math.min(20, last)}`)).body;
  const histories = await Promise.all(
    data.map(async (/** @type {any} */ payin) => {
      const { data: lines } = (await api.get(`/payins/${payin.id}/events`)).body;
      return lines
        .filter(
          (/** @type {any} */ { type }) => /^(payin|refund|discrepancy)\.\w+$/.test(type) && type !== 'refund.refused',
        )
        .filter((/** @type {any} */ { type }) => !types || types.includes(type))
        .map((/** @type {any} */ { type, at, sequence }) =>
          entryOf({ id: `evt_${payin.id}_${sequence}`, type, timestamp: at, data: { ...payin, sequence } }),
        );
    }),
  );
  return histories.flat();
}

/** @param {any} event @returns {Entry} */
function entryOf(event) {
  const { id, type, timestamp, data } = event;
  const reference = plain(data.reference ?? data.discrepancy?.reference ?? '');
  const amount = data.amountInCents === undefined ? '' : pesos(data.amountInCents);
  return { at: timestamp, kind: 'event', id, text: `${coloured(type)}  ${reference}  ${amount}`, value: event };
}
