import { getSchemaPath } from '@nestjs/swagger';
import { TEST_EVENT } from '../../notifications/test-event.js';
import { EVENT_TYPES, type EventType } from '../../payins/domain/history.js';
import { MESSAGE_SAMPLES, ORPHAN_SAMPLE } from './message-samples.js';
import {
  DiscrepancyMessageData,
  OrphanMessageData,
  PayinMessageData,
  RefundMessageData,
  TestMessageData,
} from '../../events/message.schema.js';

type MessageType = EventType | typeof TEST_EVENT;

/** When each event is notified, for the merchant. */
const WHEN: Readonly<Record<MessageType, string>> = {
  'payin.created': 'The payin was created.',
  'payin.pending': 'A provider has the order, and the payer can pay.',
  'payin.approved': 'It is paid in full, or accepted as paid: ship.',
  'payin.underpaid': 'Some money arrived, and not enough.',
  'payin.overpaid': 'More money arrived than was requested. It comes beside `payin.approved`.',
  'payin.rejected': 'The payer, the bank or the provider refused.',
  'payin.expired': 'Its time is over, and the provider says that it is not paid.',
  'payin.canceled': 'You or the payer canceled it.',
  'payin.failed': 'No provider opened it.',
  'payin.reversed': 'The payment was reversed or charged back.',
  'payin.late_payment': 'Money arrived late. It comes beside `payin.approved` or `payin.underpaid`.',
  'discrepancy.opened':
    'Something does not add up: `data.discrepancy` says what. Where it belongs to no payin, `data` has only the discrepancy.',
  'discrepancy.resolved': 'A discrepancy was resolved, by a later fact or by a person.',
  'refund.requested': 'Money is to go back to the payer: `data` has the payin and the refund.',
  'refund.approved': 'The refund is owed to the payer.',
  'refund.paid': 'The refund was paid.',
  'refund.canceled': 'The refund will not be paid.',
  [TEST_EVENT]:
    'You asked for it: `POST /webhook-endpoints/{id}/test`. It goes to that endpoint, whatever events it chose.',
};

const RECEIVING =
  'Verify the signature over the raw bytes of the body, then answer any 2xx within 15 seconds: every other answer is retried for three days. ' +
  'The same message may come twice (its `webhook-id` is the same), and messages may come out of order (the highest `data.sequence` is the newest).';

/** The headers of Standard Webhooks. */
const HEADERS = {
  WebhookId: {
    ...{ name: 'webhook-id', in: 'header', required: true },
    description: 'Of the message: the same for every retry and resend',
    schema: { type: 'string' },
    example: 'msg_019aa6f7-6f2e-7c81-8a55-31d0e9b4f601',
  },
  WebhookTimestamp: {
    ...{ name: 'webhook-timestamp', in: 'header', required: true },
    description: 'When this attempt was signed, in Unix seconds: refuse what is older than five minutes',
    schema: { type: 'string', pattern: String.raw`^\d+$` },
    example: '1763737409',
  },
  WebhookSignature: {
    ...{ name: 'webhook-signature', in: 'header', required: true },
    description:
      'One or more signatures with a blank between them; one that verifies is enough. Each is `v1,` and the Base64 of HMAC-SHA256 over `<webhook-id>.<webhook-timestamp>.<body>`, with the Base64-decoded part of the secret after `whsec_` as the key',
    schema: { type: 'string', pattern: '^v1,[A-Za-z0-9+/]+=*(?: v1,[A-Za-z0-9+/]+=*)*$' },
    example: 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  },
} as const;

/** The part of the API's description about what we call: every event, with its schema and a full sample. */
export function describeWebhooks(): {
  webhooks: Record<string, object>;
  components: { schemas: Record<string, object>; parameters: Record<string, object> };
} {
  const types: readonly MessageType[] = [...EVENT_TYPES, TEST_EVENT];
  return {
    webhooks: Object.fromEntries(types.map((type) => [type, { post: describeWebhook(type) }])),
    components: {
      schemas: Object.fromEntries(types.map((type) => [nameOf(type), schemaOf(type)])),
      parameters: HEADERS,
    },
  };
}

/** Of the schema of an event's message: `PayinLatePaymentMessage`. */
function nameOf(type: MessageType): string {
  const words = type.split(/[._]/).map((word) => word[0]!.toUpperCase() + word.slice(1));
  return `${words.join('')}Message`;
}

function describeWebhook(type: MessageType): object {
  const name = nameOf(type);
  const isOrphanPossible = type === 'discrepancy.opened';
  return {
    operationId: name[0]!.toLowerCase() + name.slice(1),
    tags: ['messages'],
    summary: type,
    description: `${WHEN[type]}\n\n${RECEIVING}`,
    security: [],
    parameters: Object.keys(HEADERS).map((header) => ({ $ref: `#/components/parameters/${header}` })),
    requestBody: {
      required: true,
      content: {
        'application/json': {
          schema: { $ref: `#/components/schemas/${name}` },
          examples: {
            [type]: { summary: WHEN[type].split(/[.:] |\.$/)[0], value: MESSAGE_SAMPLES[type] },
            ...(isOrphanPossible && { orphan: { summary: 'Money that belongs to no payin', value: ORPHAN_SAMPLE } }),
          },
        },
      },
    },
    responses: {
      '2XX': { description: 'Received' },
      '410': { description: 'The endpoint is disabled: nothing comes any more' },
      default: { description: 'It is retried' },
    },
  };
}

function schemaOf(type: MessageType): object {
  return {
    type: 'object',
    description: WHEN[type],
    properties: {
      type: { type: 'string', enum: [type] },
      timestamp: { type: 'string', format: 'date-time', description: 'When the event was committed' },
      data: dataOf(type),
    },
    required: ['type', 'timestamp', 'data'],
  };
}

function dataOf(type: MessageType): object {
  const of = (schema: Parameters<typeof getSchemaPath>[0]) => ({ $ref: getSchemaPath(schema) });
  if (type === TEST_EVENT) return of(TestMessageData);
  if (type.startsWith('refund.')) return of(RefundMessageData);
  if (type.startsWith('discrepancy.')) return { anyOf: [of(DiscrepancyMessageData), of(OrphanMessageData)] };
  return of(PayinMessageData);
}
