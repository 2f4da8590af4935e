import { expect } from '@jest/globals';
import { describeConformance, type DocumentedRequest } from '@recaudo/conformance';
import { subject } from '../../../libs/providers/tumipay/src/tumipay.subject.js';
import { servedBy } from '../../support/drop-in-server.js';

/** Our checkout, or what the provider behind it shows of a payment that is answered directly. */
const CHECKOUT = expect.stringMatching(/^http:\/\/localhost:\d+\/pay\/[\w-]{43}$/);

/** The same request; what it opens here. */
function served(example: DocumentedRequest): DocumentedRequest {
  const isDirect = example.settings !== undefined;
  const { instructions, ...opened } = example.opened as { instructions: { type: string } };
  const shown = {
    redirect: { type: 'redirect', url: isDirect ? expect.stringMatching(/^http/) : CHECKOUT },
    breb_key: { type: 'breb_key', key: expect.any(String), ...(isDirect ? {} : { url: CHECKOUT }) },
    message: instructions,
  }[instructions.type];
  return {
    ...example,
    request: {
      ...example.request,
      path: '/drop-in/tumipay/v1/payin',
      headers: { authorization: /^Basic \S+$/, 'token-top': /^[\w-]{32}$/ },
    },
    opened: {
      ...opened,
      ...('externalId' in opened && { externalId: expect.stringMatching(/^[0-9A-Za-z]{22}$/) }),
      instructions: shown,
    },
  };
}

describeConformance({
  ...subject,
  examples: subject.examples.map(served),
  server: servedBy({
    contract: 'tumipay',
    provider: 'tumipay',
    // Of the provider behind the contract: it has Transfiya.
    settings: { TUMIPAY_DIRECT: 'true' },
    switches: { direct: true },
    signature: { header: 'x-trx-signature' },
    credentials: [() => ({}), () => ({ direct: true })],
    environment: (issued, baseUrl, { TUMIPAY_DIRECT }) => {
      const { username = '', password = '', token = '' } = issued[TUMIPAY_DIRECT === 'true' ? 1 : 0]!;
      return {
        TUMIPAY_BASE_URL: baseUrl,
        TUMIPAY_USERNAME: username,
        TUMIPAY_PASSWORD: password,
        TUMIPAY_TOKEN: token,
        TUMIPAY_AMOUNT_UNIT: 'cents',
      };
    },
  }),
});
