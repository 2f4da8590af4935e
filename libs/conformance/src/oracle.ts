import assert from 'node:assert/strict';
import {
  type FetchedOrder,
  type OpenedOrder,
  type ProviderError,
  type ProviderReport,
  HOME_CURRENCY,
  unitInCents,
  type WebhookEvent,
} from '@recaudo/payment-provider';
import { type Json, type JsonObject, objectIn, type Place, textsIn, valuesAt } from './places.js';
import type { ConformanceSubject } from './subject.js';
import type { Reply } from './wire.js';

/** HTTP statuses of which a server may mean that it did not act. 408, 409 and 425 are not among them. */
const MAY_MEAN_REFUSED = [400, 401, 403, 404, 405, 406, 410, 411, 412, 413, 414, 415, 416, 417, 422, 429];

/** What a careful reader may take from a reply at most, worked out from its bytes and the documents alone. */
export class Oracle {
  constructor(private readonly subject: Pick<ConformanceSubject, 'create' | 'query' | 'statuses' | 'webhook'>) {}

  /** An order is open only where the reply says so, and every instruction stands in it. */
  opened({ externalId, instructions }: OpenedOrder, reply: Reply, providerReference: string): void {
    const { create } = this.subject;
    const body = bodyOf(reply);
    assert(body && isSuccess(reply) && create.accepts(body), `an order was opened by ${shown(reply)}`);
    const references = create.reference ? valuesAt(body, create.reference) : [];
    for (const said of references) assert.equal(said, providerReference);
    const texts = textsIn(body);
    const { type: _ours, ...given } = instructions ?? { type: 'none' };
    for (const text of [...textsIn(given), ...textsIn(externalId)])
      assert(texts.includes(text), `${text} from ${shown(reply)}`);
    if (instructions && 'url' in instructions && instructions.url !== undefined)
      assert.match(instructions.url, /^\s*https?:/i);
  }

  /** Money has come only where the reply says so of our order, with an amount that stands there. */
  fetched(fetched: FetchedOrder, reply: Reply, providerReference: string): void {
    const { query } = this.subject;
    const body = bodyOf(reply);
    const orders = body ? this.ordersIn(body) : [];
    const ours = orders.filter((order) => valuesAt(order, query.reference)[0] === providerReference);
    if (!fetched.found) {
      const isWhole = body && query.saysNoSuchOrder(reply.status, body);
      assert(isWhole && ours.length === 0, `no such order, by ${shown(reply)}`);
      return;
    }
    assert(
      body && isSuccess(reply) && query.answers(body) && ours[0],
      `an answer about our order from ${shown(reply)}`,
    );
    this.report(fetched.report, ours[0], reply);
  }

  /** A webhook is about the order that it names, and reports only what stands in it. */
  webhook({ providerReference, report }: WebhookEvent, text: string): void {
    const { webhook } = this.subject;
    const body = objectIn(text);
    assert(webhook && body, `a webhook from ${text.slice(0, 2_000)}`);
    assert.equal(providerReference, valuesAt(body, webhook.reference)[0]);
    const allowed = amountsIn(body, webhook.amounts);
    for (const amount of amountsOf(report)) assert(allowed.includes(amount), `${amount} cents from ${text}`);
    assertStands(report, body);
    if (reportsMoney(report))
      assert(
        webhook.money.some((saying) => holds(body, saying)),
        `money from ${text}`,
      );
  }

  /** "Certainly not taken" lets another provider open the order: only for a reply that can mean it, and whose body does not deny it. */
  refused({ outcome }: ProviderError, reply: Reply): void {
    if (outcome === 'unknown') return;
    const { create } = this.subject;
    const body = bodyOf(reply);
    const isAccepted = body !== undefined && create.accepts(body);
    const isClientError = reply.status >= 400 && reply.status < 500;
    const mayMeanIt =
      isSuccess(reply) ||
      (isClientError && create.refusesWithAnyClientError && !MAY_MEAN_REFUSED.includes(reply.status))
        ? body !== undefined && create.refuses?.(body) === true
        : MAY_MEAN_REFUSED.includes(reply.status) && !isAccepted;
    assert(mayMeanIt, `certainly not taken, by ${shown(reply)}`);
  }

  /** What may be an order: the document itself, and the rows of a list in it. */
  private ordersIn(body: JsonObject): unknown[] {
    const { list } = this.subject.query;
    return [body, ...(list ? valuesAt(body, list) : [])];
  }

  private report(report: ProviderReport, order: unknown, reply: Reply): void {
    const { statuses, query } = this.subject;
    const allowed = amountsIn(order, query.amounts);
    for (const amount of amountsOf(report)) assert(allowed.includes(amount), `${amount} cents from ${shown(reply)}`);
    assertStands(report, order);
    if (!reportsMoney(report)) return;
    const paid = statuses.filter(({ means }) => means === 'APPROVED' || means === 'REVERSED').map(({ reply }) => reply);
    const sayings = query.payment ? [...paid, query.payment] : paid;
    assert(
      sayings.some((saying) => holds(order, saying)),
      `money from ${shown(reply)}`,
    );
  }
}

export function reportsMoney({ status, payments = [] }: ProviderReport): boolean {
  return status === 'APPROVED' || status === 'REVERSED' || payments.length > 0;
}

/** The status and the id are words of theirs; the mapper may add to a status what a person should see. */
function assertStands({ rawStatus, externalId }: ProviderReport, document: unknown): void {
  const texts = textsIn(document);
  assert(
    texts.some((text) => rawStatus === text || rawStatus.startsWith(`${text}, `)),
    `the status ${rawStatus}`,
  );
  if (externalId !== undefined) assert(texts.includes(externalId), `the id ${externalId}`);
}

/** Every amount of money that a report speaks of. */
export function amountsOf({ amountInCents, payments = [] }: ProviderReport): bigint[] {
  const sums = amountInCents === undefined ? [] : [amountInCents];
  return [...sums, ...payments.map((payment) => payment.amountInCents)];
}

/** How a provider's client reads bytes: UTF-8, without a byte order mark. A reply that lies about its encoding cannot be read. */
function bodyOf({ body, headers }: Reply): JsonObject | undefined {
  return headers['content-encoding'] ? undefined : objectIn(body.toString('utf8').replace(/^\uFEFF/, ''));
}

function shown({ status, headers, body }: Reply): string {
  return `HTTP ${status} ${JSON.stringify(headers)} ${body.toString().slice(0, 2_000)}`;
}

/** `2` and `"2"` are one status to some providers. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function isSuccess({ status }: Reply): boolean {
  return status >= 200 && status < 300;
}

function holds(body: unknown, saying: Readonly<Record<Place, Json>>): boolean {
  return Object.entries(saying).every(([place, expected]) =>
    valuesAt(body, place as Place).some((value) => typeof value !== 'object' && textOf(value) === textOf(expected)),
  );
}

function amountsIn(body: unknown, places: ConformanceSubject['query']['amounts']): bigint[] {
  return Object.entries(places).flatMap(([place, unit]) =>
    valuesAt(body, place as Place).flatMap((value) => {
      const hundredths = hundredthsOf(value);
      if (hundredths === undefined) return [];
      const [inCents, inPesos] = [hundredths / unitInCents(HOME_CURRENCY), hundredths];
      return unit === 'either' ? [inCents, inPesos] : [unit === 'cents' ? inCents : inPesos];
    }),
  );
}

/** A decimal number with two decimals at most, times a hundred. */
function hundredthsOf(value: unknown): bigint | undefined {
  const text = typeof value === 'number' || typeof value === 'string' ? String(value) : '';
  const [, whole, decimals = ''] = /^(\d{1,20})(?:\.(\d{1,10}))?$/.exec(text) ?? [];
  return whole === undefined || /[1-9]/.test(decimals.slice(2))
    ? undefined
    : BigInt(whole + decimals.slice(0, 2).padEnd(2, '0'));
}
