/** Every error that a caller can see, with its HTTP status. The codes are stable. */
export const PROBLEMS = {
  MALFORMED_JSON: { status: 400, title: 'The body is not JSON that can be read exactly' },
  VALIDATION_FAILED: { status: 400, title: 'Some fields are not valid' },
  BAD_REQUEST: { status: 400, title: 'The request cannot be understood' },
  STATEMENT_REJECTED: { status: 400, title: 'The statement cannot be read; nothing of it is used' },
  LOGO_REJECTED: { status: 400, title: 'The picture cannot be a logo' },
  UNAUTHENTICATED: { status: 401, title: 'No valid API key or session' },
  WEBHOOK_NOT_VERIFIED: { status: 401, title: 'The webhook does not carry a valid signature' },
  SECOND_PERSON_NEEDED: {
    status: 403,
    title: 'A second person must approve this',
  },
  SIGN_IN_FAILED: { status: 401, title: 'The e-mail address or the password is wrong' },
  SECOND_FACTOR_NEEDED: { status: 401, title: 'The sign-in needs a code of the second factor' },
  SECOND_FACTOR_FAILED: { status: 401, title: 'The code of the second factor is wrong' },
  SIGN_IN_NOT_RECENT: { status: 403, title: 'This needs the password again, or a sign-in of a few minutes ago' },
  SECOND_FACTOR_REQUIRED: { status: 403, title: 'Nobody may act here without a second factor' },
  ORIGIN_REFUSED: { status: 403, title: 'The request does not come from a page of this service' },
  ORGANIZATION_NOT_PICKED: { status: 403, title: 'The session has no organization' },
  SESSION_NEEDED: { status: 403, title: 'Only a person who has signed in may do this' },
  KEY_OF_ANOTHER_PERSON: { status: 403, title: 'The API key acts for another person' },
  SCOPE_MISSING: { status: 403, title: 'The caller may not do this' },
  NOT_FOUND: { status: 404, title: 'There is no such resource' },
  REQUEST_TIMEOUT: { status: 408, title: 'The request took too long to arrive' },
  REFERENCE_CONFLICT: { status: 409, title: 'The reference is taken by another request' },
  ENDPOINT_LIMIT: { status: 409, title: 'The organization has as many webhook endpoints as it may' },
  ENDPOINT_NOT_ENABLED: { status: 409, title: 'The webhook endpoint is disabled or deleted' },
  KEY_LIMIT: { status: 409, title: 'The organization has as many API keys as it may' },
  PERSON_EXISTS: { status: 409, title: 'The person belongs to the organization already' },
  PEOPLE_LIMIT: { status: 409, title: 'The organization has as many people as it may' },
  LAST_OWNER: { status: 409, title: 'The organization would be left without an owner' },
  SECOND_FACTOR_SET: { status: 409, title: 'The second factor is set up already' },
  SECOND_FACTOR_NOT_BEGUN: { status: 409, title: 'No second factor is being set up' },
  RESEND_LIMIT: { status: 409, title: 'The notification has had as many delivery attempts as it may' },
  TRANSITION_FORBIDDEN: { status: 409, title: 'The payin is in a status that does not allow this' },
  STATEMENT_NOT_DONE: { status: 409, title: 'The statement is not matched to its end yet' },
  STATEMENTS_UNDER_WAY: { status: 409, title: 'Too many statements are under way' },
  DISCREPANCY_SETTLED: { status: 409, title: 'The discrepancy was resolved in another way' },
  CORRECTION_FORBIDDEN: { status: 409, title: 'The payin does not allow this correction' },
  APPROVAL_PENDING: { status: 409, title: 'A correction of this discrepancy waits for a second person' },
  NOTHING_PROPOSED: { status: 409, title: 'No correction of this discrepancy waits for a second person' },
  REFUND_TOO_LARGE: { status: 409, title: 'Not so much of the payin is left to be refunded' },
  REFUND_FORBIDDEN: { status: 409, title: 'The refund is in a status that does not allow this' },
  TEST_CLOCK_LIMIT: { status: 409, title: 'The test clock does not go so far' },
  FORGOTTEN: { status: 409, title: 'What this needs was forgotten: personal data are kept for a time only' },
  BODY_TOO_LARGE: { status: 413, title: 'The body is larger than this route accepts' },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, title: 'The body has a type that this route does not accept' },
  TOO_MANY_SIGN_INS: { status: 429, title: 'Too many attempts to sign in' },
  TOO_MANY_WEBHOOKS: { status: 429, title: 'The order has more webhooks than are stored' },
  RATE_LIMITED: { status: 429, title: 'Too many requests came' },
  HEADERS_TOO_LARGE: { status: 431, title: 'The address or the headers are too long' },
  PROVIDER_RULE: { status: 422, title: 'No provider of this rail accepts these data' },
  RAIL_NOT_AVAILABLE: { status: 422, title: 'No enabled provider has this rail' },
  LIST_NOT_AVAILABLE: { status: 422, title: 'The provider does not list its orders' },
  INTERNAL_ERROR: { status: 500, title: 'Something went wrong on our side' },
  PROVIDER_CANNOT_SAY: { status: 503, title: 'The provider cannot say the status of the payin now' },
  OVERLOADED: { status: 503, title: 'There are more requests than can be served at once' },
  UNAVAILABLE: { status: 503, title: 'A service that this one depends on is not available' },
} as const satisfies Record<string, { status: number; title: string }>;
export type ProblemCode = keyof typeof PROBLEMS;

/** Where the page about a problem is served. */
export function pathOfProblem(code: ProblemCode): string {
  return `/problems/${code.toLowerCase().replaceAll('_', '-')}`;
}

export interface FieldProblem {
  field: string;
  message: string;
}

/** An error for the caller. Its detail says what to fix and never repeats a secret. */
export class Problem extends Error {
  constructor(
    readonly code: ProblemCode,
    readonly detail: string,
    readonly errors?: readonly FieldProblem[],
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(code);
    this.name = 'Problem';
  }

  get status(): number {
    return PROBLEMS[this.code].status;
  }

  /**
   * RFC 9457 `application/problem+json`.
   * @param publicUrl where this installation is reached
   */
  toBody(requestId: string, publicUrl: string): Record<string, unknown> {
    return {
      type: publicUrl + pathOfProblem(this.code),
      title: PROBLEMS[this.code].title,
      status: this.status,
      detail: this.detail,
      code: this.code,
      requestId,
      ...(this.errors ? { errors: this.errors.map(({ field, message }) => ({ field, message })) } : {}),
    };
  }
}

/** Fields of the request that are not valid, each with what to fix. */
export function validationFailed(...errors: readonly FieldProblem[]): Problem {
  return new Problem('VALIDATION_FAILED', 'See `errors` for what to fix.', errors);
}
