import type { Simulation } from '../kit/simulation.js';
import { tumiPayApi } from './api.js';
import { bankName } from './banks.js';
import { isApprovedByEmail, ORDER_STATUSES, payerSetsAmount, type PaymentMethod } from './order.js';
import { TumiPaySwitches } from './switches.js';
import type { TumiPay, TumiPayCredentials } from './types.js';
import { webhookContent } from './webhook.js';

export const TUMIPAY_SANDBOX_CREDENTIALS = {
  username: 'sandbox-user',
  password: 'sandbox-password',
  token: 'sandbox-token-top',
} as const satisfies TumiPayCredentials;

const HOSTED_PAGE = '/payments/main?s=';
/** Where seed 000 sends the payer of a direct PSE payment: the bank's own page. */
const BANK_PAGE = '/PSENF/index.html?enc=';

const METHOD_LABELS: Readonly<Record<PaymentMethod, string>> = {
  PSE: 'PSE',
  BREB: 'Bre-B',
  EFECTY: 'Efecty',
  CARD: 'Tarjeta',
  CASH: 'Efectivo',
  TRANSFIYA: 'Transfiya',
  ALL_METHODS: 'Todos los medios',
};

/** Neither count nor waits are documented. */
const WEBHOOK_ATTEMPTS_MAX = 20;
const WEBHOOK_FIRST_WAITS_MS = [1_000, 2_000, 5_000, 15_000, 60_000];
const WEBHOOK_LATER_WAIT_MS = 300_000;

/** After 1, 2, 5, 15 and 60 seconds, then every 5 minutes, at most 20 attempts. */
export function waitAfterMs(attemptsMade: number): number | null {
  return attemptsMade >= WEBHOOK_ATTEMPTS_MAX
    ? null
    : (WEBHOOK_FIRST_WAITS_MS[attemptsMade - 1] ?? WEBHOOK_LATER_WAIT_MS);
}

export const TUMIPAY: Simulation<TumiPay> = {
  name: 'tumipay',
  title: 'TumiPay',
  apiPath: '/production/api',
  credentials: TUMIPAY_SANDBOX_CREDENTIALS,
  switches: TumiPaySwitches,
  operations: ['create', 'query', 'banks', 'merchant'],
  api: tumiPayApi,

  statuses: ORDER_STATUSES,
  openStatuses: ['PENDING'],
  statusAfter: {
    pay: () => 'APPROVED',
    reject: () => 'REJECTED',
    decline: () => 'DECLINED',
    expire: () => 'EXPIRED',
  },
  nextStep: ({ status, expiresAt }, { switches }) =>
    status === 'PENDING' && switches.expires && expiresAt !== null ? { dueAt: expiresAt, verb: 'expire' } : null,
  submit: ({ details }) => (isApprovedByEmail(details.customer.email) ? 'pay' : 'reject'),

  webhook: {
    content: webhookContent,
    // The public testing page: the endpoint must answer 200.
    acknowledged: ({ httpStatus }) => httpStatus === 200,
    waitAfterMs,
  },
  page: {
    addresses: [HOSTED_PAGE, BANK_PAGE],
    addressOf: ({ details }) => (details.direct === 'PSE' ? BANK_PAGE : HOSTED_PAGE),
    statuses: {
      PENDING: 'Pendiente de pago',
      APPROVED: 'Pagado',
      REJECTED: 'Rechazado',
      DECLINED: 'Declinado',
      EXPIRED: 'Vencido',
    },
    rail: ({ details }) => METHOD_LABELS[details.method],
    facts: ({ details: { description, bank, accountNumber } }) => [
      ...(description === null ? [] : [['Descripción', description] as const]),
      ...(bank === null ? [] : [['Banco', bankName(bank)] as const]),
      ...(accountNumber === null ? [] : [['Llave Bre-B', accountNumber] as const]),
    ],
    payerSetsAmount,
    submit: 'Simular formulario (regla por correo)',
  },
};
