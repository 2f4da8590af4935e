import { createHash, randomBytes } from 'node:crypto';
import {
  type ContractAnswer,
  type ContractCall,
  type ContractMessage,
  type DropInContract,
  IssueOptionError,
  type ServedEvent,
  type ServedPayins,
} from '@recaudo/drop-in-contract';
import {
  amountOf,
  banksAnswer,
  createAnswer,
  customerOnWire,
  errorAnswer,
  fieldAnswer,
  queryAnswer,
  refusalAnswer,
  statusOf,
} from './answers.js';
import { HOME_CURRENCY } from '@recaudo/payment-provider';
import { FieldError, isJson, toServedOrder } from './request.js';
import { payinIdOf, ticketOf } from './ticket.js';

/** TumiPay's contract (seeds 000, 001 and 002) for merchants, over any provider behind us. See MAPPING.md. */
export const tumipayContract: DropInContract = {
  name: 'tumipay',
  title: 'TumiPay',

  issue({ direct, webhookUrl, publicKey, amountUnit }) {
    if (webhookUrl !== undefined) throw new IssueOptionError('--webhook-url: each request says its ipn_url.');
    if (publicKey !== undefined) throw new IssueOptionError('--public-key: the contract signs with a token.');
    if (amountUnit !== undefined) throw new IssueOptionError('--amount-unit: amounts are cents.');
    const username = `recaudo-${randomBytes(6).toString('hex')}`;
    const [password, token] = [randomBytes(24).toString('base64url'), randomBytes(24).toString('base64url')];
    return {
      presented: `${username}:${password} ${token}`,
      secrets: { token, direct: String(direct) },
      printed: { username, password, token },
    };
  },

  presented({ authorization, 'token-top': token }) {
    const basic = /^Basic +([A-Za-z0-9+/=]+)$/i.exec(authorization ?? '')?.[1];
    if (basic === undefined || typeof token !== 'string') return undefined;
    return `${Buffer.from(basic, 'base64').toString('utf8')} ${token}`;
  },

  operations: [
    { methods: ['POST'], path: '/v1/payin', run: create },
    // One public page shows this call with POST, another with GET and a body: both verbs answer, and the body is ignored.
    {
      methods: ['GET', 'POST'],
      path: '/v1/transaction/:id',
      run: ({ params }, payins) => query(params['id']!, payins),
    },
    { methods: ['GET'], path: '/v1/pse/banks', run: async (_call, payins) => banksAnswer(await payins.banks()) },
  ],

  refusal: refusalAnswer,

  notifies: [
    'receipt.added',
    'receipt.corrected',
    'payin.approved',
    'payin.rejected',
    'payin.canceled',
    'payin.failed',
    'payin.expired',
  ],
  notifiesEachPayment: false,
  message,
  // The public testing page: the endpoint must answer 200.
  acknowledges: ({ status }) => status === 200,
};

async function create(call: ContractCall, payins: ServedPayins): Promise<ContractAnswer> {
  if (!isJson(call.headers)) return errorAnswer(400, 'CONTENT_TYPE_INVALID', 'Content-Type debe ser application/json');
  try {
    const order = toServedOrder(call.json(), { direct: call.secrets['direct'] === 'true' });
    return createAnswer(await payins.create(order));
  } catch (error) {
    if (error instanceof FieldError) return fieldAnswer(error.field, error.reason, error.message);
    throw error;
  }
}

/** By the merchant's reference, or by the ticket. */
async function query(id: string, payins: ServedPayins): Promise<ContractAnswer> {
  const payinId = payinIdOf(id);
  const found = (await payins.find(id)) ?? (payinId === undefined ? undefined : await payins.read(payinId));
  return found ? queryAnswer(found) : errorAnswer(404, 'TRANSACTION_NOT_FOUND', 'Transacción no encontrada');
}

/** The documented webhook. What our providers do not say of a bank or a card is empty. */
function message(event: ServedEvent, { token = '' }: Readonly<Record<string, string>>): ContractMessage {
  const { payin, reference } = event;
  const ticket = ticketOf(payin.id);
  const { status, message: text } = statusOf(event);
  const user = customerOnWire(event);
  const body = {
    top_status: status,
    top_ticket: ticket,
    top_reference: reference,
    top_amount: amountOf(event),
    top_currency: HOME_CURRENCY,
    top_payment_method: 'RECAUDO',
    top_bank_name: '',
    top_response_message: text,
    top_user: user,
    top_card: {},
    top_user_email: user.email,
    top_user_phone: user.phone_number,
    top_extra_params1: '',
  };
  return {
    headers: {
      'Content-Type': 'application/json',
      'User-Agent': 'Tumipay/1.1',
      'x-trx-signature': signature(token, ticket, reference),
    },
    body: JSON.stringify(body),
  };
}

/** Lower-case hex SHA-256 of compact JSON. It covers neither status nor amount. */
function signature(token: string, ticket: string, reference: string): string {
  return createHash('sha256').update(JSON.stringify({ token, ticket, reference })).digest('hex');
}
