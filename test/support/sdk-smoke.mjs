// What @recaudo/sdk must do in every runtime. Of runtimes it uses what all have: fetch, and no module of Node.
import { Recaudo, RecaudoConnectionError, RecaudoProblem, RecaudoWebhookError, verifyWebhook } from '@recaudo/sdk';

/**
 * @param {{ apiKey: string, baseUrl: string, silentUrl: string, secret: string, message: { body: string, headers: Record<string, string> } }} given
 * @returns {Promise<Record<string, unknown>>} what came of it
 */
export async function smoke({ apiKey, baseUrl, silentUrl, secret, message }) {
  const recaudo = new Recaudo({ apiKey, baseUrl });
  const request = {
    amountInCents: 5_000_000,
    currency: 'COP',
    rail: 'PSE',
    reference: `SMOKE-${Math.random().toString(36).slice(2)}`,
    inlineCustomer: {
      name: 'María Peña',
      idType: 'CC',
      idNumber: '1234567890',
      phone: '+573121234567',
      email: 'maria@example.com',
    },
  };
  const payin = await recaudo.payins.create(request);
  const again = await recaudo.payins.create(request);
  const listed = [];
  for await (const one of recaudo.payins.list({ reference: request.reference, limit: 1 })) listed.push(one.id);
  // Not the names of the classes: a bundler may have changed those.
  const nameOf = (error) =>
    [RecaudoProblem, RecaudoConnectionError, RecaudoWebhookError].some((type) => error instanceof type)
      ? error.name
      : String(error);
  const refused = await recaudo.payins.get('00000000-0000-7000-8000-000000000000').catch((error) => error);
  const unreachable = await new Recaudo({ apiKey, baseUrl: 'http://127.0.0.1:1', retries: 0 }).rails
    .list()
    .catch(nameOf);
  const slow = await new Recaudo({ apiKey, baseUrl: silentUrl, timeoutMs: 300 }).rails.list().catch(nameOf);
  const aborted = await recaudo.rails
    .list({ signal: AbortSignal.abort(new Error('gone')) })
    .catch((error) => error.message);
  const event = verifyWebhook(message.body, new Headers(message.headers), [secret]);
  const bytes = verifyWebhook(new TextEncoder().encode(message.body), message.headers, secret);
  let forged;
  try {
    forged = verifyWebhook(`${message.body} `, message.headers, secret).type;
  } catch (error) {
    forged = nameOf(error);
  }
  return {
    status: payin.status,
    isOne: payin.id === again.id && listed.length === 1 && listed[0] === payin.id,
    refused: [nameOf(refused), refused.code, refused.status],
    unreachable,
    slow,
    aborted,
    event: event.type,
    bytes: bytes.id === event.id,
    forged,
  };
}
