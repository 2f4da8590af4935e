import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import type { ServiceSettings } from '../../config/service.settings.js';
import { ProblemSchema } from '../http/openapi.js';
import { completeOpenApi } from './complete-openapi.js';
import { describeWebhooks } from './webhooks/describe-webhooks.js';
import { MESSAGE_DATA } from './webhooks/message.schema.js';

/** What /openapi.json answers. */
export function describeApi(
  app: NestFastifyApplication,
  { publicUrl }: Pick<ServiceSettings, 'publicUrl'>,
): OpenAPIObject {
  const config = new DocumentBuilder()
    .setTitle('Recaudo')
    .setDescription(
      'Pay-ins for Colombia: one API over PSE, Bre-B, Nequi, Efecty, card and Transfiya. Amounts are in cents.',
    )
    .setVersion('1')
    .setLicense('MIT', 'https://opensource.org/license/mit')
    .addServer(publicUrl)
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'An API key; the header X-API-Key is accepted, too' })
    .addCookieAuth(
      'recaudo_session',
      { type: 'apiKey', in: 'cookie', description: 'Of a person who has signed in: accepted wherever an API key is' },
      'recaudo_session',
    )
    .build();
  const document = SwaggerModule.createDocument(app, config, { extraModels: [ProblemSchema, ...MESSAGE_DATA] });
  const { webhooks, components } = describeWebhooks();
  return completeOpenApi({
    ...document,
    webhooks,
    components: {
      ...document.components,
      schemas: { ...document.components?.schemas, ...components.schemas },
      parameters: components.parameters,
    },
  } as OpenAPIObject);
}
