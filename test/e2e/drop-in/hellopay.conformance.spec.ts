import { expect } from '@jest/globals';
import { describeConformance, type DocumentedRequest } from '@recaudo/conformance';
import { subject } from '../../../libs/providers/hellopay/src/hellopay.subject.js';
import { servedBy } from '../../support/drop-in-server.js';

/** The same request; what it opens here. */
function served(example: DocumentedRequest): DocumentedRequest {
  const { instructions, ...opened } = example.opened as { instructions?: Record<string, unknown> };
  return {
    ...example,
    request: { ...example.request, path: '/drop-in/hellopay/payins', headers: { 'x-api-key': /^\S{32,}$/ } },
    opened: {
      ...opened,
      // The bank's page is known at once where the provider behind the contract gives it at once.
      ...(example.rail === 'PSE' && { instructions: { type: 'redirect', url: expect.stringMatching(/^http:/) } }),
      ...(instructions && {
        instructions:
          instructions['type'] === 'breb_key'
            ? {
                ...instructions,
                key: expect.any(String),
                url: expect.stringMatching(/^http:\/\/localhost:\d+\/pay\/[\w-]{43}$/),
              }
            : instructions,
      }),
    },
  };
}

describeConformance({
  ...subject,
  descriptor: { ...subject.descriptor, otherModes: undefined },
  // The older profile of the answers is the provider's own to choose.
  examples: subject.examples.filter(({ switches }) => !switches).map(served),
  // The contract has no refunds, and a payin that the payer has begun to pay is a PENDING one.
  refunds: undefined,
  settlements: Object.fromEntries(Object.entries(subject.settlements).filter(([verb]) => verb !== 'process')),
  server: servedBy({
    contract: 'hellopay',
    provider: 'hellopay',
    signature: { header: 'authorization' },
    credentials: [(webhookUrl) => ({ webhookUrl })],
    environment: ([issued], baseUrl) => ({
      HELLOPAY_BASE_URL: baseUrl,
      HELLOPAY_API_KEY: issued!['apiKey'] ?? '',
      HELLOPAY_WEBHOOK_SECRET: issued!['webhookSecret'] ?? '',
    }),
  }),
});
