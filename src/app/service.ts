import 'reflect-metadata';
import { setTimeout as wait } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { type Environment, loadSettings } from '../../config/load-settings.js';
import { ServiceSettings } from '../../config/service.settings.js';
import { serveReference } from '../api-reference/serve-reference.js';
import { RequestGate } from '../auth/request-gate.js';
import { serveCheckoutAssets } from '../checkout/assets.js';
import { DueWorkScheduler } from '../database/due-work-scheduler.js';
import { ShutdownHealth } from '../health/shutdown.health.js';
import { serveConsole } from '../console/serve-console.js';
import { configureHttp, createAdapter } from '../http/http-app.js';
import { PinoLogger } from '../logging/pino-logger.js';
import { logRequests } from '../logging/request-log.js';
import { PayinsOfDisabledProviders } from '../payins/use-cases/payins-of-disabled-providers.js';
import { ProviderRegistry } from '../provider-registry/provider-registry.js';
import { PROVIDERS } from '../providers.js';
import { AppModule } from './app.module.js';
import { databaseProblem } from './database-problem.js';
import { withSecretsKey } from './development/local-keys.js';

const IDLE_CONNECTIONS_MS = 50;

/** A running service. */
export interface Service {
  app: NestFastifyApplication;
  settings: ServiceSettings;
  close(): Promise<void>;
}

/**
 * Starts the service on a database whose schema is up to date.
 * @param developmentKey of a developer’s own organization: filled in where the API can be tried
 * @throws SettingsError; whatever the database or the port has to say
 */
export async function startService(environment: Environment, developmentKey?: string): Promise<Service> {
  const loaded = loadSettings(await withSecretsKey(environment), PROVIDERS);
  const settings = loaded.get(ServiceSettings) as ServiceSettings;
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.forRoot(loaded), createAdapter(settings), {
    bodyParser: false,
    // Nest's own chatter about modules and routes is of no use to an operator; what fails is thrown.
    logger: false,
    abortOnError: false,
  });
  const logger = app.get(PinoLogger);
  const fastify = app.getHttpAdapter().getInstance();
  logRequests(fastify, logger);
  configureHttp(app, settings, databaseProblem);
  app.get(RequestGate).guard(fastify);
  const hasReference = !settings.servesDocs || (await serveReference(app, settings, developmentKey));
  const hasConsole =
    settings.servesApi && (await serveConsole(app, { hasSingleSignOn: settings.OIDC_ISSUER !== undefined }));
  const hasCheckout = settings.servesApi && (await serveCheckoutAssets(app));
  await app.init();
  app.useLogger(logger);
  // So that nobody makes a line that is not written.
  Logger.overrideLogger(logger.levels);
  try {
    // Outside production nobody but this machine gets in.
    await app.listen(settings.PORT, settings.production ? '0.0.0.0' : 'localhost');
    const { PORT: port, ROLE: role } = settings;
    if (settings.servesApi && !hasConsole && settings.production)
      logger.warn('The console is not built: run npm run build', 'Service');
    if (settings.servesApi && !hasCheckout && settings.production)
      logger.warn('The script and style of checkout pages are not built: run npm run build', 'Service');
    if (!hasReference && settings.production)
      logger.warn('The page of the API reference is not built: run npm run build', 'Service');
    await app.get(PayinsOfDisabledProviders).report();
    logger.log({ port, role, providers: app.get(ProviderRegistry).names }, 'Recaudo is ready', 'Service');
  } catch (error) {
    await app.close();
    throw error;
  }
  return { app, settings, close: () => close(app, settings) };
}

/**
 * The orderly end: first not ready, so that a load balancer sends nothing new; due work is given to other replicas; what still comes is
 * answered until the drain is over; then what is in flight.
 */
async function close(app: NestFastifyApplication, { shutdownDrainMs }: ServiceSettings): Promise<void> {
  app.get(ShutdownHealth).leave();
  await Promise.all([wait(shutdownDrainMs), app.get(DueWorkScheduler).stop()]);
  await closeServer(app);
}

/** Node closes connections that are idle when a server is closed, and waits for those that become idle afterwards until they time out. */
async function closeServer(app: NestFastifyApplication): Promise<void> {
  const timer = setInterval(() => app.getHttpServer().closeIdleConnections(), IDLE_CONNECTIONS_MS);
  await app.close().finally(() => clearInterval(timer));
}
