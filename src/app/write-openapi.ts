import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { loadSettings } from '../../config/load-settings.js';
import { ServiceSettings } from '../../config/service.settings.js';
import { describeApi } from '../api-reference/describe-api.js';
import { postmanCollection } from '../api-reference/postman-collection.js';
import { createAdapter } from '../http/http-app.js';
import { declaredProviders } from '../provider-registry/declared-providers.js';
import { ProviderRegistry } from '../provider-registry/provider-registry.js';
import { PROVIDERS } from '../providers.js';
import { AppModule } from './app.module.js';
import { runCommand } from './command.js';

/** `npm run console:types`: writes what /openapi.json answers, without a database. `npm run docs:collection`: the same as a collection. */
runCommand(async () => {
  const [, , path = '.data/openapi.json'] = process.argv;
  const loaded = loadSettings({ DATABASE_URL: 'postgres://localhost/none', NODE_ENV: 'test' }, PROVIDERS);
  const settings = loaded.get(ServiceSettings) as ServiceSettings;
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.forRoot(loaded), createAdapter(settings), {
    preview: true,
    logger: false,
    abortOnError: false,
  });
  const declared = await declaredProviders(PROVIDERS);
  const usual = declared.filter(({ mode }) => Object.keys(mode).length === 0).map(({ provider }) => provider);
  const registry = new ProviderRegistry(usual, () => undefined);
  await mkdir(dirname(path), { recursive: true });
  const document = describeApi(app, settings, registry);
  const isCollection = path.endsWith('.postman_collection.json');
  await writeFile(path, JSON.stringify(isCollection ? postmanCollection(document) : document));
  process.stdout.write(`Wrote ${path}\n`);
});
