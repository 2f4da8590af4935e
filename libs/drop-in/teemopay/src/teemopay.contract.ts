import { randomBytes } from 'node:crypto';
import {
  type ContractAnswer,
  type ContractCall,
  type DropInContract,
  IssueOptionError,
  type Operation,
  type ServedPayins,
} from '@recaudo/drop-in-contract';
import { readRsaKey } from '@recaudo/payment-provider';
import { createAnswer, queryAnswer, refusedAnswer } from './answers.js';
import { applicationOf, authenticated } from './authentication.js';
import { callback } from './callback.js';
import { documented, ofRequest, Refusal, refusalAnswer } from './errors.js';
import { base64Of, newKeyPair } from './keys.js';
import { list } from './list.js';
import { text, toServedOrder } from './request.js';

/** TeemoPay's contract (seed 004 and the pages beside it) for merchants, over any provider behind us. See MAPPING.md. */
export const teemopayContract: DropInContract = {
  name: 'teemopay',
  title: 'TeemoPay',

  issue({ direct, webhookUrl, publicKey, amountUnit }) {
    if (direct) throw new IssueOptionError('--direct: the contract has answers of one kind.');
    if (amountUnit !== undefined) throw new IssueOptionError('--amount-unit: the contract has pesos alone.');
    const given = publicKey === undefined ? undefined : readRsaKey('public', publicKey);
    if (publicKey !== undefined && !given)
      throw new IssueOptionError(
        '--public-key must be an RSA public key of 1024 bits at least: Base64 of its DER (X.509 SPKI).',
      );
    const appCode = `A${randomBytes(10).toString('hex').toUpperCase()}CO`;
    const platform = newKeyPair();
    const made = given ? undefined : newKeyPair();
    return {
      presented: appCode,
      secrets: {
        appCode,
        merchantPublicKey: made?.publicKey ?? base64Of(given!),
        platformPrivateKey: platform.privateKey,
        ...(webhookUrl !== undefined && { webhookUrl }),
      },
      printed: {
        appCode,
        platformPublicKey: platform.publicKey,
        ...(made && { privateKey: made.privateKey }),
      },
    };
  },

  presented: applicationOf,

  operations: [
    // Nobody is answered what would read as a refusal where the order may be there: whatever came before is a duplicate.
    operation('/api/pay/payment/create/v1', create),
    operation('/api/pay/payment/query/v1', (call, payins) => query(fieldsOfNew(call, payins), payins)),
    operation('/api/pay/transaction/queryList', (call, payins) => list(fieldsOfNew(call, payins), payins)),
  ],

  refusal: refusedAnswer,

  notifies: ['receipt.added', 'payin.rejected', 'payin.canceled', 'payin.reversed'],
  notifiesEachPayment: true,
  message: callback,
  // The page on callbacks: exactly this text.
  acknowledges: ({ status, bodyText }) => status >= 200 && status < 300 && bodyText === 'SUCCESS',
};

type Run = (call: ContractCall, payins: ServedPayins) => Promise<ContractAnswer>;

function operation(path: string, run: Run): Operation {
  return {
    methods: ['POST'],
    path,
    async run(call, payins) {
      try {
        return await run(call, payins);
      } catch (error) {
        if (error instanceof Refusal) return refusalAnswer(error);
        throw error;
      }
    },
  };
}

async function create(call: ContractCall, payins: ServedPayins): Promise<ContractAnswer> {
  // The very same request again, after an answer that was lost, is a duplicate exactly where its order is there.
  const { fields } = authenticated(call, payins.now);
  const order = toServedOrder(fields, payins.now, call.secrets['webhookUrl']);
  // One that is being opened is not waited for.
  if (await payins.find(order.reference)) throw documented(426);
  const { isRepeated, ...served } = await payins.create(order);
  if (isRepeated) throw documented(426);
  return createAnswer(served);
}

/** By the merchant's number alone: there is no query by `tradeNo`. */
async function query(fields: Record<string, unknown>, payins: ServedPayins): Promise<ContractAnswer> {
  const found = await payins.find(text(fields, 'merchantOrderNo', 32));
  if (!found) throw documented(434);
  return queryAnswer(found);
}

function fieldsOfNew(call: ContractCall, payins: ServedPayins): Record<string, unknown> {
  const { fields, isRepeated } = authenticated(call, payins.now);
  if (isRepeated) throw ofRequest('nonce');
  return fields;
}
