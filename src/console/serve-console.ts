import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { policyOfApplication } from '../http/security-headers.js';

/** Where the build puts it, seen from what is built and from the sources. */
const PLACES = ['../../console/', '../../dist/console/'].map((path) => fileURLToPath(new URL(path, import.meta.url)));
const NONCE = '__CSP_NONCE__';
const SINGLE_SIGN_ON = '__SINGLE_SIGN_ON__';
const NONCE_BYTES = 16;
const ASSETS = '/console/assets/';

/**
 * Serves the console that `npm run build` has made of libs/console: its files for ever, as their names change with what is in them, and under
 * every other address its page, which finds out by itself what to show there.
 * @returns false where it is not built
 */
export async function serveConsole(
  app: NestFastifyApplication,
  { hasSingleSignOn }: { hasSingleSignOn: boolean },
): Promise<boolean> {
  const place = PLACES.find((path) => existsSync(`${path}index.html`));
  if (place === undefined) return false;
  const html = readFileSync(`${place}index.html`, 'utf8').replace(SINGLE_SIGN_ON, String(hasSingleSignOn)).split(NONCE);
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onRoute', (route) => {
    if (route.url.startsWith(ASSETS)) route.config = { ...route.config, public: true };
  });
  await fastify.register(fastifyStatic, {
    root: `${place}assets`,
    prefix: ASSETS,
    // A route for each file: no other path is ever looked up on the disk.
    wildcard: false,
    decorateReply: false,
    immutable: true,
    maxAge: '365d',
    preCompressed: true,
  });
  const page = (_request: FastifyRequest, reply: FastifyReply) => {
    const nonce = randomBytes(NONCE_BYTES).toString('base64');
    return reply
      .header('content-type', 'text/html; charset=utf-8')
      .header('cache-control', 'no-cache')
      .header('content-security-policy', policyOfApplication(nonce))
      .send(html.join(nonce));
  };
  const config = { public: true, ownPolicy: true } as const;
  fastify.get('/console', { config }, page);
  fastify.get('/console/*', { config }, (request, reply) =>
    request.url.startsWith(ASSETS) ? reply.callNotFound() : page(request, reply),
  );
  return true;
}
