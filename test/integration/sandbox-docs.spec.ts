import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { fastify } from 'fastify';
import { FAULTS } from '../../libs/sandbox/src/kit/faults.js';
import { mountSimulation } from '../../libs/sandbox/src/kit/mount.js';
import { OrderFile } from '../../libs/sandbox/src/kit/order-file.js';
import { payRoute } from '../../libs/sandbox/src/kit/server.js';
import { type SwitchInfo, switchesOf } from '../../libs/sandbox/src/kit/switches.js';
import { PROVIDERS } from '../../libs/sandbox/src/providers.js';

/** The formatter pads the columns of tables. */
const flat = (text: string) => text.replaceAll(/ +/g, ' ').replaceAll('\\|', '|');
const DOCS = flat(readFileSync('docs/sandbox.md', 'utf8'));
const providers = Object.values(PROVIDERS);

async function controlRoutes(): Promise<string[]> {
  const app = fastify();
  const routes: string[] = [];
  app.addHook('onRoute', ({ method, url }) => {
    if (url.startsWith('/control/') && method !== 'HEAD') routes.push(`${String(method)} ${url}`);
  });
  const environment = {
    orderFile: new OrderFile(undefined),
    publicUrl: () => '',
    closing: new AbortController().signal,
  };
  mountSimulation(app, environment, PROVIDERS.tumipay, undefined);
  payRoute(app, []);
  await app.ready();
  await app.close();
  return routes.map((route) => route.replace('/tumipay/', '/{provider}/').replaceAll(/:(\w+)/g, '{$1}'));
}

function valuesOf(info: SwitchInfo): string {
  const values =
    info.kind === 'choice'
      ? info.values.map((value) => `\`${value}\``).join(' ')
      : {
          flag: '`true` `false`',
          text: 'a text',
          integer: info.kind === 'integer' ? `${info.min} to ${info.max}` : '',
        }[info.kind];
  return info.orNull ? `${values}, or null` : values;
}

describe('docs/sandbox.md', () => {
  it('has every route of the control API', async () => {
    const routes = await controlRoutes();
    expect(routes.length).toBeGreaterThan(13);
    expect(routes.filter((route) => !DOCS.includes(`\`${route}\``))).toEqual([]);
  });

  it('has every fault with what it does', () => {
    const rows = Object.entries(FAULTS).map(([kind, does]) => `| \`${kind}\` | ${does} |`);
    expect(rows.filter((row) => !DOCS.includes(row))).toEqual([]);
  });

  it.each(providers.map((provider) => [provider.title, provider] as const))(
    'has every switch of %s with what it does, its values and the one at the start, and every move and call',
    (title, { switches, statusAfter, operations }) => {
      const [, part = ''] = DOCS.split(`\n### ${title}\n`);
      const own = part.split('\n### ')[0]!;
      const initial = new switches() as object as Record<string, string | number | boolean | null>;
      const rows = switchesOf(switches).map(
        (info) => `| \`${info.name}\` | ${info.does} | ${valuesOf(info)} | \`${String(initial[info.name])}\` |`,
      );
      expect(rows.filter((row) => !own.includes(row))).toEqual([]);
      const said = [...Object.keys(statusAfter), ...operations].map((name) => `\`${name}\``);
      expect(said.filter((name) => !own.includes(name))).toEqual([]);
    },
  );

  it('has no switch that is not there', () => {
    const known = providers.flatMap(({ switches }) => switchesOf(switches).map(({ name }) => name));
    const rows = [...DOCS.matchAll(/^\| `(\w+)` \| [^|]+ \| [^|]+ \| `[^|]*` \|$/gm)].map(([, name]) => name!);
    expect(rows.length).toBeGreaterThan(50);
    expect(rows.filter((name) => !known.includes(name))).toEqual([]);
  });
});
