/** Envelope codes documented for payins in Colombia, word for word; `*` stands for a text of the moment. */
export const ERROR_MESSAGES = {
  '412': 'Please try again later',
  '414': '*',
  '416': 'Application not found',
  '423': 'This payment method is not supported',
  '424': 'This payment method is not configured',
  '426': 'merchant order duplicate',
  '427': 'The callback notification address for collection must not be empty.',
  '434': 'Merchant order not exist',
  '445': 'Amount must be an integer',
  '460': 'The current payment method is unavailable.',
  '462': 'This request failed due to blacklist blocking',
  '466': 'Payment method fee rate not configured.',
  '473': 'Merchant joint verification error: The merchant has not configured the corresponding payment method fee rate',
  '500': 'Business Error',
  '600': 'type field invalid parameter value',
  '601': 'Data older than 90 days cannot be queried via API. Please use the portal to export historical reports.',
  '602': 'Query range exceeds 31 days. Please query data month by month.',
  '603': 'The time cannot be later than the current time.',
  '604': 'The start time of the application period cannot be later than the end time.',
  '605': 'status field invalid parameter value',
  '606': 'PageIndex parsing failed',
} as const;

export type ErrorCode = keyof typeof ERROR_MESSAGES;

/**
 * Answers to a request whose form, headers or signature are wrong. TeemoPay documents none: codes and texts are those of its sister brand's public
 * error page, an assumption.
 */
export const REQUEST_ERRORS = {
  empty: [415, 'body empty'],
  notJson: [413, 'json parse error'],
  country: [401, 'Header country error'],
  appCode: [401, 'Header appId is invalid'],
  noTimestamp: [401, 'Header timestamp not found'],
  oldTimestamp: [401, 'Header timestamp expire'],
  nonce: [401, 'Nonce verify fail'],
  signature: [401, 'signature verification failed'],
} as const;

/** An answer with another `code` than 200. */
export class Refusal extends Error {
  constructor(
    readonly code: number,
    message: string,
  ) {
    super(message);
  }
}

export function refusal(code: ErrorCode, message: string = ERROR_MESSAGES[code]): Refusal {
  return new Refusal(Number(code), message);
}

export function requestRefusal(kind: keyof typeof REQUEST_ERRORS): Refusal {
  const [code, message] = REQUEST_ERRORS[kind];
  return new Refusal(code, message);
}

/** The one text of code 414 that is known is `paymentType is invalid`. */
export function invalid(field: string): Refusal {
  return refusal('414', `${field} is invalid`);
}
