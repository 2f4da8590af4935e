import type { FieldProblem, ProblemCode } from '../http/problem.js';

/**
 * Whether the same request may be sent again. `AFTER_CHANGE`: it is refused again as it is. `AFTER_EVENT`: once something else has changed.
 * `LATER`: after `Retry-After`, or a pause of the caller's own where the answer has none.
 */
export type Again = 'AFTER_CHANGE' | 'AFTER_EVENT' | 'LATER';

export interface Example {
  again: Again;
  /** What the service says in a case of this kind; `{…}` stands for what differs. */
  detail: string;
  errors?: readonly FieldProblem[];
}

const again = (when: Again) => (detail: string, errors?: readonly FieldProblem[]) => ({
  again: when,
  detail,
  ...(errors ? { errors } : {}),
});
const afterChange = again('AFTER_CHANGE');
const afterEvent = again('AFTER_EVENT');
const later = again('LATER');

/** One case of every problem. A test holds that the service has these words. */
export const EXAMPLES: Readonly<Record<ProblemCode, Example>> = {
  MALFORMED_JSON: afterChange('The body must be a JSON object.'),
  VALIDATION_FAILED: afterChange('See `errors` for what to fix.', [
    { field: 'amountInCents', message: 'amountInCents must be a multiple of 100' },
  ]),
  BAD_REQUEST: afterChange('The request cannot be taken as it is: check its address, headers and body.'),
  STATEMENT_REJECTED: afterChange(
    'Statement {id}: {reason}. Nothing of it counts. Correct them, or describe the file with `mapping`.',
    [{ field: 'line 2', message: '{reason}' }],
  ),
  LOGO_REJECTED: afterChange('The body is empty.'),
  UNAUTHENTICATED: afterChange(
    'Send Authorization: Bearer <api key>, or X-API-Key: <api key>, or the cookie of a session: POST /session.',
  ),
  WEBHOOK_NOT_VERIFIED: afterChange(
    'Sign the body as it is sent, with the key or header that was agreed for this provider.',
  ),
  SECOND_PERSON_NEEDED: afterEvent('Somebody else must approve it, also with none of your keys; or reject it.'),
  SIGN_IN_FAILED: afterChange('Check both. After a few wrong attempts one has to wait for some minutes.'),
  SECOND_FACTOR_NEEDED: afterChange('Send the code of the authenticator app, or a recovery code, as code.'),
  SECOND_FACTOR_FAILED: afterChange('Send the present code: each is good once, for about a minute.'),
  SIGN_IN_NOT_RECENT: afterChange('Send the password as password, or sign in again first.'),
  SECOND_FACTOR_REQUIRED: afterEvent('Set it up first: POST /session/second-factor.'),
  ORIGIN_REFUSED: afterChange('With a session, send the header Origin of the address of PUBLIC_URL.'),
  ORGANIZATION_NOT_PICKED: afterEvent('Pick one first: POST /session/organization.'),
  SESSION_NEEDED: afterChange('Sign in first: POST /session. An API key has no session.'),
  KEY_OF_ANOTHER_PERSON: afterChange('Only the person for whom it acts rotates it. You may revoke it.'),
  SCOPE_MISSING: afterEvent('This needs the scope {scope}, which the caller does not have.'),
  NOT_FOUND: afterChange('Your organization has no payin with this id.'),
  REQUEST_TIMEOUT: later('Send the whole request at once, and again: it has its effect once.'),
  REFERENCE_CONFLICT: afterChange(
    'The reference {reference} belongs to a payin with other values: {fields}. Nothing was changed.',
    [{ field: 'amountInCents', message: 'differs from the payin that has this reference' }],
  ),
  ENDPOINT_LIMIT: afterEvent('An organization may have {count}. Delete one that is not needed.'),
  ENDPOINT_NOT_ENABLED: afterEvent('Enable it first (PATCH /webhook-endpoints/{id}), if it still exists.'),
  KEY_LIMIT: afterEvent('An organization may have {count}. Revoke those that are not needed.'),
  PERSON_EXISTS: afterChange('Change the role, or enable the person again.'),
  PEOPLE_LIMIT: afterEvent('An organization may have {count}, invited ones included.'),
  LAST_OWNER: afterEvent('Make another person an owner first.'),
  SECOND_FACTOR_SET: afterChange(
    'Send a code of it, or a recovery code, as code, to replace it. An operator can take it off: npm run cli -- people reset.',
  ),
  SECOND_FACTOR_NOT_BEGUN: afterEvent('Ask for its address first: POST /session/second-factor.'),
  RESEND_LIMIT: afterChange('There were {count} attempts to deliver it already.'),
  TRANSITION_FORBIDDEN: afterEvent('What has arrived is being refunded: cancel the refund of its discrepancy first.'),
  STATEMENT_NOT_DONE: afterEvent('It is {status}. GET /statements/{id} shows its progress.'),
  STATEMENTS_UNDER_WAY: afterEvent('{count} statements are under way. Wait until one is done.'),
  DISCREPANCY_SETTLED: afterChange('See its resolution and note; nothing was changed.'),
  CORRECTION_FORBIDDEN: afterChange(
    "The payin's status, its receipts or the payment's number do not allow it; nothing was changed.",
  ),
  APPROVAL_PENDING: afterEvent('A correction waits for a second person: approve or reject it first.'),
  NOTHING_PROPOSED: afterChange('It may have been approved or rejected already.'),
  REFUND_TOO_LARGE: afterChange(
    'Less is left of what arrived: reversals and other refunds are taken off, also those that are not paid yet.',
  ),
  REFUND_FORBIDDEN: afterChange('See the status of the refund; nothing was changed.'),
  TEST_CLOCK_LIMIT: afterChange('The clock is further already, and does not go back.'),
  FORGOTTEN: afterChange('Its body is not kept any more: PERSONAL_DATA_RETENTION_DAYS are over.'),
  BODY_TOO_LARGE: afterChange('Send a smaller body; the reference of the API says how much a route takes.'),
  UNSUPPORTED_MEDIA_TYPE: afterChange('Send the header Content-Type: application/json.'),
  TOO_MANY_SIGN_INS: later('Wait for the seconds of Retry-After, then try again.'),
  TOO_MANY_WEBHOOKS: later('The status of the order is checked anyway; send it later.'),
  RATE_LIMITED: later('A caller may send {count} requests a minute. Wait for the seconds of Retry-After.'),
  HEADERS_TOO_LARGE: afterChange('Send fewer or shorter headers, or a shorter address: 16 KiB together at most.'),
  PROVIDER_RULE: afterChange('See `errors` for what the provider needs.', [
    { field: 'inlineCustomer.email', message: '{rule}' },
  ]),
  RAIL_NOT_AVAILABLE: afterChange('The rail {rail} is not offered here; GET /rails lists what is.'),
  LIST_NOT_AVAILABLE: afterChange('Upload its statement with POST /statements.'),
  INTERNAL_ERROR: later(
    'The request is not at fault. Send it again; if the error stays, give the requestId to the operator.',
  ),
  PROVIDER_CANNOT_SAY: later('The payin is unchanged, and its status is checked again automatically.'),
  OVERLOADED: later('Send the same request again after the seconds of Retry-After: it has its effect once.'),
  UNAVAILABLE: later('Try the same request again in a moment: it has its effect once.'),
};
