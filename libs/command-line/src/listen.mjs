import { createHmac } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Api, Refused, reasonOf } from './api.mjs';
import { CommandError, EXIT } from './command-error.mjs';
import { connectionOf, urlOf } from './connection.mjs';
import { followEvents, readEvents } from './follow-events.mjs';
import { clock, coloured, json, pesos, plain, remark, say, styled } from './output.mjs';
import { endOnSignal } from './signals.mjs';
import { State } from './state.mjs';

const LOCAL_TIMEOUT_MS = 15_000;
const RETRY_MS = [250, 500, 1_000, 2_000];

/**
 * Forwards an organization's events to a server of the developer's, each at least once.
 * @param {{ forwardTo?: string, events?: string[], printSecret?: boolean, from: string, retryFor: number, json?: boolean, server?: string, key?: string }} options
 */
export async function listen(options) {
  const connection = connectionOf(options);
  const api = new Api(connection);
  const forwardTo = options.forwardTo === undefined ? undefined : urlOf('--forward-to', options.forwardTo);
  const now = await readEvents(api, { after: 'now', limit: 1 });
  const state = new State(connection.server, now.organizationId);
  const secret = state.secret();
  if (options.printSecret) {
    say(secret);
    return;
  }
  if (!forwardTo)
    throw new CommandError(
      'Say where messages go: --forward-to http://localhost:8080/webhooks. To see them only: recaudo logs.',
      {
        status: EXIT.USAGE,
      },
    );
  const types = options.events;
  const reader = `${forwardTo} ${(types ?? []).toSorted().join()}`;
  const kept = options.from === 'last' ? state.place(reader) : undefined;
  const place = kept ?? { after: options.from === 'beginning' ? '' : now.after, forwarded: [] };
  state.keep(reader, place);
  remark(
    `Forwarding ${types ? types.join(', ') : 'all events'} of ${connection.server} to ${forwardTo}${kept ? ', from where it ended last time' : ''}.`,
  );
  remark(`Messages are signed with ${styled('bold', secret)}`);
  remark('Ctrl-C ends it; the next time it goes on from here.\n');
  const end = endOnSignal();
  const forwarder = { to: forwardTo, secret, retryForMs: options.retryFor * 1000, signal: end };
  try {
    for await (const { events, after } of followEvents(api, { after: place.after, types, signal: end, say: remark })) {
      for (const event of events) {
        if (place.forwarded.includes(event.id)) continue;
        const outcome = await forward(event, forwarder);
        if (!outcome) return;
        place.forwarded.push(event.id);
        state.keep(reader, place);
        if (options.json) json({ event, ...outcome });
        else say(lineOf(event, outcome));
      }
      if (after !== place.after) {
        Object.assign(place, { after, forwarded: [] });
        state.keep(reader, place);
      }
    }
  } catch (error) {
    if (error instanceof Refused && error.code === 'VALIDATION_FAILED' && /after/.test(error.message))
      throw new CommandError(
        `${error.message}\nThe place where it ended last time is not there any more. Begin anew: --from now, or --from beginning.`,
      );
    throw error;
  }
}

/**
 * @param {any} event
 * @param {{ to: string, secret: string, retryForMs: number, signal: AbortSignal }} forwarder
 * @returns {Promise<{ status: number, durationMs: number, attempts: number } | undefined>} undefined: it was ended
 */
async function forward(event, { to, secret, retryForMs, signal }) {
  const { id, type, timestamp, data } = event;
  const body = JSON.stringify({ type, timestamp, data });
  const until = performance.now() + retryForMs;
  for (let attempts = 1; ; attempts += 1) {
    const startedAt = performance.now();
    try {
      const response = await fetch(to, {
        method: 'POST',
        body,
        redirect: 'manual',
        headers: headersOf(id, body, secret),
        signal: AbortSignal.any([signal, AbortSignal.timeout(LOCAL_TIMEOUT_MS)]),
      });
      await response.body?.cancel();
      return { status: response.status, durationMs: Math.round(performance.now() - startedAt), attempts };
    } catch (error) {
      if (signal.aborted) return undefined;
      if (attempts === 1) remark(`${to} does not answer (${reasonOf(error)}): trying again.`);
      if (performance.now() > until)
        throw new CommandError(
          `${to} has not answered for ${retryForMs / 1000} s. Start your server and run this again: it goes on with ${type} of ${plain(data.reference ?? id)}.`,
        );
      await sleep(RETRY_MS[Math.min(attempts - 1, RETRY_MS.length - 1)], undefined, { signal }).catch(() => undefined);
    }
  }
}

/** As the service signs, by Standard Webhooks. @param {string} id @param {string} body @param {string} secret */
function headersOf(id, body, secret) {
  const timestamp = String(Math.floor(Date.now() / 1000));
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return {
    'content-type': 'application/json',
    'user-agent': 'Recaudo-Command-Line/1',
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1,${signature}`,
  };
}

/** @param {any} event @param {{ status: number, durationMs: number, attempts: number }} outcome */
function lineOf({ type, timestamp, data }, { status, durationMs, attempts }) {
  const what = data.reference ?? data.discrepancy?.reference ?? '';
  const amount = data.amountInCents === undefined ? '' : `  ${pesos(data.amountInCents)}`;
  const again = attempts > 1 ? `  (attempt ${attempts})` : '';
  return `${styled('dim', clock(timestamp))}  ${coloured(type)}  ${plain(what)}${amount}  ${styled('dim', '→')} ${coloured(String(status))} ${styled('dim', `${durationMs} ms${again}`)}`;
}
