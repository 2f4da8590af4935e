import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { SwaggerModule } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ServiceSettings } from '../../config/service.settings.js';
import { policyOfApplication } from '../http/security-headers.js';
import { ProviderRegistry } from '../provider-registry/provider-registry.js';
import { describeApi } from './describe-api.js';

/** Where the build puts it, seen from what is built and from the sources. */
const PLACES = ['../../api-reference/', '../../dist/api-reference/'].map((path) =>
  fileURLToPath(new URL(path, import.meta.url)),
);
const NONCE = '__CSP_NONCE__';
const KEY = '__API_KEY__';
const NONCE_BYTES = 16;
const ASSETS = '/docs/assets/';
const DESCRIPTION_ROUTE = /^\/(?:docs|openapi\.json)(?:\/|$)/;
const THIS_MACHINE = ['127.0.0.1', '::1', '::ffff:127.0.0.1'];
const ITS_NAMES = ['localhost', '127.0.0.1', '[::1]'];

/**
 * Serves OpenAPI at /openapi.json, and at /docs the page that `npm run build` has made of libs/api-reference, to browse and try it.
 * @param developmentKey is filled in there, for who opens the page on this machine. Never given in production
 * @returns false where the page is not built
 */
export async function serveReference(
  app: NestFastifyApplication,
  settings: Pick<ServiceSettings, 'publicUrl' | 'railPolicy' | 'production'>,
  developmentKey?: string,
): Promise<boolean> {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onRoute', (route) => {
    if (DESCRIPTION_ROUTE.test(route.url)) route.config = { ...route.config, public: true };
  });
  SwaggerModule.setup('docs', app, () => describeApi(app, settings, app.get(ProviderRegistry)), {
    jsonDocumentUrl: 'openapi.json',
    ui: false,
    raw: ['json'],
  });
  const place = PLACES.find((path) => existsSync(`${path}index.html`));
  if (place === undefined) return false;
  const html = readFileSync(`${place}index.html`, 'utf8');
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
  const page = (request: FastifyRequest, reply: FastifyReply) => {
    const nonce = randomBytes(NONCE_BYTES).toString('base64');
    const key = settings.production || !isOfThisMachine(request) ? '' : (developmentKey ?? '');
    return reply
      .header('content-type', 'text/html; charset=utf-8')
      .header('content-security-policy', policyOfReference(nonce))
      .send(html.replaceAll(NONCE, nonce).replace(KEY, () => escaped(key)));
  };
  for (const path of ['/docs', '/docs/']) fastify.get(path, { config: { public: true, ownPolicy: true } }, page);
  return true;
}

/** Of the styles that the component writes without the nonce: one element that comes too early for it, and attributes. */
const STYLE_HASHES = [
  "'sha256-l/2OpPg0d+2VLTLgwjf5mQo2CYwHDEqdj5TjbfEyVJI='",
  "'sha256-im4bR8m0i9OTwS6FwAG4MKlk4URQdZkDu1Tx9kDpKNw='",
  "'sha256-v6FGbsebOHJ39qjwyswuNyhVylA7DHti/pqoiIvwbXQ='",
  "'sha256-yj8wPR66ikfN1QM0rcpor/fyh/Jze8Yb1qJ/wXA8VcA='",
];

function policyOfReference(nonce: string): string {
  const styles = `style-src 'self' 'unsafe-hashes' ${STYLE_HASHES.join(' ')}`;
  return policyOfApplication(nonce).replace("style-src 'self'", styles);
}

/** Under a name of its own, so that a foreign name that leads here gets no key. */
function isOfThisMachine({ ip, host }: FastifyRequest): boolean {
  return THIS_MACHINE.includes(ip) && ITS_NAMES.includes(host.replace(/:\d+$/, ''));
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}
