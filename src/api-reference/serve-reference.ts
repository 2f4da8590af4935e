import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { SwaggerModule } from '@nestjs/swagger';
import type { ServiceSettings } from '../../config/service.settings.js';
import { ProviderRegistry } from '../provider-registry/provider-registry.js';
import { describeApi } from './describe-api.js';

/** Of the styles that Swagger UI's script writes when an operation is opened. */
const STYLE_HASHES = ["'sha256-RL3ie0nH+Lzz2YNqQN83mnU0J1ot4QL7b99vMdIX99w='"];
const DESCRIPTION_ROUTE = /^\/(?:docs|docs-yaml|openapi\.json)(?:\/|$)/;

/** Serves OpenAPI at /openapi.json, and a page to browse and try it at /docs. */
export function serveReference(
  app: NestFastifyApplication,
  settings: Pick<ServiceSettings, 'publicUrl' | 'railPolicy'>,
): void {
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRoute', (route) => {
      if (DESCRIPTION_ROUTE.test(route.url))
        route.config = { ...route.config, public: true, styleHashes: STYLE_HASHES };
    });
  SwaggerModule.setup('docs', app, () => describeApi(app, settings, app.get(ProviderRegistry)), {
    jsonDocumentUrl: 'openapi.json',
    customSiteTitle: 'Recaudo API',
  });
}
