import { HOME_CURRENCY } from '@recaudo/payment-provider';
import type { Answer } from '../../http/answer.js';
import { TEST_EVENT } from '../../notifications/test-event.js';
import type { AttemptSchema, PayinSchema } from '../../payins/api/payin.schema.js';
import type { EventType } from '../../payins/domain/history.js';
import type { DiscrepancyInMessage } from '../../payins/presenters/discrepancy.presenter.js';
import type { RefundInMessage } from '../../payins/presenters/refund.presenter.js';

type Payin = Answer<PayinSchema>;

export interface MessageSample {
  type: string;
  timestamp: string;
  data: object;
}

const PROVIDER = 'example';
const ASKED = 5_000_000;
const CREATED_AT = '2026-11-21T15:00:00.000Z';
const OPENED_AT = '2026-11-21T15:00:00.412Z';
const PAID_AT = '2026-11-21T15:03:27.000Z';
const DECIDED_AT = '2026-11-21T15:03:29.118Z';
const LATER_AT = '2026-11-22T09:30:00.000Z';
const EXPIRES_AT = '2026-11-21T15:15:00.000Z';

const PAYIN_ID = '019aa6f4-3ec0-7b35-9d0e-6a1f0c2b7d11';
const ATTEMPT_ID = '019aa6f4-3ec0-7b35-9d0e-6a1f0c2b7d12';
const DISCREPANCY_ID = '019aa6f7-6f2e-7c81-8a55-31d0e9b4f602';
const REFUND_ID = '019aaaf0-7a40-7d0b-b1c6-9e27a4d85c03';

const OPENING: Answer<AttemptSchema> = {
  id: ATTEMPT_ID,
  provider: PROVIDER,
  rail: 'BRE_B',
  providerReference: 'k3v9q0x-019aa6f43ec07b359d0e6a1f0c2b7d12',
  externalId: null,
  status: 'OPENING',
  startedAt: CREATED_AT,
};

const CREATED: Payin = {
  id: PAYIN_ID,
  amount: ASKED,
  currency: HOME_CURRENCY,
  status: 'CREATED',
  rail: 'BRE_B',
  reference: 'INV-2024-001',
  createdAt: CREATED_AT,
  updatedAt: CREATED_AT,
  organizationId: '019a8c02-51f0-7e0a-8f3b-2c9d4e6a7b10',
  inlineCustomer: null,
  errorCode: null,
  resultAt: null,
  chargebackAt: null,
  sourceData: null,
  callbackUrl: 'https://shop.example.com/recaudo',
  amountInCents: ASKED,
  amountReceivedInCents: 0,
  amountRefundedInCents: 0,
  amountStatus: 'NONE',
  provider: PROVIDER,
  expiresAt: EXPIRES_AT,
  providerExpiresAt: EXPIRES_AT,
  checkoutUrl: 'https://pay.example.com/pay/Zk3vQ0xJ7mT2bN8rLw5YcA',
  paymentLinkId: null,
  redirectUrl: 'https://shop.example.com/thanks',
  description: 'Order 1001',
  metadata: { orderId: '1001' },
  instructions: null,
  forgottenAt: null,
  receipts: [],
  attempts: [OPENING],
};

const open = (at: string): Pick<Payin, 'attempts' | 'updatedAt'> => ({
  updatedAt: at,
  attempts: [{ ...OPENING, externalId: '8c1f2b6e-0d57-4a39-9b42-7e5a1c3d9f20', status: 'OPEN' }],
});

const PENDING: Payin = {
  ...CREATED,
  ...open(OPENED_AT),
  status: 'PENDING',
  sourceData: { keyString: '@merchant123' },
  instructions: {
    type: 'breb_key',
    key: '@merchant123',
    url: 'https://checkout.provider.example.com/?s=8c1f2b6e-0d57-4a39-9b42-7e5a1c3d9f20',
  },
};

const ended = (status: Payin['status'], at: string, changes: Partial<Payin> = {}): Payin => ({
  ...PENDING,
  ...open(at),
  status,
  resultAt: at,
  instructions: null,
  sourceData: null,
  ...changes,
});

const paid = (
  amountInCents: number,
  changes: Pick<Payin, 'status' | 'amountStatus'> & Partial<Payin>,
  at = DECIDED_AT,
  receivedAt = PAID_AT,
): Payin =>
  ended(changes.status, at, {
    amountReceivedInCents: amountInCents,
    receipts: [{ paymentId: 'payment-1', amountInCents, feeInCents: null, receivedAt, source: 'webhook' }],
    ...changes,
  });

const APPROVED = paid(ASKED, { status: 'APPROVED', amountStatus: 'EXACT' });
const SHORT = 3_000_000;
const UNDERPAID = paid(SHORT, { status: 'UNDERPAID', amountStatus: 'UNDERPAID', resultAt: null });

const SHORT_OF_MONEY: DiscrepancyInMessage = {
  id: DISCREPANCY_ID,
  payinId: PAYIN_ID,
  reference: 'INV-2024-001',
  kind: 'UNDERPAID',
  status: 'OPEN',
  expectedInCents: ASKED,
  actualInCents: SHORT,
  moneyAtRiskInCents: ASKED - SHORT,
  currency: HOME_CURRENCY,
  provider: PROVIDER,
  openedAt: DECIDED_AT,
  ageSeconds: 0,
  resolvedAt: null,
  resolution: null,
  reason: null,
  correction: null,
  refundId: null,
  detail: 'less arrived than was asked for',
};

const OWED = 1_000_000;
const REQUESTED: RefundInMessage = {
  id: REFUND_ID,
  payinId: PAYIN_ID,
  status: 'REQUESTED',
  amountInCents: OWED,
  currency: HOME_CURRENCY,
  reason: 'CUSTOMER_REQUEST',
  reference: 'REFUND-1001',
  discrepancyId: null,
  requestedAt: LATER_AT,
  approvedAt: null,
  paidAt: null,
  canceledAt: null,
  provider: null,
  providerStatus: null,
  askedAt: null,
};
const REFUND_APPROVED_AT = '2026-11-22T10:00:00.000Z';
const REFUND_PAID_AT = '2026-11-22T14:20:00.000Z';

/** A full message of each event, as an endpoint gets it that did not ask for personal data. */
const SAMPLES: Readonly<Record<EventType, MessageSample>> = {
  'payin.created': message('payin.created', CREATED_AT, 1, CREATED),
  'payin.pending': message('payin.pending', OPENED_AT, 4, PENDING),
  'payin.approved': message('payin.approved', DECIDED_AT, 8, APPROVED),
  'payin.underpaid': message('payin.underpaid', DECIDED_AT, 8, UNDERPAID),
  'payin.overpaid': message(
    'payin.overpaid',
    DECIDED_AT,
    9,
    paid(9_000_000, { status: 'APPROVED', amountStatus: 'OVERPAID' }),
  ),
  'payin.rejected': message(
    'payin.rejected',
    DECIDED_AT,
    6,
    ended('REJECTED', DECIDED_AT, { errorCode: 'INSUFFICIENT_FUNDS' }),
  ),
  'payin.expired': message(
    'payin.expired',
    '2026-11-21T15:15:01.040Z',
    6,
    ended('EXPIRED', '2026-11-21T15:15:01.040Z'),
  ),
  'payin.canceled': message('payin.canceled', DECIDED_AT, 5, ended('CANCELED', DECIDED_AT)),
  'payin.failed': message('payin.failed', OPENED_AT, 4, {
    ...CREATED,
    status: 'FAILED',
    updatedAt: OPENED_AT,
    resultAt: OPENED_AT,
    errorCode: 'AMOUNT_TOO_LOW',
    provider: null,
    providerExpiresAt: null,
    attempts: [{ ...OPENING, status: 'NOT_EXECUTED' }],
  }),
  'payin.reversed': message('payin.reversed', LATER_AT, 12, {
    ...APPROVED,
    status: 'REVERSED',
    updatedAt: LATER_AT,
    chargebackAt: LATER_AT,
  }),
  'payin.late_payment': message(
    'payin.late_payment',
    LATER_AT,
    11,
    paid(ASKED, { status: 'APPROVED', amountStatus: 'EXACT' }, LATER_AT, LATER_AT),
  ),
  'discrepancy.opened': message('discrepancy.opened', DECIDED_AT, 9, UNDERPAID, { discrepancy: SHORT_OF_MONEY }),
  'discrepancy.resolved': message(
    'discrepancy.resolved',
    LATER_AT,
    12,
    { ...UNDERPAID, status: 'APPROVED', updatedAt: LATER_AT, resultAt: LATER_AT },
    {
      discrepancy: {
        ...SHORT_OF_MONEY,
        status: 'RESOLVED',
        ageSeconds: null,
        resolvedAt: LATER_AT,
        resolution: 'ACCEPTED',
      },
    },
  ),
  'refund.requested': message('refund.requested', LATER_AT, 10, APPROVED, { refund: REQUESTED }),
  'refund.approved': message('refund.approved', REFUND_APPROVED_AT, 11, APPROVED, {
    refund: { ...REQUESTED, status: 'APPROVED', approvedAt: REFUND_APPROVED_AT },
  }),
  'refund.paid': message(
    'refund.paid',
    REFUND_PAID_AT,
    12,
    { ...APPROVED, updatedAt: REFUND_PAID_AT, amountRefundedInCents: OWED },
    { refund: { ...REQUESTED, status: 'PAID', approvedAt: REFUND_APPROVED_AT, paidAt: REFUND_PAID_AT } },
  ),
  'refund.canceled': message('refund.canceled', REFUND_APPROVED_AT, 11, APPROVED, {
    refund: { ...REQUESTED, status: 'CANCELED', canceledAt: REFUND_APPROVED_AT },
  }),
};

/** Of money of which nothing here knows the payin. */
export const ORPHAN_SAMPLE: MessageSample = {
  type: 'discrepancy.opened',
  timestamp: LATER_AT,
  data: {
    sequence: 0,
    discrepancy: {
      ...SHORT_OF_MONEY,
      payinId: null,
      reference: 'unknown-order-77',
      kind: 'ORPHAN',
      expectedInCents: null,
      actualInCents: ASKED,
      moneyAtRiskInCents: ASKED,
      openedAt: LATER_AT,
      detail: 'a payment of an order that is not known here',
    },
  },
};

export const MESSAGE_SAMPLES: Readonly<Record<EventType | typeof TEST_EVENT, MessageSample>> = {
  ...SAMPLES,
  [TEST_EVENT]: {
    type: TEST_EVENT,
    timestamp: LATER_AT,
    data: { endpointId: '019a8c10-22b0-7f6d-9c4e-5b1a3d7e9f44', sequence: 0 },
  },
};

function message(
  type: EventType,
  timestamp: string,
  sequence: number,
  payin: Payin,
  about: { discrepancy?: DiscrepancyInMessage; refund?: RefundInMessage } = {},
): MessageSample {
  return { type, timestamp, data: { ...payin, sequence, ...about } };
}
