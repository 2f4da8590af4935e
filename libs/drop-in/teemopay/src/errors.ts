import type { ContractAnswer } from '@recaudo/drop-in-contract';
import { envelope } from './wire.js';

/** Codes that are documented for payins in Colombia, word for word; of 414 the text is of the moment. */
const DOCUMENTED = {
  412: 'Please try again later',
  416: 'Application not found',
  423: 'This payment method is not supported',
  426: 'merchant order duplicate',
  427: 'The callback notification address for collection must not be empty.',
  434: 'Merchant order not exist',
  500: 'Business Error',
  600: 'type field invalid parameter value',
  601: 'Data older than 90 days cannot be queried via API. Please use the portal to export historical reports.',
  602: 'Query range exceeds 31 days. Please query data month by month.',
  603: 'The time cannot be later than the current time.',
  604: 'The start time of the application period cannot be later than the end time.',
  605: 'status field invalid parameter value',
  606: 'PageIndex parsing failed',
} as const;

/** What is wrong with a request's form, headers or signature. No page says it for TeemoPay: these are the words of its sister brand. */
const OF_REQUEST = {
  country: [401, 'Header country error'],
  noTimestamp: [401, 'Header timestamp not found'],
  oldTimestamp: [401, 'Header timestamp expire'],
  nonce: [401, 'Nonce verify fail'],
  signature: [401, 'signature verification failed'],
  notJson: [413, 'json parse error'],
  empty: [415, 'body empty'],
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

export function documented(code: keyof typeof DOCUMENTED): Refusal {
  return new Refusal(code, DOCUMENTED[code]);
}

export function ofRequest(kind: keyof typeof OF_REQUEST): Refusal {
  const [code, message] = OF_REQUEST[kind];
  return new Refusal(code, message);
}

/** The one text of 414 that is known is `paymentType is invalid`. */
export function invalid(field: string, why?: string): Refusal {
  return new Refusal(414, why === undefined ? `${field} is invalid` : `${field} is invalid: ${why}`);
}

/** No page says which HTTP status an error has: 200, and the envelope says what it is. */
export function refusalAnswer({ code, message }: Refusal, httpStatus = 200): ContractAnswer {
  return { status: httpStatus, body: { code, data: null, ...envelope(message) } };
}
