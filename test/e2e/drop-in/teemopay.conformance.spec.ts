import { expect } from '@jest/globals';
import { describeConformance, type DocumentedRequest } from '@recaudo/conformance';
import { TEEMOPAY_SANDBOX_KEYS } from '@recaudo/sandbox';
import { subject } from '../../../libs/providers/teemopay/src/teemopay.subject.js';
import { servedBy } from '../../support/drop-in-server.js';

const PAGE = expect.stringMatching(/^http:\/\/localhost:\d+\/teemopay\/\w+\?tradeNo=/);
const CHECKOUT = expect.stringMatching(/^http:\/\/localhost:\d+\/pay\/[\w-]{43}$/);

/** The same request; what it opens here: always a link. */
function served(example: DocumentedRequest): DocumentedRequest {
  const { rail, request, opened } = example;
  return {
    ...example,
    request: {
      ...request,
      path: '/drop-in/teemopay/api/pay/payment/create/v1',
      headers: { ...request.headers, app_code: /^A[\dA-F]{20}CO$/ },
    },
    opened: {
      ...opened,
      instructions:
        rail === 'BRE_B'
          ? { type: 'breb_key', key: expect.stringMatching(/^@/), url: PAGE }
          : { type: 'redirect', url: rail === 'ANY' ? CHECKOUT : PAGE },
    },
  };
}

describeConformance({
  ...subject,
  // Where a key or a code stands is a switch of the sandbox.
  examples: subject.examples.filter(({ switches }) => !switches).map(served),
  // The payer of a checkout chooses first.
  query: { ...subject.query, paidAgainOn: 'BRE_B' },
  server: servedBy({
    contract: 'teemopay',
    provider: 'teemopay',
    signature: { field: 'sign' },
    credentials: [() => ({ publicKey: TEEMOPAY_SANDBOX_KEYS.merchant.publicKey })],
    environment: ([issued], baseUrl) => ({
      TEEMOPAY_BASE_URL: baseUrl,
      TEEMOPAY_APP_CODE: issued!['appCode']!,
      TEEMOPAY_PRIVATE_KEY: TEEMOPAY_SANDBOX_KEYS.merchant.privateKey,
      TEEMOPAY_PLATFORM_PUBLIC_KEY: issued!['platformPublicKey']!,
    }),
  }),
});
