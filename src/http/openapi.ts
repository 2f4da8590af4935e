import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { applyDecorators, type Type } from '@nestjs/common';
import {
  ApiExtraModels,
  ApiOkResponse,
  ApiProperty,
  ApiPropertyOptional,
  DocumentBuilder,
  getSchemaPath,
  type OpenAPIObject,
  SwaggerModule,
} from '@nestjs/swagger';
import type { ServiceSettings } from '../../config/service.settings.js';
import { completeOpenApi } from './complete-openapi.js';
import { PROBLEMS } from './problem.js';

class FieldProblemSchema {
  @ApiProperty()
  field!: string;
  @ApiProperty()
  message!: string;
}

/** RFC 9457 problem details. */
export class ProblemSchema {
  @ApiProperty({
    format: 'uri',
    example: 'https://pay.example.com/problems/validation-failed',
    description: 'The address of a page about it. Go by `code`, which stays the same wherever the service runs',
  })
  type!: string;
  @ApiProperty()
  title!: string;
  @ApiProperty()
  status!: number;
  @ApiProperty({ description: 'What is wrong here, and what to do' })
  detail!: string;
  @ApiProperty({ enum: Object.keys(PROBLEMS), enumName: 'ProblemCode' })
  code!: string;
  @ApiProperty()
  requestId!: string;
  @ApiPropertyOptional({ type: [FieldProblemSchema] })
  errors?: FieldProblemSchema[];
}

/** The answer of a list that is a page of JSON, or all of it as CSV. */
export function ApiListResponse(page: Type): MethodDecorator {
  return applyDecorators(
    ApiExtraModels(page),
    ApiOkResponse({
      description: 'With `Accept: text/csv` all of the list, from `cursor` on and whatever `limit` says',
      content: {
        'application/json': { schema: { $ref: getSchemaPath(page) } },
        'text/csv': { schema: { type: 'string' } },
      },
    }),
  );
}

/** Of the styles that Swagger UI's script writes when an operation is opened. */
const STYLE_HASHES = ["'sha256-RL3ie0nH+Lzz2YNqQN83mnU0J1ot4QL7b99vMdIX99w='"];
const DESCRIPTION_ROUTE = /^\/(?:docs|docs-yaml|openapi\.json)(?:\/|$)/;

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
  return completeOpenApi(SwaggerModule.createDocument(app, config, { extraModels: [ProblemSchema] }));
}

/** Serves OpenAPI at /openapi.json, and a page to browse and try it at /docs. */
export function serveOpenApi(app: NestFastifyApplication, settings: Pick<ServiceSettings, 'publicUrl'>): void {
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRoute', (route) => {
      if (DESCRIPTION_ROUTE.test(route.url))
        route.config = { ...route.config, public: true, styleHashes: STYLE_HASHES };
    });
  SwaggerModule.setup('docs', app, () => describeApi(app, settings), {
    jsonDocumentUrl: 'openapi.json',
    customSiteTitle: 'Recaudo API',
  });
}
