import { PROBLEMS, type ProblemCode } from '../../http/problem.js';
import type { ProblemTexts } from './problem-texts.js';

const LIMIT_OF_KEYS =
  'Give the caller a role that has it, or use another key. `x-scope` in `/openapi.json` names the scope of each route.';

const WHAT: Readonly<Record<ProblemCode, readonly [what: string, todo: string]>> = {
  MALFORMED_JSON: [
    'The body is empty, is no JSON object, gives a name twice, or has a number that cannot be taken exactly.',
    'Send one JSON object in UTF-8. Amounts are whole cents: no decimals, no exponents.',
  ],
  VALIDATION_FAILED: [
    'At least one field is missing, unknown, or not as the reference says. Nothing was created or changed.',
    'Correct each field that `errors` names. An unknown field is refused, too: a misspelt one would be lost.',
  ],
  BAD_REQUEST: [
    'The address, a header or the body is not HTTP that can be read.',
    'Look for what your client or a proxy makes of the request: its path, `Host`, `Content-Length`.',
  ],
  STATEMENT_REJECTED: [
    'A line or a column of the file cannot be read. Nothing of the file is used, not even its good lines.',
    'Correct the lines that `errors` names, or describe the columns with `mapping`: `POST /statements/preview` tries it out.',
  ],
  LOGO_REJECTED: [
    'The picture is empty, damaged, animated or larger than a logo may be.',
    'Send a PNG, JPEG or WebP of at most 512 KiB and 4,096 pixels a side.',
  ],
  UNAUTHENTICATED: [
    'The API key or the session is missing, wrong, revoked, past its date, or used from a network that it may not be used from. The answer does not say which.',
    'Send `Authorization: Bearer <api key>`. A key of another installation is not known here: `rk_test_` is made outside production, `rk_live_` in it.',
  ],
  WEBHOOK_NOT_VERIFIED: [
    'A call to `/webhooks/{provider}` does not carry the signature or header of that provider. This is for providers, and not for your notifications.',
    'The operator compares the secret in the settings with the one in the provider’s portal.',
  ],
  SECOND_PERSON_NEEDED: [
    'Who proposed it may not approve it, neither by another key, and a key that acts for nobody may not, either.',
    'Have another person approve it.',
  ],
  SIGN_IN_FAILED: [
    'The e-mail address and the password do not belong together, or a link was used or is over.',
    'Try again with care: after a few wrong attempts one has to wait.',
  ],
  SECOND_FACTOR_NEEDED: [
    'The password was right, and this person has a second factor.',
    'Send the code of the authenticator app, or a recovery code, as `code`.',
  ],
  SECOND_FACTOR_FAILED: [
    'The code is wrong, was used already, or is too old.',
    'Wait for the next code. Where codes never fit, the clock of the phone is wrong.',
  ],
  SIGN_IN_NOT_RECENT: [
    'This is about the account itself, and the sign-in was a while ago.',
    'Send the password once more, or sign in again.',
  ],
  SECOND_FACTOR_REQUIRED: [
    'This installation lets nobody act without a second factor, and this person has none.',
    'Set it up: `POST /session/second-factor`.',
  ],
  ORIGIN_REFUSED: [
    'A request with a session came from a page of another site, or from none.',
    'Use the console at its own address. Programs use an API key.',
  ],
  ORGANIZATION_NOT_PICKED: [
    'The person belongs to several organizations, and the session does not say for which one this is.',
    'Pick one: `POST /session/organization`.',
  ],
  SESSION_NEEDED: ['This is about a person’s own account, and an API key is nobody’s.', 'Sign in: `POST /session`.'],
  KEY_OF_ANOTHER_PERSON: [
    'A key that acts for a person is rotated by that person alone.',
    'Revoke it, or ask that person to rotate it.',
  ],
  SCOPE_MISSING: ['The key or the person is known, and may not do this. `detail` names the scope.', LIMIT_OF_KEYS],
  NOT_FOUND: [
    'The path is wrong, or your organization has nothing under this id. What belongs to another organization is answered in the same way.',
    'Check the id and the path. To find a payin by your own number: `GET /payins?reference=…`.',
  ],
  REQUEST_TIMEOUT: [
    'The request began, and the rest of it did not come in time. It had no effect.',
    'Send it whole. If it happens again, look for a slow line or a proxy that holds bodies.',
  ],
  REFERENCE_CONFLICT: [
    'The `reference` belongs to an earlier request with other values. `errors` names the fields that differ. The first one stands, and nothing was changed.',
    'If it is the same order, read what it has become: `GET /payins?reference=…`. If it is another order, give it a reference of its own.',
  ],
  ENDPOINT_LIMIT: ['Your organization has 20 webhook endpoints.', 'Delete one that is not needed.'],
  ENDPOINT_NOT_ENABLED: [
    'The endpoint is disabled or deleted: messages for it are stored, and not sent.',
    'Enable it: `PATCH /webhook-endpoints/{id}` with `{ "status": "ENABLED" }`, then send again.',
  ],
  KEY_LIMIT: ['Your organization has as many API keys as it may.', 'Revoke those that are not needed.'],
  PERSON_EXISTS: ['This person belongs to the organization.', 'Change the role, or enable the person again.'],
  PEOPLE_LIMIT: ['Your organization has as many people as it may, invited ones included.', 'Remove one first.'],
  LAST_OWNER: ['Without this owner nobody could manage the organization.', 'Make another person an owner first.'],
  SECOND_FACTOR_SET: [
    'The person has a second factor.',
    'To replace it, send a code of it, or a recovery code. Who has lost both asks the operator.',
  ],
  SECOND_FACTOR_NOT_BEGUN: [
    'A code came, and no second factor is being set up.',
    'Begin: `POST /session/second-factor`.',
  ],
  RESEND_LIMIT: [
    'This message has had all its delivery attempts, those by hand included.',
    'Read what it says: `GET /notifications/{id}`, or the payin itself.',
  ],
  TRANSITION_FORBIDDEN: [
    'The payin is in a status in which this cannot be done: an approved one cannot be canceled, for instance. Nothing was changed.',
    'Read the payin and go by its `status`. Money that came in goes back by a refund: `POST /payins/{id}/refunds`.',
  ],
  STATEMENT_NOT_DONE: [
    'The statement is still being matched.',
    'Ask `GET /statements/{id}` until its status is `DONE`.',
  ],
  STATEMENTS_UNDER_WAY: ['As many statements are being matched as may be.', 'Wait until one is done.'],
  DISCREPANCY_SETTLED: [
    'Somebody, or a later fact, has resolved the discrepancy in another way.',
    'Read its `resolution` and `note`.',
  ],
  CORRECTION_FORBIDDEN: [
    'The payin, as it is now, does not allow this correction: its status, its receipts, or money that has moved since.',
    'Read the payin again, and propose what is still right.',
  ],
  APPROVAL_PENDING: [
    'A correction of the same kind on this payin waits for a second person.',
    'Have it approved or rejected first.',
  ],
  NOTHING_PROPOSED: ['There is nothing to approve or reject here, or not any more.', 'Read the discrepancy.'],
  REFUND_TOO_LARGE: [
    'Refunds and reversals together would be more than what came in. Refunds that are only requested count, too.',
    'Request at most `amountReceivedInCents` less what was reversed and what other refunds have: `GET /payins/{id}/refunds`.',
  ],
  REFUND_FORBIDDEN: [
    'The refund is in a status in which this cannot be done. Nothing was changed.',
    'Read it: `GET /refunds/{id}`.',
  ],
  TEST_CLOCK_LIMIT: [
    'A test clock goes forward, by 400 days at once and by ten years in all, for an organization with at most 5,000 payins. It was not advanced.',
    'Advance it by less, or use another organization of the sandbox.',
  ],
  FORGOTTEN: [
    'What this needs was a payer’s data, and was forgotten as the settings ask.',
    'It cannot be had again. Amounts and history stay.',
  ],
  BODY_TOO_LARGE: ['The body is larger than the route takes: 64 KiB of JSON.', 'Send less, or a file in parts.'],
  UNSUPPORTED_MEDIA_TYPE: [
    'The `Content-Type` or `Content-Encoding` is not one that the route takes.',
    'Send `Content-Type: application/json`, not compressed; for statements `text/csv`; for a logo its picture type.',
  ],
  TOO_MANY_SIGN_INS: ['There were too many wrong attempts.', 'Wait for the seconds of `Retry-After`.'],
  TOO_MANY_WEBHOOKS: [
    'One order has sent more webhooks than are stored. Its status is checked anyway, so no payment is lost.',
    'This is for providers: the operator asks them why.',
  ],
  RATE_LIMITED: [
    'More requests came in this minute than the caller may send. `RateLimit-*` headers say how many are left.',
    'Wait for the seconds of `Retry-After`. Webhooks instead of polling save most requests.',
  ],
  HEADERS_TOO_LARGE: [
    'The address and the headers have more than 16 KiB together.',
    'Send less: cookies are mostly why.',
  ],
  PROVIDER_RULE: [
    'No provider of this rail takes these data. `errors` names the field, the provider and its rule. The reference is not used up.',
    'Correct the field, choose another rail, or let the payer enter it: `checkout`.',
  ],
  RAIL_NOT_AVAILABLE: [
    'No enabled provider has this rail. The reference is not used up.',
    'Choose one of `GET /rails`.',
  ],
  LIST_NOT_AVAILABLE: [
    'The provider has no call that lists its orders.',
    'Upload its statement instead: `POST /statements`.',
  ],
  INTERNAL_ERROR: [
    'This is our mistake, and not yours. Whether the request had its effect is not known.',
    'Send the same request again, with the same `reference`. If it stays, give `requestId` to the operator: the log has it.',
  ],
  PROVIDER_CANNOT_SAY: [
    'The provider did not answer, or not in a way that says how the payin is. The payin is unchanged.',
    'Do nothing: it is asked again by itself, and you are notified.',
  ],
  OVERLOADED: [
    'More requests came at once than can be served. This one had no effect.',
    'Send it again after `Retry-After`, and fewer at once.',
  ],
  UNAVAILABLE: [
    'Something that the service depends on, mostly its database, is away or restarts. Whether the request had its effect is not always known.',
    'Send the same request again after `Retry-After`, with the same `reference`: there is one payin in the end.',
  ],
};

export const EN: ProblemTexts = {
  title: 'Errors',
  problem: (code) => ({ title: PROBLEMS[code].title, what: WHAT[code][0], todo: WHAT[code][1] }),
  headings: { what: 'What happened', todo: 'What to do', again: 'Send it again?', example: 'Example' },
  again: {
    AFTER_CHANGE: 'Not as it is: the same request is refused again.',
    AFTER_EVENT: 'Only when what it depends on has changed.',
    LATER:
      'Yes, the same request after the seconds of `Retry-After`, or after a pause where the answer has none. One `reference` makes one payin, however often it is sent.',
  },
  againShort: { AFTER_CHANGE: 'Not as it is.', AFTER_EVENT: 'Once that has changed.', LATER: 'Yes, later.' },
  all: 'All errors',
  allNote: 'The same texts as on the pages of the service (`npm run docs:errors` writes them here).',
  otherLanguage: 'Español',
};
