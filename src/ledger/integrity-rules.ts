import { PAYIN_STATUSES, type PayinStatus } from '../payins/domain/status.js';

/** The money of a payin by its status, as SQL over the same columns as the rules. */
interface MoneyOfStatus {
  /** Its receipts cannot have so much, or so little. */
  receivedIsWrong: string;
  /** So much, or so little, cannot have been reversed. */
  reversedIsWrong: string;
  /** How much must have been written off. */
  writtenOff: string;
}

const UNPAID: MoneyOfStatus = {
  receivedIsWrong: 'received > 0',
  reversedIsWrong: 'reversed > 0 and received - reversed < requested',
  writtenOff: '0',
};

const MONEY_OF_STATUS: Readonly<Record<PayinStatus, MoneyOfStatus>> = {
  CREATED: UNPAID,
  PENDING: UNPAID,
  UNDERPAID: { ...UNPAID, receivedIsWrong: 'received = 0 or received >= requested' },
  APPROVED: {
    ...UNPAID,
    receivedIsWrong: 'received < requested and not accepted',
    writtenOff: 'greatest(requested - received, 0)',
  },
  REJECTED: UNPAID,
  EXPIRED: UNPAID,
  CANCELED: UNPAID,
  FAILED: UNPAID,
  REVERSED: { ...UNPAID, receivedIsWrong: 'received = 0', reversedIsWrong: 'reversed = 0' },
};

function byStatus(column: keyof MoneyOfStatus): string {
  const cases = PAYIN_STATUSES.map((status) => `when '${status}' then ${MONEY_OF_STATUS[status][column]}`);
  return `case status ${cases.join(' ')} end`;
}

/**
 * The rules that hold for every payin, each with the SQL of its breach over the columns of `facts` in integrity-check.queries.ts. A breach
 * about money is an amount conflict, any other a status conflict. `detail` is for the person who checks it; `{column}` is filled in.
 */
export const RULES = [
  {
    kind: 'AMOUNT_CONFLICT',
    broken: 'shown <> received',
    detail: 'the payin has {shown} cents received, its receipts have {received}',
  },
  {
    kind: 'AMOUNT_CONFLICT',
    broken: 'recorded <> received',
    detail: 'the history has {recorded} cents received, the receipts have {received}',
  },
  {
    kind: 'AMOUNT_CONFLICT',
    broken: 'booked <> received',
    detail: 'the ledger has {booked} cents received, the receipts have {received}',
  },
  {
    kind: 'AMOUNT_CONFLICT',
    broken: 'booked_fees <> fees',
    detail: 'the ledger has {booked_fees} cents of fees, the receipts have {fees}',
  },
  {
    kind: 'AMOUNT_CONFLICT',
    broken: `${byStatus('reversedIsWrong')} or reversed > greatest(received, booked)`,
    detail: 'the payin is {status}, and the ledger has {reversed} of {received} cents reversed',
  },
  {
    kind: 'AMOUNT_CONFLICT',
    broken: `written_off <> ${byStatus('writtenOff')}`,
    detail: 'the payin is {status} with {received} of {requested} cents, and the ledger has {written_off} written off',
  },
  {
    kind: 'AMOUNT_CONFLICT',
    broken: 'received > 0 and echoed and not witnessed',
    detail: 'the {received} cents booked rest only on an answer that may repeat the requested amount',
  },
  {
    kind: 'AMOUNT_CONFLICT',
    broken: 'other_currency',
    detail: 'the ledger has another currency than the payin',
  },
  {
    kind: 'AMOUNT_CONFLICT',
    broken: 'shown_refunded <> refunded or hides_refunds',
    detail: 'the payin has {shown_refunded} cents refunded, its refunds have {refunded}',
  },
  {
    kind: 'AMOUNT_CONFLICT',
    broken: 'recorded_refunds <> refunded',
    detail: 'the history has {recorded_refunds} cents refunded, the refunds have {refunded}',
  },
  {
    kind: 'AMOUNT_CONFLICT',
    broken: 'booked_refunds <> refunded',
    detail: 'the ledger has {booked_refunds} cents refunded, the refunds have {refunded}',
  },
  {
    kind: 'AMOUNT_CONFLICT',
    broken: 'booked_owed <> owed',
    detail: 'the ledger owes the payer {booked_owed} cents, the approved refunds have {owed}',
  },
  {
    kind: 'STATUS_CONFLICT',
    broken: byStatus('receivedIsWrong'),
    detail: 'the payin is {status}, and its receipts have {received} of {requested} cents',
  },
  {
    kind: 'STATUS_CONFLICT',
    broken: 'last_status is distinct from status',
    detail: 'the payin is {status}, its history ends with {last_status}',
  },
  {
    kind: 'STATUS_CONFLICT',
    broken: 'has_gap',
    detail: 'a change of status in the history does not begin with the status before it',
  },
  {
    kind: 'STATUS_CONFLICT',
    broken: 'lines <> sequence or last_line <> sequence',
    detail: 'the history has {lines} lines up to number {last_line}, and should have {sequence}',
  },
  {
    kind: 'STATUS_CONFLICT',
    broken: 'unnotified > 0',
    detail: '{unnotified} events of the history have no notification, and should',
  },
  {
    kind: 'STATUS_CONFLICT',
    // Found by itself: there is no payin that it could be a fact of.
    broken: 'false',
    detail: 'there is no payin {reference}, but rows that name it in {places}',
  },
] as const satisfies readonly { kind: 'AMOUNT_CONFLICT' | 'STATUS_CONFLICT'; broken: string; detail: string }[];

/** The place of the rule that every row of a payin has its payin. */
export const ORPHANED = RULES.length - 1;
