import { Api } from './api.mjs';
import { CommandError, EXIT } from './command-error.mjs';
import { connectionOf } from './connection.mjs';
import { readEvents } from './follow-events.mjs';
import { coloured, json, plain, remark, say, styled, table } from './output.mjs';
import { Sandbox } from './sandbox.mjs';
import { Stage, STORIES } from './stories.mjs';

const COMES_WITHIN_MS = 60_000;

/** @param {string | undefined} type @param {{ list?: boolean, callbackUrl?: string, provider?: string, json?: boolean, server?: string, key?: string, sandbox?: string }} options */
export async function trigger(type, options) {
  if (options.list) {
    if (options.json) for (const [name, { does }] of Object.entries(STORIES)) json({ type: name, does });
    else table(Object.entries(STORIES).map(([name, { does }]) => [name, does]));
    return;
  }
  const story = type === undefined ? undefined : STORIES[type];
  if (!story)
    throw new CommandError(
      type === undefined
        ? 'Say which event. All of them: recaudo trigger --list'
        : `There is no event ${plain(type)}. All of them: recaudo trigger --list`,
      { status: EXIT.USAGE },
    );
  const connection = connectionOf(options);
  const api = new Api(connection);
  const { after } = await readEvents(api, { after: 'now', limit: 1 });
  const note = (/** @type {string} */ line) => remark(styled('dim', `  ${line}`));
  const { callbackUrl, provider } = options;
  const payin = await story.play(new Stage(api, new Sandbox(connection.sandbox), { callbackUrl, provider, say: note }));
  const event = await comes(api, after, /** @type {string} */ (type), payin.id);
  if (options.json) json(event);
  else say(`${coloured(event.type)}  ${plain(payin.reference)}  ${styled('dim', event.id)}`);
}

/** @param {Api} api @param {string} after @param {string} type @param {string} payinId */
async function comes(api, after, type, payinId) {
  const until = performance.now() + COMES_WITHIN_MS;
  let place = after;
  while (performance.now() < until) {
    const page = await readEvents(api, { after: place, types: [type], wait: 5, limit: 100 });
    const event = page.events.find(({ data }) => data.id === payinId);
    if (event) return event;
    place = page.after;
  }
  throw new CommandError(
    `${type} did not come within ${COMES_WITHIN_MS / 1000} s. What happened instead: recaudo payins explain ${payinId}`,
  );
}
