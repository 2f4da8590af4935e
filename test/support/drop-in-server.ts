import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ConformanceServer, ConformanceSubject, SandboxControl } from '@recaudo/conformance';
import type { IssueOptions } from '@recaudo/drop-in-contract';
import type { ProviderName } from '@recaudo/sandbox';
import { issueDropIn, type Issued } from './drop-in.js';
import { NotificationApi, type NotificationView } from './notification-api.js';
import { startTestApp, type TestApp } from './test-app.js';
import { until } from './until.js';

type Kind = 'wrong' | 'missing' | 'malformed';
type Signature = NonNullable<ConformanceSubject['webhook']>['signature'];

/** What serves a provider's contract instead of its sandbox: another Recaudo, over the sandbox of a provider of its own. */
export interface DropInServer {
  contract: string;
  /** Behind it; its sandbox is what happens to its payins. */
  provider: ProviderName;
  /** Of the other Recaudo. */
  settings?: Record<string, string>;
  /** Switches of its sandbox. */
  switches?: object;
  signature: Signature;
  /** Credentials of each mode that is tested; the first is the usual one. */
  credentials: readonly [
    (webhookUrl: string) => Partial<IssueOptions>,
    ...((webhookUrl: string) => Partial<IssueOptions>)[],
  ];
  environment(
    issued: readonly Issued[],
    baseUrl: string,
    settings: Readonly<Record<string, string>>,
  ): Record<string, string>;
}

export function servedBy(server: DropInServer): (webhookUrl: string) => Promise<ConformanceServer> {
  return async (sinkUrl) => {
    const { contract, provider, settings, switches } = server;
    const app = await startTestApp({ DROP_IN: contract, PROVIDERS: provider, ...settings });
    const relay = await WebhookRelay.open(sinkUrl, server.signature);
    // Of this database alone: nobody else deletes what is in the ledger.
    await app.database.query('alter table ledger_entries disable trigger user');
    if (switches) await app.sandbox.provider(provider).setSwitches(switches);
    const issued: Issued[] = [];
    for (const options of server.credentials) issued.push(await issueDropIn(app, contract, options(relay.url)));
    return {
      url: app.url,
      webhookUrl: relay.url,
      answersSayWhatCame: true,
      environment: (origin, mode) => server.environment(issued, `${origin}/drop-in/${contract}`, mode),
      control: controlOf(app, provider, relay),
      close: async () => {
        await app.close();
        await relay.close();
      },
    };
  };
}

/** What happens to a payin of the other Recaudo, by its reference there. */
function controlOf(app: TestApp, provider: ProviderName, relay: WebhookRelay): SandboxControl {
  const { api, database } = app;
  const notifications = new NotificationApi(api);
  const sandbox = app.sandbox.provider(provider);

  async function find(reference: string) {
    const { body } = await api.call<{ data: { id: string }[] }>('GET', `/payins?reference=${reference}`);
    return body.data[0];
  }

  async function payinOf(reference: string) {
    const found = await find(reference);
    if (!found) throw new Error(`no payin of the reference ${reference}`);
    return api.payin(found.id);
  }

  async function orderOf(reference: string) {
    const { attempts } = await payinOf(reference);
    const last = attempts.at(-1);
    const [order] = last ? await sandbox.orders(last.providerReference) : [];
    if (!order) throw new Error(`no order of the payin ${reference}`);
    return order;
  }

  /** The last one in the words of the contract. */
  async function lastMessageOf(reference: string): Promise<NotificationView> {
    const { id } = await payinOf(reference);
    const messages = await notifications.list(`payinId=${id}`);
    const last = messages.find(({ url }) => url !== null);
    if (!last) throw new Error(`nothing was sent about ${reference}`);
    return notifications.notification(last.id);
  }

  /** Sends it once more, as it is or damaged on its way. @returns whether it was taken */
  async function resend(reference: string, kind?: Kind): Promise<boolean> {
    const { id, attempts } = await until('the message to have been sent', async () => {
      const message = await lastMessageOf(reference);
      return message.status !== 'PENDING' && message;
    });
    relay.damagesNext(kind);
    await api.call('POST', `/notifications/${id}/resend`);
    const { attempts: after } = await notifications.tried(id, attempts.length + 1);
    return after.at(-1)!.result === 'HTTP 200' && (await notifications.notification(id)).status === 'DELIVERED';
  }

  async function changes(reference: string, act: (orderId: string) => Promise<unknown>): Promise<void> {
    const before = await payinOf(reference);
    const order = await orderOf(reference);
    await act(order.id);
    await until(`${reference} to have changed`, async () => {
      // Of some changes no webhook says anything.
      await api.call('POST', `/payins/${before.id}/refresh`);
      const { status, amountReceivedInCents } = await payinOf(reference);
      return status !== before.status || amountReceivedInCents !== before.amountReceivedInCents;
    });
  }

  return {
    findOrder: find,
    async pay(reference, { amountInCents, webhook }) {
      await changes(reference, (id) => sandbox.pay(id, { ...(amountInCents !== undefined && { amountInCents }) }));
      if (webhook === 'twice') await resend(reference);
    },
    async move(reference, move) {
      await changes(reference, (id) => sandbox.move(id, move as 'pay'));
    },
    async webhook(reference, { signature }) {
      return [{ acknowledged: await resend(reference, signature) }];
    },
    // The modes of a contract are in its credentials.
    setSwitches: () => Promise.resolve(),
    async reset() {
      await until('nobody to be in the way', () => forgetAll(database));
    },
  };
}

/** All that makes a payin, children first. */
const FORGOTTEN = [
  ...['ledger_entries', 'delivery_attempts', 'notifications', 'observations', 'receipts', 'discrepancies'],
  ...['payin_event_texts', 'payin_events', 'payin_search_terms', 'unindexed_payins', 'attempts', 'payins'],
];

/** @returns false where a worker was in the way: a deadlock with it, or it has just written something more */
async function forgetAll(database: TestApp['database']): Promise<boolean> {
  try {
    for (const table of FORGOTTEN) await database.query(`delete from ${table}`);
    return true;
  } catch (error) {
    if (['40P01', '23503'].includes((error as { code: string }).code)) return false;
    throw error;
  }
}

/** Stands between the contract's webhooks and the suite's sink, and can damage a signature. */
class WebhookRelay {
  #damage: Kind | undefined;

  private constructor(
    readonly url: string,
    readonly close: () => Promise<void>,
  ) {}

  static async open(target: string, signature: Signature): Promise<WebhookRelay> {
    const server = createServer((incoming, response) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('end', () => {
        const kind = relay.#damage;
        relay.#damage = undefined;
        const { headers, body } = damaged({ headers: incoming.headers, body: Buffer.concat(chunks) }, signature, kind);
        void fetch(target, { method: 'POST', headers: ownHeaders(headers), body: new Uint8Array(body) }).then(
          async (answer) => void response.writeHead(answer.status).end(await answer.text()),
          () => response.destroy(),
        );
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const relay = new WebhookRelay(
      `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhook`,
      () =>
        new Promise<void>((resolve) => {
          server.close(() => resolve());
          server.closeAllConnections();
        }),
    );
    return relay;
  }

  damagesNext(kind: Kind | undefined): void {
    this.#damage = kind;
  }
}

interface Message {
  headers: IncomingHttpHeaders;
  body: Buffer;
}

function damaged({ headers, body }: Message, signature: Signature, kind: Kind | undefined): Message {
  if (!kind) return { headers, body };
  const damage = (own: string) =>
    ({ wrong: own.split('').toReversed().join(''), missing: undefined, malformed: 'not-a-signature' })[kind];
  if ('header' in signature)
    return { headers: { ...headers, [signature.header]: damage(String(headers[signature.header])) }, body };
  const fields = JSON.parse(body.toString()) as Record<string, unknown>;
  const changed = { ...fields, [signature.field]: damage(String(fields[signature.field])) };
  return { headers, body: Buffer.from(JSON.stringify(changed)) };
}

const OF_THE_CONNECTION = ['connection', 'host', 'content-length', 'transfer-encoding', 'keep-alive'];

function ownHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined || OF_THE_CONNECTION.includes(name) ? [] : [[name, String(value)]],
    ),
  );
}
