import type { Order } from '../kit/order.js';
import type { Setup, Step } from '../kit/order-rules.js';
import type { Simulation } from '../kit/simulation.js';
import { helloPayApi } from './api.js';
import { STATUSES, type PayinDetails } from './payin.js';
import { HelloPaySwitches } from './switches.js';
import type { HelloPay, HelloPayCredentials } from './types.js';
import { webhookContent } from './webhook.js';

/** The first attempt and ten retries. */
const ATTEMPTS_MAX = 11;

export const HELLOPAY_SANDBOX_CREDENTIALS = {
  apiKey: 'sandbox-hellopay-key',
  webhookHeader: 'Authorization',
  webhookSecret: 'sandbox-hellopay-webhook-secret',
} as const satisfies HelloPayCredentials;

/** The public sandbox page: two document numbers end without money, every other one pays. */
const VERBS_BY_DOCUMENT: ReadonlyMap<string | undefined, 'reject' | 'cancel'> = new Map([
  ['1000000003', 'reject'],
  ['1000000005', 'cancel'],
]);

const ADDRESSES = { BRE_B: '/transaction?payinId=', PSE: '/pse?payinId=', NEQUI: '/nequi?payinId=' } as const;

const RAIL_LABELS = { BRE_B: 'Bre-B', PSE: 'PSE', NEQUI: 'Nequi' } as const;

/** HelloPay as seed 003 and its public pages describe it. */
export const HELLOPAY: Simulation<HelloPay> = {
  name: 'hellopay',
  title: 'HelloPay',
  apiPath: '',
  credentials: HELLOPAY_SANDBOX_CREDENTIALS,
  switches: HelloPaySwitches,
  operations: ['create', 'query', 'list', 'refund', 'refundQuery'],
  api: helloPayApi,

  statuses: STATUSES,
  openStatuses: ['PENDING', 'PROCESSING'],
  statusAfter: {
    pay: () => 'CONFIRMED',
    process: () => 'PROCESSING',
    reject: () => 'DECLINED',
    cancel: () => 'CANCELED',
    expire: expiryStatusOf,
    reverse: (order, { switches }) => (switches.chargebackKeepsStatus ? order.status : 'DECLINED'),
  },
  detailsAfter,
  nextStep,
  submit: ({ details }) => VERBS_BY_DOCUMENT.get(details.customer?.idNumber) ?? 'pay',

  webhook: {
    url: ({ switches, portalWebhookUrl }) => switches.webhookUrl ?? portalWebhookUrl,
    content: webhookContent,
    notifies: (_order, verb, { switches }) => verb !== 'reverse' || switches.chargebackNotifies,
    acknowledged: ({ httpStatus }) => httpStatus >= 200 && httpStatus < 300,
    waitAfterMs: (attemptsMade, { switches }) => (attemptsMade >= ATTEMPTS_MAX ? null : switches.webhookRetryMs),
  },

  page: {
    addresses: Object.values(ADDRESSES),
    addressOf: ({ details }) => ADDRESSES[details.method.rail],
    statuses: {
      PENDING: 'Pendiente de pago',
      PROCESSING: 'En proceso',
      CONFIRMED: 'Pagado',
      DECLINED: 'Rechazado',
      CANCELED: 'Cancelado',
    },
    rail: ({ details }) => RAIL_LABELS[details.method.rail],
    facts: factsForPayer,
    payerSetsAmount: ({ details }) => details.method.rail === 'BRE_B',
    submit: 'Simular regla por documento',
  },
};

/** Nequi documents that an unpaid payin is declined; the other rails document nothing. */
function expiryStatusOf(
  { details }: Order<HelloPay>,
  { switches }: Setup<HelloPay>,
): HelloPay['switches']['expiryStatus'] {
  return details.method.rail === 'NEQUI' ? 'DECLINED' : switches.expiryStatus;
}

function detailsAfter(
  order: Order<HelloPay>,
  verb: 'pay' | HelloPay['move'],
  setup: Setup<HelloPay>,
): Partial<PayinDetails> {
  const declined = verb === 'reject' || (verb === 'expire' && expiryStatusOf(order, setup) === 'DECLINED');
  return {
    ...(verb === 'process' ? { processed: true } : {}),
    ...(verb === 'pay' ? { errorCode: null } : {}),
    ...(declined ? { errorCode: setup.switches.errorCode } : {}),
  };
}

function nextStep(order: Order<HelloPay>, { switches }: Setup<HelloPay>): Step<HelloPay> | null {
  if (order.closedAt !== null) return null;
  const { createdAt, expiresAt } = order;
  if (switches.processing && !order.details.processed) return { dueAt: createdAt, verb: 'process' };
  const steps: Step<HelloPay>[] = [];
  if (switches.autoComplete) steps.push({ dueAt: createdAt + switches.autoCompleteAfterMs, verb: 'submit' });
  if (expiresAt !== null) steps.push({ dueAt: expiresAt, verb: 'expire' });
  return steps.toSorted((one, other) => one.dueAt - other.dueAt)[0] ?? null;
}

function factsForPayer({ details }: Order<HelloPay>): readonly (readonly [string, string])[] {
  const { method, keyString, customer } = details;
  if (keyString !== null) return [['Llave Bre-B', keyString]];
  if (method.rail === 'PSE') return [['Banco', method.bank]];
  return customer === null ? [] : [['Celular', customer.phone]];
}
