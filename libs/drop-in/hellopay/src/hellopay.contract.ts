import { randomBytes } from 'node:crypto';
import {
  type ContractAnswer,
  type ContractCall,
  type DropInContract,
  IssueOptionError,
  type Operation,
  type Secrets,
  type ServedPayins,
} from '@recaudo/drop-in-contract';
import { AMOUNT_UNITS, type AmountUnit } from '@recaudo/payment-provider';
import { createAnswer, errorAnswer, payinOnWire, refusalAnswer, webhookOnWire } from './answers.js';
import { pageOf } from './list.js';
import { InvalidInput, isJson, toServedOrder } from './request.js';

/** The name that an old schema of HelloPay's gives as its example. */
const WEBHOOK_HEADER = 'Authorization';

/** HelloPay's contract (seed 003 and the guides of the same site) for merchants, over any provider behind us. See MAPPING.md. */
export const hellopayContract: DropInContract = {
  name: 'hellopay',
  title: 'HelloPay',

  issue({ direct, webhookUrl, publicKey, amountUnit = 'pesos' }) {
    if (direct) throw new IssueOptionError('--direct: the contract has one kind of answer.');
    if (publicKey !== undefined) throw new IssueOptionError('--public-key: the contract signs nothing.');
    if (webhookUrl === undefined)
      throw new IssueOptionError('--webhook-url is missing: where the webhooks go, as in HelloPay’s portal.');
    if (!AMOUNT_UNITS.some((unit) => unit === amountUnit))
      throw new IssueOptionError(`--amount-unit must be ${AMOUNT_UNITS.join(' or ')}.`);
    // As the one key that a page of HelloPay's once showed: 48 hexadecimal characters.
    const [apiKey, webhookSecret] = [randomBytes(24).toString('hex'), randomBytes(24).toString('base64url')];
    return {
      presented: apiKey,
      secrets: { webhookUrl, webhookHeader: WEBHOOK_HEADER, webhookSecret, amountUnit },
      printed: { apiKey, webhookHeader: WEBHOOK_HEADER, webhookSecret },
    };
  },

  presented({ 'x-api-key': apiKey }) {
    return typeof apiKey === 'string' && apiKey !== '' ? apiKey : undefined;
  },

  operations: [
    { methods: ['POST'], path: '/payins', run: validated(create) },
    { methods: ['GET'], path: '/payins', run: validated(list) },
    { methods: ['GET'], path: '/payins/:id', run: read },
  ],

  refusal: refusalAnswer,

  notifies: [
    'payin.pending',
    'receipt.added',
    'receipt.corrected',
    'payin.approved',
    'payin.rejected',
    'payin.canceled',
    'payin.failed',
    'payin.expired',
  ],
  notifiesEachPayment: false,

  message: (event, secrets) => ({
    headers: {
      'Content-Type': 'application/json',
      'User-Agent': 'HelloPay',
      [secrets['webhookHeader']!]: secrets['webhookSecret']!,
    },
    body: JSON.stringify(webhookOnWire(event, unitOf(secrets))),
  }),
  acknowledges: ({ status }) => status >= 200 && status < 300,
};

async function create(call: ContractCall, payins: ServedPayins): Promise<ContractAnswer> {
  const { headers, secrets } = call;
  // A body of another type is none, as in the documents' framework.
  const order = toServedOrder(isJson(headers) ? call.json() : undefined, secrets['webhookUrl']!);
  return createAnswer(await payins.create(order), unitOf(secrets));
}

async function read({ params, secrets }: ContractCall, payins: ServedPayins): Promise<ContractAnswer> {
  const found = await payins.read(params['id']!);
  return found ? { status: 200, body: payinOnWire(found, unitOf(secrets)) } : errorAnswer(404, 'Payin not found');
}

async function list({ query, secrets }: ContractCall, payins: ServedPayins): Promise<ContractAnswer> {
  const { data, pageInfo } = await pageOf(query, payins);
  return { status: 200, body: { data: data.map((served) => payinOnWire(served, unitOf(secrets))), pageInfo } };
}

function validated(run: (call: ContractCall, payins: ServedPayins) => Promise<ContractAnswer>): Operation['run'] {
  return async (call, payins) => {
    try {
      return await run(call, payins);
    } catch (error) {
      if (error instanceof InvalidInput) return errorAnswer(400, error.problems);
      throw error;
    }
  };
}

function unitOf(secrets: Secrets): AmountUnit {
  return secrets['amountUnit'] === 'cents' ? 'cents' : 'pesos';
}
