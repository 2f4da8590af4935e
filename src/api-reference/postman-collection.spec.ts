import { expect, it } from '@jest/globals';
import type { OpenAPIObject } from '@nestjs/swagger';
import { postmanCollection } from './postman-collection.js';

const DOCUMENT = {
  info: { title: 'Recaudo', version: '1' },
  tags: [{ name: 'payins' }],
  servers: [{ url: 'http://localhost:3000' }],
  paths: {
    '/payins/{id}/refunds': {
      post: {
        operationId: 'requestRefund',
        summary: 'Request a refund',
        tags: ['payins'],
        security: [{ bearer: [] }],
        parameters: [
          { name: 'id', in: 'path', required: true },
          { name: 'date', in: 'query', required: true, schema: { example: '2026-11-29' } },
        ],
        requestBody: { content: { 'application/json': { examples: { one: { value: { amountInCents: 100 } } } } } },
      },
    },
  },
} as unknown as OpenAPIObject;

it('has a request for each operation, with its first example, and variables instead of an address and a key', () => {
  expect(postmanCollection(DOCUMENT)).toMatchObject({
    auth: { bearer: [{ value: '{{apiKey}}' }] },
    variable: [
      { key: 'baseUrl', value: 'http://localhost:3000' },
      { key: 'apiKey', value: '' },
    ],
    item: [
      {
        name: 'payins',
        item: [
          {
            name: 'Request a refund',
            request: {
              method: 'POST',
              url: { raw: '{{baseUrl}}/payins/:id/refunds?date=2026-11-29', variable: [{ key: 'id' }] },
              body: { mode: 'raw', raw: '{\n  "amountInCents": 100\n}' },
            },
          },
        ],
      },
    ],
  });
});
