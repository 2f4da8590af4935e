import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Secret, TOTP } from 'otpauth';
import { encode } from 'fast-png';
import type { ProviderName } from '@recaudo/sandbox';
import type { PresentedPayin } from '../../src/payins/presenters/payin.presenter.js';
import { anotherKey } from '../support/another-key.js';
import { ApiClient } from '../support/api-client.js';
import { DescribedSchemas, escaped } from '../support/described-schemas.js';
import { Browser } from '../support/people.js';
import { providerSide } from '../support/provider-side.js';
import { recordedAnswers } from '../support/recorded-answers.js';
import { statementReaches } from '../support/statements.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { until } from '../support/until.js';

/** Executes every example of every operation of the description. With RECORD_EXAMPLES the answers become the examples of answers. */

interface Media {
  schema?: object;
  example?: unknown;
  examples?: Record<string, { value: unknown }>;
}
interface Operation {
  operationId: string;
  description?: string;
  security?: object[];
  parameters?: { name: string; in: string; required?: boolean; example?: unknown; schema?: { example?: unknown } }[];
  requestBody?: { required?: boolean; content: Record<string, Media> };
  responses: Record<string, { content?: Record<string, Media> }>;
}
interface Described {
  path: string;
  method: string;
  operation: Operation;
}
type Body = Record<string, unknown>;

interface Sending {
  /** Of its path. */
  of?: Record<string, string>;
  /** Of the body's example, what only the caller knows: the code of an authenticator, an id. */
  known?: Body;
  /** Whoever sends it, if not the merchant's key. */
  as?: Browser | ApiClient;
  /** The names of its examples; all of them, if none are given. */
  only?: string[];
  file?: { type: string; bytes: Uint8Array };
}

/** Its body is a provider's, signed by it. */
const OF_PROVIDERS = ['receiveProviderWebhook'];
const RECORD = process.env['RECORD_EXAMPLES'] !== undefined;
const ANSWERS = 'src/api-reference/examples/answers.json';
const AT_ONCE = '1000000';

let testApp: TestApp;
let document: { paths: Record<string, Record<string, Operation>> };
let schemas: DescribedSchemas;
const executed = new Set<string>();
const answers: Record<string, Record<string, unknown>> = {};

beforeAll(async () => {
  testApp = await startTestApp({
    NODE_ENV: 'development',
    PROVIDERS: 'tumipay,hellopay,teemopay',
    CORRECTION_APPROVAL_ABOVE_IN_CENTS: AT_ONCE,
  });
  document = (await testApp.api.call<typeof document>('GET', '/openapi.json')).body;
  schemas = new DescribedSchemas(document);
});

afterAll(() => testApp?.close());

const operations = (): Described[] =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );

function described(operationId: string): Described {
  const found = operations().find(({ operation }) => operation.operationId === operationId);
  if (!found) throw new Error(`no operation is called ${operationId}`);
  return found;
}

/** Sends an operation with each of its examples, and holds the answers against the description. @returns the bodies of the answers */
async function send<T = Body>(operationId: string, sending: Sending = {}): Promise<T[]> {
  const { path, method, operation } = described(operationId);
  const bodies: T[] = [];
  for (const [name, body] of bodiesOf(operation, sending)) {
    executed.add(`${operationId} ${name}`);
    const response = await fetch(`${testApp.url}${addressOf(path, operation, sending)}`, {
      method: method.toUpperCase(),
      headers: headersOf(operation, sending),
      ...(body !== undefined && { body }),
    });
    const text = await response.text();
    const told = [operationId, name, response.status, response.status < 300 ? '' : text];
    expect(told).toEqual([operationId, name, expect.any(Number), '']);
    const [type = ''] = (response.headers.get('content-type') ?? '').split(';');
    const answer = operation.responses[response.status];
    expect([...told, Object.keys(answer ?? {})]).toEqual([...told, expect.arrayContaining(['description'])]);
    if (sending.as instanceof Browser)
      for (const set of response.headers.getSetCookie()) sending.as.cookie = set.split(';')[0];
    if (type !== 'application/json') continue;
    const parsed = JSON.parse(text) as T;
    bodies.push(parsed);
    const schema = `/paths/${escaped(path)}/${method}/responses/${response.status}/content/${escaped(type)}/schema`;
    expect([...told, schemas.problemsOf(schema, parsed)]).toEqual([...told, []]);
    (answers[operationId] ??= {})[response.status] ??= parsed;
  }
  return bodies;
}

function bodiesOf(
  { requestBody }: Operation,
  { known, only, file }: Sending,
): [string, string | Uint8Array | undefined][] {
  if (file) return [['file', file.bytes]];
  const { 'application/json': json, 'text/csv': csv } = requestBody?.content ?? {};
  if (csv) return [['file', csv.example as string]];
  if (!json) return [['', undefined]];
  const named = Object.entries(json.examples ?? {}).filter(([name]) => only?.includes(name) ?? true);
  return named.map(([name, { value }]) => [name, JSON.stringify({ ...(value as object), ...known })]);
}

function headersOf({ requestBody }: Operation, { as, file }: Sending): Record<string, string> {
  const [type] = Object.keys(requestBody?.content ?? {});
  return {
    ...(type !== undefined && { 'content-type': file?.type ?? type }),
    ...(as instanceof Browser
      ? { origin: testApp.url, ...(as.cookie !== undefined && { cookie: as.cookie }) }
      : (as ?? testApp.api).authorization),
  };
}

function addressOf(path: string, { parameters = [] }: Operation, { of = {} }: Sending): string {
  const query = new URLSearchParams();
  for (const { name, in: place, required, example, schema } of parameters)
    if (place === 'query' && required) query.set(name, String(example ?? schema?.example));
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => of[name] ?? `{${name}}`);
  return query.size > 0 ? `${filled}?${query.toString()}` : filled;
}

async function pay(payin: PresentedPayin, amountInCents?: number): Promise<void> {
  const { control, order } = await providerSide(testApp, payin, payin.provider as ProviderName);
  await control.pay(order.id, amountInCents === undefined ? {} : { amountInCents });
}

/** A payin with less than was asked for, and what does not add up. */
async function short(): Promise<{ payin: PresentedPayin; discrepancyId: string }> {
  const payin = await testApp.api.open({ rail: 'BRE_B', provider: 'teemopay' });
  await pay(payin, 2_000_000);
  await testApp.api.reaches(payin.id, 'UNDERPAID');
  const { id } = await until('the discrepancy', async () => (await testApp.api.discrepancies(payin.id))[0]);
  return { payin, discrepancyId: id };
}

/** Somebody proposes a correction that two people have to agree on, and somebody else is there. */
async function proposed(): Promise<Sending> {
  const { payin, discrepancyId } = await short();
  const { api } = await anotherKey(testApp, payin.organizationId);
  const correction = { type: 'ACCEPT_AS_PAID' };
  const body = { reason: 'CORRECTED', note: 'as agreed', correction };
  const { status } = await api.call('POST', `/discrepancies/${discrepancyId}/resolve`, body);
  expect(status).toBe(202);
  return { of: { id: discrepancyId }, as: (await anotherKey(testApp, payin.organizationId)).api };
}

const idOf = ([body]: Body[]): { id: string } => ({ id: String(body?.['id']) });

describe('the examples of the description work when they are executed', () => {
  it('of payins and their rails', async () => {
    const payins = await send<PresentedPayin>('createPayin');
    expect(payins.map(({ rail }) => rail)).toEqual(['BRE_B', 'PSE', 'NEQUI', 'EFECTY', 'CARD', 'ANY']);
    // The same again is the same payin.
    expect((await send<PresentedPayin>('createPayin')).map(({ id }) => id)).toEqual(payins.map(({ id }) => id));
    const [breB, pse, nequi] = payins as [PresentedPayin, PresentedPayin, PresentedPayin];
    await send('searchPayins');
    await send('getPayin', { of: { id: breB.id } });
    await send('cancelPayin', { of: { id: pse.id } });
    await pay(nequi);
    await testApp.api.reaches(nequi.id, 'APPROVED');
    for (const operation of ['refreshPayin', 'listPayinEvents', 'explainPayin', 'listPayinLedgerEntries'])
      await send(operation, { of: { id: nequi.id } });
    const { payin } = await short();
    await send('acceptPayin', { of: { id: payin.id } });
  });

  it('of refunds', async () => {
    const payin = await testApp.api.open({ rail: 'BRE_B', provider: 'teemopay' });
    await pay(payin);
    await testApp.api.reaches(payin.id, 'APPROVED');
    const [first, second] = await send('requestRefund', { of: { id: payin.id } });
    await send('requestRefund', { of: { id: payin.id }, only: ['breB'] });
    await send('listPayinRefunds', { of: { id: payin.id } });
    for (const operation of ['getRefund', 'approveRefund', 'payRefund']) await send(operation, { of: idOf([first!]) });
    await send('cancelRefund', { of: idOf([second!]) });
  });

  it('of payment links', async () => {
    const links = await send('createPaymentLink');
    await send('createPaymentLink');
    for (const operation of ['getPaymentLink', 'listPaymentLinkPayins', 'updatePaymentLink'])
      await send(operation, { of: idOf(links) });
  });

  it('of discrepancies', async () => {
    const { discrepancyId } = await short();
    await send('getDiscrepancy', { of: { id: discrepancyId } });
    await send('resolveDiscrepancy', { of: { id: discrepancyId } });
    await send('approveDiscrepancy', await proposed());
    await send('rejectDiscrepancy', await proposed());
  });

  it('of statements', async () => {
    await send('previewStatement');
    const statements = await send('uploadStatement');
    const { id } = idOf(statements);
    await statementReaches(testApp.api, id);
    await send('uploadStatement');
    for (const operation of ['getStatement', 'listStatementLines', 'downloadStatementResult'])
      await send(operation, { of: { id } });
    await send('fetchStatement');
  });

  it('of the inbox', async () => {
    const webhook = await until('a webhook', async () => {
      const { body } = await testApp.api.call<{ data: Body[] }>('GET', '/inbound-webhooks?limit=1');
      return body.data[0];
    });
    await send('getInboundWebhook', { of: idOf([webhook]) });
    await send('replayInboundWebhook', { of: idOf([webhook]) });
  });

  it('of the pages for payers', async () => {
    await send('updateCheckoutSettings');
    const picture = { width: 64, height: 32, data: new Uint8Array(64 * 32 * 4).fill(200) };
    const [settings] = await send('setCheckoutLogo', { file: { type: 'image/png', bytes: encode(picture) } });
    const { url } = settings!['logo'] as { url: string };
    await send('getLogo', { of: { token: url.split('/').at(-1)! } });
    await send('removeCheckoutLogo');
  });

  it('of API keys', async () => {
    const [key] = await send('createApiKey');
    const [rotated] = await send('rotateApiKey', { of: idOf([key!]) });
    await send('revokeApiKey', { of: idOf([rotated!]) });
  });

  it('of people', async () => {
    const [invited] = await send('invitePerson');
    const browser = new Browser(testApp);
    const token = String(invited!['invitationUrl']).split('/').at(-1)!;
    await send('acceptInvitation', { of: { token }, as: browser });
    await send('signIn', { as: browser });
    const [session] = await send('getSession', { as: browser });
    const [{ id: organizationId }] = session!['organizations'] as [{ id: string }];
    await send('pickOrganization', { as: browser, known: { organizationId } });
    const [begun] = await send('beginSecondFactor', { as: browser });
    const secret = Secret.fromBase32(new URL(String(begun!['otpauthUrl'])).searchParams.get('secret')!);
    await send('confirmSecondFactor', { as: browser, known: { code: new TOTP({ secret }).generate() } });
    await send('signOut', { as: browser });
    await send('updatePerson', { of: idOf([invited!]) });
    await send('endSessionsOfPerson', { of: idOf([invited!]) });
  });

  it('of webhook endpoints and notifications', async () => {
    const endpoints = await send('createWebhookEndpoint');
    const of = idOf(endpoints);
    await send('getWebhookEndpoint', { of });
    await send('updateWebhookEndpoint', { of });
    await send('rotateWebhookEndpointSecret', { of });
    // Nothing leaves this machine.
    await testApp.api.call('PATCH', `/webhook-endpoints/${of.id}`, { url: testApp.merchant.url });
    const [test] = await send('testWebhookEndpoint', { of });
    const notification = { id: String(test!['notificationId']) };
    await send('getNotification', { of: notification });
    await send('resendNotification', { of: notification });
    await send('resendNotifications');
    for (const endpoint of endpoints) await send('deleteWebhookEndpoint', { of: idOf([endpoint]) });
  });

  it('of everything that is read without saying what', async () => {
    const done = new Set([...executed].map((one) => one.split(' ')[0]));
    for (const { path, method, operation } of operations())
      if (method === 'get' && !path.includes('{') && !done.has(operation.operationId))
        await send(operation.operationId);
  });

  it('of the test clock', async () => {
    await send('advanceTestClock');
  });

  it('and each of them was executed', () => {
    const all = operations().flatMap(({ operation }) => {
      const { operationId, requestBody } = operation;
      const json = requestBody?.content['application/json'];
      if (json) return Object.keys(json.examples ?? { none: {} }).map((name) => `${operationId} ${name}`);
      return [requestBody ? `${operationId} file` : `${operationId} `];
    });
    const left = all.filter((one) => !executed.has(one) && !OF_PROVIDERS.includes(one.split(' ')[0]!));
    expect(left).toEqual([]);
  });
});

describe('the examples of answers', () => {
  it('are recorded: after a change run `npm run docs:examples`', () => {
    if (RECORD) writeFileSync(ANSWERS, `${JSON.stringify(recordedAnswers(answers), null, 2)}\n`);
    const missing = operations().flatMap(({ operation: { operationId, responses } }) =>
      Object.entries(responses)
        .filter(
          ([status, { content }]) => Number(status) < 300 && content?.['application/json'] && answers[operationId],
        )
        .filter(
          ([status, { content }]) =>
            content!['application/json']!.example === undefined && answers[operationId]![status],
        )
        .map(([status]) => `${operationId} ${status}`),
    );
    expect(RECORD ? [] : missing).toEqual([]);
  });

  it('are as their schemas say', () => {
    // Those of now are held when they are read again.
    if (RECORD) return;
    for (const { path, method, operation } of operations())
      for (const [status, { content }] of Object.entries(operation.responses)) {
        const example = content?.['application/json']?.example;
        if (example === undefined) continue;
        const schema = `/paths/${escaped(path)}/${method}/responses/${status}/content/${escaped('application/json')}/schema`;
        expect([operation.operationId, status, schemas.problemsOf(schema, example)]).toEqual([
          operation.operationId,
          status,
          [],
        ]);
      }
  });
});

describe('the description', () => {
  it('says of every operation what it does', () => {
    const without = operations().filter(({ operation }) => !/\S/.test(operation.description ?? ''));
    expect(without.map(({ operation }) => operation.operationId)).toEqual([]);
  });
});
