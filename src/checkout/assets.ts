import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** Where the build puts it, seen from what is built and from the sources. */
const PLACES = ['../../checkout/', '../../dist/checkout/'].map((path) => fileURLToPath(new URL(path, import.meta.url)));
const PREFIX = '/checkout/assets/';

/** The addresses of the script and the style of all pages; undefined where they are not built: then pages go without. */
export interface CheckoutAssets {
  script: string;
  style: string;
}

interface Manifest {
  'src/main.ts': { file: string; css: [string] };
}

function place(): string | undefined {
  return PLACES.find((path) => existsSync(`${path}manifest.json`));
}

export function checkoutAssets(): CheckoutAssets | undefined {
  const at = place();
  if (at === undefined) return undefined;
  const { file, css } = (JSON.parse(readFileSync(`${at}manifest.json`, 'utf8')) as Manifest)['src/main.ts'];
  return { script: `/checkout/${file}`, style: `/checkout/${css[0]}` };
}

/**
 * Serves what `npm run build` has made of libs/checkout, for ever, as the files' names change with what is in them.
 * @returns false where it is not built
 */
export async function serveCheckoutAssets(app: NestFastifyApplication): Promise<boolean> {
  const at = place();
  if (at === undefined) return false;
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onRoute', (route) => {
    if (route.url.startsWith(PREFIX)) route.config = { ...route.config, public: true };
  });
  await fastify.register(fastifyStatic, {
    root: `${at}assets`,
    prefix: PREFIX,
    // A route for each file: no other path is ever looked up on the disk.
    wildcard: false,
    decorateReply: false,
    immutable: true,
    maxAge: '365d',
    preCompressed: true,
  });
  return true;
}
