import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import type { ServiceSettings } from '../../config/service.settings.js';
import { ProblemSchema } from '../http/openapi.js';
import type { ProviderRegistry } from '../provider-registry/provider-registry.js';
import { completeOpenApi } from './complete-openapi.js';
import { addExamples, type DescribedOperation } from './examples/add-examples.js';
import { railsTable } from './rails-table.js';
import { TAGS } from './tags.js';
import { describeWebhooks } from './webhooks/describe-webhooks.js';
import { MESSAGE_DATA } from '../events/message.schema.js';

const DESCRIPTION = `Pay-ins for Colombia: one API over PSE, Bre-B, Nequi, Efecty, card and Transfiya.

Amounts are whole numbers in cents. Times are ISO 8601 in UTC; a date without a time is a day in Colombia. Errors are \`application/problem+json\`: go by \`code\`.
A create that is sent again with the same reference gives the same payin, so that a lost answer is no risk: send it again.`;

/**
 * What /openapi.json answers.
 * @param registry of the providers whose rules the description shows
 */
export function describeApi(
  app: NestFastifyApplication,
  settings: Pick<ServiceSettings, 'publicUrl' | 'railPolicy'>,
  registry: ProviderRegistry,
): OpenAPIObject {
  const config = new DocumentBuilder()
    .setTitle('Recaudo')
    .setDescription(DESCRIPTION)
    .setVersion('1')
    .setLicense('MIT', 'https://opensource.org/license/mit')
    .addServer(settings.publicUrl)
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'An API key; the header X-API-Key is accepted, too' })
    .addCookieAuth(
      'recaudo_session',
      { type: 'apiKey', in: 'cookie', description: 'Of a person who has signed in: accepted wherever an API key is' },
      'recaudo_session',
    )
    .build();
  const document = SwaggerModule.createDocument(app, config, { extraModels: [ProblemSchema, ...MESSAGE_DATA] });
  const operations = Object.values(document.paths).flatMap(
    (methods) => Object.values(methods) as (DescribedOperation & { description?: string })[],
  );
  addExamples(operations, {
    provider: registry.names[0] ?? '',
    listProvider: registry.namesWith('orderList')[0] ?? '',
    isOpen: (rail) => registry.forRail(rail).length > 0,
  });
  const create = operations.find(({ operationId }) => operationId === 'createPayin');
  if (create)
    create.description += `\n\n${railsTable(
      (rail) => registry.forRail(rail),
      (rail) => settings.railPolicy(rail),
    )}`;
  const { webhooks, components } = describeWebhooks();
  return completeOpenApi({
    ...document,
    tags: TAGS,
    webhooks,
    components: {
      ...document.components,
      schemas: { ...document.components?.schemas, ...components.schemas },
      parameters: components.parameters,
    },
  } as OpenAPIObject);
}
