import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Api } from './api.mjs';
import { CommandError, EXIT } from './command-error.mjs';
import { connectionOf } from './connection.mjs';
import { json, payinLines, pesos, plain, remark, say, styled, table } from './output.mjs';
import { Sandbox } from './sandbox.mjs';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const CHANGES_WITHIN_MS = 20_000;
const POLL_MS = 300;

/** Who pays where nobody is named. */
export const TEST_CUSTOMER = {
  name: 'John Doe',
  idType: 'CC',
  idNumber: '1234567890',
  phone: '+573121234567',
  email: 'johndoe@example.com',
};

let counter = 0;

/** A reference that nobody has. */
export function newReference() {
  counter += 1;
  return `cli-${Date.now().toString(36)}${process.pid.toString(36)}-${counter}`;
}

/** Pesos as a person writes them: `50000`, `50.000` or `50000,50`. @param {string} text @returns {number} cents */
export function centsOf(text) {
  const match = /^(\d{1,12}|\d{1,3}(?:\.\d{3}){1,4})(?:,(\d{2}))?$/.exec(text);
  const cents = match ? Number(match[1]?.replaceAll('.', '')) * 100 + Number(match[2] ?? 0) : 0;
  if (cents <= 0)
    throw new CommandError(`"${plain(text)}" is no amount in pesos. Write 50000 or 50.000.`, { status: EXIT.USAGE });
  return cents;
}

/** @param {Api} api @param {string} name its id or its reference @returns {Promise<any>} */
export async function findPayin(api, name) {
  if (UUID.test(name)) return (await api.get(`/payins/${name}`)).body;
  if (!/^[A-Za-z0-9._-]{1,64}$/.test(name))
    throw new CommandError(`"${plain(name)}" is neither the id of a payin nor a reference.`, { status: EXIT.USAGE });
  const { body } = await api.get(`/payins?reference=${encodeURIComponent(name)}&limit=1`);
  if (body.data.length === 0)
    throw new CommandError(`There is no payin with the reference ${name}. The newest ones: recaudo payins list.`);
  return body.data[0];
}

/** @typedef {{ server?: string, key?: string, sandbox?: string, json?: boolean }} Remote what all commands take */

/** @param {any} payin @param {{ json?: boolean }} options */
function show(payin, options) {
  if (options.json) json(payin);
  else for (const line of payinLines(payin)) say(line);
}

/**
 * @param {{ amount: string, rail?: string, reference?: string, provider?: string, description?: string, callbackUrl?: string, redirectUrl?: string, expiresInMinutes?: number, data?: string } & Remote} options
 */
export async function createPayin(options) {
  const api = new Api(connectionOf(options));
  const { rail, reference, provider, description, callbackUrl, redirectUrl, expiresInMinutes } = options;
  const request = {
    amountInCents: centsOf(options.amount),
    currency: 'COP',
    rail,
    reference: reference ?? newReference(),
    inlineCustomer: TEST_CUSTOMER,
    ...defined({ provider, description, callbackUrl, redirectUrl, expiresInMinutes }),
    ...dataOf(options.data),
  };
  const { status, body } = await api.post('/payins', request);
  if (status === 200) remark('It was there already: the same reference and the same request.');
  show(body, options);
  if (!options.json && body.status === 'PENDING') remark(`\nTo pay it in the sandbox: recaudo pay ${body.reference}`);
}

/** @param {string} name @param {Remote} options */
export async function getPayin(name, options) {
  show(await findPayin(new Api(connectionOf(options)), name), options);
}

/** @param {{ status?: string[], rail?: string, limit: number } & Remote} options */
export async function listPayins(options) {
  const api = new Api(connectionOf(options));
  const query = new URLSearchParams({ limit: String(options.limit) });
  if (options.status) query.set('status', options.status.join());
  if (options.rail) query.set('rail', options.rail);
  const { data } = (await api.get(`/payins?${query.toString()}`)).body;
  if (options.json) {
    for (const payin of data) json(payin);
    return;
  }
  if (data.length === 0) {
    remark('There are none. Create one: recaudo payins create');
    return;
  }
  table([
    ['CREATED', 'REFERENCE', 'STATUS', 'AMOUNT', 'RECEIVED', 'RAIL', 'PROVIDER'],
    ...data.map((/** @type {any} */ payin) => [
      payin.createdAt.slice(0, 19).replace('T', ' '),
      payin.reference,
      payin.status,
      pesos(payin.amountInCents),
      pesos(payin.amountReceivedInCents),
      payin.rail,
      payin.provider ?? '-',
    ]),
  ]);
}

/** @param {string} name @param {{ lang: string } & Remote} options */
export async function explainPayin(name, options) {
  const api = new Api(connectionOf(options));
  const { id, reference } = await findPayin(api, name);
  const { body } = await api.get(`/payins/${id}/explain`);
  if (options.json) {
    json(body);
    return;
  }
  say(`${styled('bold', plain(reference))}  ${body.status}`);
  for (const sentence of body[options.lang]) say(`  ${plain(sentence)}`);
}

/**
 * The payer pays, in the sandbox.
 * @param {string} name
 * @param {{ amount?: string, webhook: string } & Remote} options
 */
export async function pay(name, options) {
  const connection = connectionOf(options);
  const api = new Api(connection);
  const payin = await findPayin(api, name);
  const amountInCents = options.amount === undefined ? payin.amountInCents : centsOf(options.amount);
  await new Sandbox(connection.sandbox).move(orderOf(payin), 'pay', { amountInCents, webhook: options.webhook });
  if (!options.json)
    remark(
      `The payer pays ${pesos(amountInCents)} of ${pesos(payin.amountInCents)}${options.webhook === 'none' ? '; the webhook is lost' : ''}.`,
    );
  show(await changed(api, payin, options.webhook === 'none'), options);
}

/** The order that its provider has. @param {any} payin @returns {{ provider: string, providerReference: string }} */
export function orderOf(payin) {
  const order = payin.attempts.at(-1);
  if (!order)
    throw new CommandError(
      payin.rail === 'ANY'
        ? `Its payer has not chosen how to pay yet. Open ${payin.checkoutUrl}`
        : 'No provider has the order yet. See why: recaudo payins explain',
    );
  return order;
}

/** As it is once it has changed, or as it still is after a while. @param {Api} api @param {any} before @param {boolean} asks whether to ask the provider */
export async function changed(api, before, asks) {
  const until = performance.now() + CHANGES_WITHIN_MS;
  const signature = (/** @type {any} */ payin) =>
    JSON.stringify([payin.status, payin.amountReceivedInCents, payin.amountStatus]);
  if (asks) await api.post(`/payins/${before.id}/refresh`);
  for (;;) {
    const payin = (await api.get(`/payins/${before.id}`)).body;
    if (signature(payin) !== signature(before) || performance.now() > until) return payin;
    await sleep(POLL_MS);
  }
}

/** @param {string | undefined} text JSON, `@file` or `-` */
function dataOf(text) {
  if (text === undefined) return {};
  const source =
    text === '-' ? readFileSync(0, 'utf8') : text.startsWith('@') ? readFileSync(text.slice(1), 'utf8') : text;
  try {
    const data = JSON.parse(source);
    if (typeof data === 'object' && data !== null && !Array.isArray(data)) return data;
  } catch {
    // Said below.
  }
  throw new CommandError('--data must be a JSON object with fields of POST /payins, @file or - for what comes in.', {
    status: EXIT.USAGE,
  });
}

/** @param {Record<string, unknown>} object */
function defined(object) {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}
