import type { ContractAnswer, Refused, ServedPayin, ShownPayin } from '@recaudo/drop-in-contract';
import { documented, invalid, Refusal, refusalAnswer } from './errors.js';
import type { TeemoPayAsked } from './request.js';
import { colombianTime, envelope, paymentOrderNo, pesos, tradeNo, wholePesos } from './wire.js';

/** Of an order in the query, the list and callbacks: paying, success, failed, refund. Less money than was asked for is a success of that amount. */
export const STATUSES = {
  CREATED: 1,
  PENDING: 1,
  UNDERPAID: 2,
  APPROVED: 2,
  REJECTED: 3,
  EXPIRED: 3,
  CANCELED: 3,
  FAILED: 3,
  REVERSED: 4,
} as const satisfies Record<ShownPayin['status'], number>;
export type Status = (typeof STATUSES)[ShownPayin['status']];

const STATEMENT_NAMES = { 2: '代收成功', 4: '代收退款' } as const;

/** What the documents have a channel say that took no order. */
const NOT_CREATED = 'Channel request error, technicians will fix ASAP.';
const AMOUNT_REFUSED = 'Transaction amount exceeds limit, kindly retry within allowed range.';

type Receipt = ShownPayin['receipts'][number];

export function askedOf({ asked }: Pick<ServedPayin, 'asked'>): TeemoPayAsked {
  return asked as unknown as TeemoPayAsked;
}

/** The answer to a create: where the payer pays, that no channel took it, or that nobody knows yet. */
export function createAnswer(served: ServedPayin): ContractAnswer {
  const { payin, reference } = served;
  const { paymentType } = askedOf(served);
  const isOpen = payin.instructions !== null || paymentType === 204;
  if (STATUSES[payin.status] === 3) return notCreatedAnswer(served);
  if (!isOpen) return refusalAnswer(documented(412));
  const data = {
    amount: wholePesos(payin.amountInCents),
    tradeNo: tradeNo(payin.id),
    merchantOrderNo: reference,
    paymentType,
    additionalInfo: payin.instructions?.type === 'breb_key' ? { paymentFactory: payin.instructions.key } : {},
    paymentInfo: paymentInfoOf(served),
    status: 1,
  };
  // Seed 004's answer, in its order.
  const { msg, traceId } = envelope();
  return { status: 200, body: { msg, traceId, code: 200, data } };
}

/** A channel's failure as the public page has it: code 200 around `status` 3. */
function notCreatedAnswer({ payin, reference, asked }: ServedPayin): ContractAnswer {
  return dataAnswer({
    merchantOrderNo: reference,
    amount: null,
    tradeNo: tradeNo(payin.id),
    paymentType: askedOf({ asked }).paymentType,
    paymentInfo: null,
    additionalInfo: null,
    status: 3,
    errorMsg: payin.errorCode?.startsWith('AMOUNT') ? AMOUNT_REFUSED : NOT_CREATED,
  });
}

/** A link, as in every example: the provider's page where there is one, else our checkout, which shows code, key or what to do. */
export function paymentInfoOf({ payin, asked }: Pick<ServedPayin, 'payin' | 'asked'>): string {
  const { instructions, checkoutUrl } = payin;
  if (askedOf({ asked }).paymentType === 204 || !instructions || !('url' in instructions)) return checkoutUrl;
  return instructions.url ?? checkoutUrl;
}

/** `transactionAmount` is what was asked for, `amount` what came. */
export function queryAnswer(served: ServedPayin): ContractAnswer {
  const { payin, reference } = served;
  const { paymentType } = askedOf(served);
  return dataAnswer({
    merchantOrderNo: reference,
    tradeNo: tradeNo(payin.id),
    paymentType,
    transactionAmount: pesos(payin.amountInCents),
    amount: pesos(payin.amountReceivedInCents),
    status: STATUSES[payin.status],
    serviceAmount: pesos(feesOf(payin)),
    paymentInfo: paymentInfoOf(served),
    errorMessage: errorOf(payin),
    statementList: payin.receipts.map((receipt) => statementOf(payin, receipt, paymentType)),
  });
}

function statementOf(payin: ShownPayin, receipt: Receipt, paymentType: number): object {
  const status = payin.status === 'REVERSED' ? 4 : 2;
  const fee = pesos(feeOf(receipt));
  return {
    paymentSingleOrderNo: paymentOrderNo(payin.id, receipt.paymentId),
    paymentStatementAmount: pesos(receipt.amountInCents),
    paymentStatementStatus: status,
    paymentStatementStatusName: STATEMENT_NAMES[status],
    // The fee is immService and a part of the amount; how it is made up, nobody behind us says.
    serviceAmount: fee,
    serviceRate: '0.0000',
    immService: fee,
    paymentType,
    completeTime: colombianTime(receipt.receivedAt),
  };
}

/** `amount` is what was asked for and `transactionAmount` what came: the other way round than in the query. */
export function recordOf({ payin, reference }: ServedPayin): object {
  const status = STATUSES[payin.status];
  const isEnded = status !== 1;
  return {
    type: 'PAYIN',
    merchantOrderNo: reference,
    tradeNo: tradeNo(payin.id),
    amount: pesos(payin.amountInCents),
    transactionAmount: pesos(payin.amountReceivedInCents),
    serviceAmount: pesos(feesOf(payin)),
    status,
    // Nobody behind us says when it is settled.
    settleStatus: null,
    failReason: errorOf(payin),
    createTime: colombianTime(payin.createdAt),
    completeTime: isEnded ? colombianTime(endOf(payin)) : null,
    settleTime: null,
    paymentList: payin.receipts.map((receipt) => ({
      paymentSingleOrderNo: paymentOrderNo(payin.id, receipt.paymentId),
      paymentStatementAmount: pesos(receipt.amountInCents),
      settleStatus: null,
      settleTime: null,
      completeTime: colombianTime(receipt.receivedAt),
    })),
  };
}

export function endOf({ resultAt, updatedAt }: ShownPayin): string {
  return resultAt ?? updatedAt;
}

export function errorOf({ status, errorCode }: ShownPayin): string | null {
  return STATUSES[status] === 3 ? (errorCode ?? status) : null;
}

function feesOf({ receipts }: ShownPayin): number {
  return receipts.reduce((sum, receipt) => sum + feeOf(receipt), 0);
}

/** The contract has no way to say that a fee is not known. */
export function feeOf({ feeInCents }: Receipt): number {
  return feeInCents ?? 0;
}

export function dataAnswer(data: object): ContractAnswer {
  return { status: 200, body: { code: 200, data, ...envelope() } };
}

const FIELDS: Readonly<Record<string, string>> = {
  amountInCents: 'amount',
  expiresInMinutes: 'expirationTime',
  callbackUrl: 'callbackUrl',
  rail: 'paymentType',
  'pse.bank': 'bankCode',
  'pse.personType': 'idType',
  'inlineCustomer.name': 'realName',
  'inlineCustomer.idType': 'idType',
  'inlineCustomer.idNumber': 'idCardNumber',
  'inlineCustomer.phone': 'phone',
  'inlineCustomer.email': 'email',
};

/** What our own API refuses, in the contract's words. */
export function refusedAnswer({ code, status, detail, errors }: Refused): ContractAnswer {
  const [first] = errors;
  switch (code) {
    case 'UNAUTHENTICATED':
      return refusalAnswer(documented(416));
    case 'VALIDATION_FAILED':
    case 'PROVIDER_RULE':
      return refusalAnswer(
        first ? invalid(FIELDS[first.field] ?? first.field, first.message) : new Refusal(414, detail),
      );
    case 'MALFORMED_JSON':
      return refusalAnswer(new Refusal(413, 'json parse error'));
    case 'REFERENCE_CONFLICT':
      return refusalAnswer(documented(426));
    case 'RAIL_NOT_AVAILABLE':
      return refusalAnswer(documented(423));
    case 'NOT_FOUND':
      return refusalAnswer(new Refusal(404, 'Not Found'), 404);
    case 'OVERLOADED':
    case 'RATE_LIMITED':
    case 'UNAVAILABLE':
      return refusalAnswer(documented(412), status);
    case 'INTERNAL_ERROR':
      return refusalAnswer(documented(500), 500);
    default:
      return refusalAnswer(new Refusal(status, detail), status);
  }
}
