import { settledInCents } from '../kit/order.js';
import type { Setup } from '../kit/order-rules.js';
import type { Simulation } from '../kit/simulation.js';
import { teemoPayApi } from './api.js';
import { callbackContent, resignedContent } from './callback.js';
import { TEEMOPAY_SANDBOX_KEYS } from './keys.js';
import { newPaymentOrderNo, payerSetsAmount } from './order.js';
import { CHANNEL_MESSAGES, TeemoPaySwitches } from './switches.js';
import { STATUSES, type PaymentType, type TeemoPay, type TeemoPayCredentials, type TeemoPayOrder } from './types.js';

export const TEEMOPAY_SANDBOX_CREDENTIALS: TeemoPayCredentials = {
  appCode: 'A2601010001CO001',
  merchantPublicKey: TEEMOPAY_SANDBOX_KEYS.merchant.publicKey,
  platformPrivateKey: TEEMOPAY_SANDBOX_KEYS.platform.privateKey,
};

/** Neither count nor waits are documented; in parts of the first wait. */
const CALLBACK_WAITS = [1, 5, 15, 60, 360];

const ADDRESSES: Readonly<Record<PaymentType, string>> = {
  201: '/pse?tradeNo=',
  202: '/nequi?tradeNo=',
  204: '/checkout?tradeNo=',
  205: '/efecty?tradeNo=',
  212: '/breb?tradeNo=',
};

const LABELS: Readonly<Record<PaymentType, string>> = {
  201: 'PSE',
  202: 'Nequi',
  204: 'Todos los medios',
  205: 'Efecty',
  212: 'Bre-B',
};

/** TeemoPay as seed 004 and its public pages describe it. */
export const TEEMOPAY: Simulation<TeemoPay> = {
  name: 'teemopay',
  title: 'TeemoPay',
  apiPath: '',
  credentials: TEEMOPAY_SANDBOX_CREDENTIALS,
  switches: TeemoPaySwitches,
  operations: ['create', 'query', 'list'],
  api: teemoPayApi,

  statuses: STATUSES,
  openStatuses: ['1'],
  statusAfter: {
    pay: (order, { switches }) =>
      (settledInCents(order) ?? 0n) < order.requestedInCents ? switches.underpaidStatus : '2',
    reject: () => '3',
    expire: (_order, { switches }) => switches.expiredStatus,
    reverse: (_order, { switches }) => switches.reversalStatus,
  },
  detailsAfter: (_order, verb) => ({ errorMessage: verb === 'reject' ? CHANNEL_MESSAGES.network : null }),
  nextStep: ({ status, expiresAt, payments }, { switches }) =>
    status === '1' && switches.expiredStatus === '3' && payments.length === 0 && expiresAt !== null
      ? { dueAt: expiresAt, verb: 'expire' }
      : null,

  acceptsMorePayments,
  newPaymentId: newPaymentOrderNo,
  feeInCents: (amountInCents, { switches }) =>
    BigInt(switches.feeFixedInCents) + (amountInCents * BigInt(switches.feeBasisPoints)) / 10_000n,

  webhook: {
    content: callbackContent,
    retryContent: (content, setup) => (setup.switches.retriesResigned ? resignedContent(content, setup) : content),
    notifies: (_order, verb, { switches }) =>
      ({
        pay: true,
        reject: switches.callbackOnFailure,
        expire: switches.callbackOnExpiry,
        reverse: switches.callbackOnReversal,
      })[verb],
    // The body is documented; that the status must not be an error is not, beyond a hint at 5xx.
    acknowledged: ({ httpStatus, body }) => httpStatus >= 200 && httpStatus < 300 && body === 'SUCCESS',
    waitAfterMs: (attemptsMade, { switches }) => {
      const wait = CALLBACK_WAITS[attemptsMade - 1];
      return wait === undefined ? null : wait * switches.callbackRetryMs;
    },
  },

  page: {
    addresses: Object.values(ADDRESSES),
    addressOf: ({ details }) => ADDRESSES[details.paymentType],
    statuses: { '1': 'Pendiente de pago', '2': 'Pagado', '3': 'Fallido', '4': 'Reembolsado' },
    rail: ({ details }) => LABELS[details.paymentType],
    facts: factsForPayer,
    payerSetsAmount,
  },
};

function acceptsMorePayments(order: TeemoPayOrder, { switches }: Setup<TeemoPay>): boolean {
  if (order.reversedAt !== null) return false;
  return { variable_amount: payerSetsAmount(order), all: true, none: false }[switches.paidAgain];
}

function factsForPayer({ details }: TeemoPayOrder): readonly (readonly [string, string])[] {
  const { key, cashCode, payer } = details;
  if (key !== null) return [['Llave Bre-B', key]];
  if (cashCode !== null) return [['Código de pago', cashCode]];
  return payer.bankCode === null ? [] : [['Banco', payer.bankCode]];
}
