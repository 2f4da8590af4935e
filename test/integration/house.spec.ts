import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { cruise } from 'dependency-cruiser';
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config';
import { createRequire } from 'node:module';
import { parseEnv } from 'node:util';
import { variablesOf } from '../../config/load-settings.js';
import { ServiceSettings } from '../../config/service.settings.js';
import { capabilityMatrix } from '../../src/provider-registry/capability-matrix.js';
import { declaredProviders } from '../../src/provider-registry/declared-providers.js';
import { PROVIDERS } from '../../src/providers.js';

/** Sources below a folder, without specs. */
function sources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.spec.ts'))
    .map((path) => `${folder}/${path}`);
}

describe('the house', () => {
  it('keeps the dependency rule', async () => {
    const { options, forbidden } = createRequire(import.meta.url)('../../.dependency-cruiser.cjs') as {
      options: object;
      forbidden: { name: string; from: { path?: string } }[];
    };
    const result = await cruise(
      ['src', 'config', 'libs', 'test'],
      { ...options, validate: true, ruleSet: { forbidden: forbidden as never[] } },
      undefined,
      { tsConfig: extractTSConfig('tsconfig.json') },
    );
    const { modules, summary } = result.output as {
      modules: { source: string }[];
      summary: { violations: { rule: { name: string }; from: string; to: string }[]; totalCruised: number };
    };
    expect(summary.totalCruised).toBeGreaterThan(100);
    expect(summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`)).toEqual([]);
    // A rule about files that have been moved away would hold for ever.
    const idle = forbidden.filter(
      ({ from }) => !modules.some(({ source }) => new RegExp(from.path ?? '').test(source)),
    );
    expect(idle.map(({ name }) => name)).toEqual([]);
  });

  /** What may name them. */
  const manifests = ['src/providers.ts', 'src/drop-in-contracts.ts'];

  it('names no provider in src/ or config/ outside the manifests', () => {
    const names = new RegExp(['tumipay', 'hellopay', 'teemopay', ...PROVIDERS.map(({ name }) => name)].join('|'), 'i');
    const naming = [...sources('src'), ...sources('config')].filter(
      (path) => !manifests.includes(path) && names.test(readFileSync(path, 'utf8')),
    );
    expect(naming).toEqual([]);
  });

  it('leaves the name free under which CONTRIBUTING.md adds a provider', () => {
    const [, name = ''] = /npm run new:provider -- (\S+)/.exec(readFileSync('CONTRIBUTING.md', 'utf8')) ?? [];
    const naming = [...sources('src'), ...sources('config')].filter(
      (path) => path !== 'src/providers.ts' && readFileSync(path, 'utf8').includes(name),
    );
    expect([name, naming]).toEqual(['acme', []]);
  });

  it('shows in docs/capabilities.md what the providers declare', async () => {
    const shown = readFileSync('docs/capabilities.md', 'utf8');
    expect(shown).toBe(capabilityMatrix(await declaredProviders(PROVIDERS)));
  });

  it('names in docs/incidents.md a test for each incident, and only tests that exist', () => {
    const rows = readFileSync('docs/incidents.md', 'utf8')
      .split('\n')
      .filter((line) => /^\| \d/.test(line));
    expect(rows.length).toBeGreaterThan(20);
    const missing = rows.flatMap((row) => {
      const named = [...row.matchAll(/`([^`]+\.spec\.ts)`: “([^”]+)”/g)];
      if (named.length === 0) return [row];
      return named.flatMap(([, file = '', name = '']) =>
        readFileSync(file, 'utf8').includes(`'${name}'`) ? [] : [`${file}: ${name}`],
      );
    });
    expect(missing).toEqual([]);
  });

  it('injects a class by its type alone', () => {
    const twice = ['src', 'config', 'libs']
      .flatMap(sources)
      .filter((path) => /@Inject\((\w+)\)[^:()]*: \1\b[^<[]/.test(readFileSync(path, 'utf8')));
    expect(twice).toEqual([]);
  });

  it('reads the environment in config/ only', () => {
    const reading = [...sources('src'), ...sources('libs')].filter((path) =>
      /process\.env/.test(readFileSync(path, 'utf8')),
    );
    expect(reading).toEqual([]);
  });

  it('takes the currency and what its unit is worth from one place', () => {
    // The simulated providers are independent witnesses; what damages replies needs texts that stand in them. A provider says once what it takes.
    const places = [
      'libs/payment-provider/src/money.ts',
      'libs/sandbox/src/kit/pesos.ts',
      'libs/conformance/src/damage.ts',
    ];
    const own = /[*/%] ?100n?\b(?![,.])|\b100n? \*|'COP'/;
    const declared = /^export const [A-Z]+_CURRENCIES = \[/;
    const knowing = ['src', 'config', 'libs']
      .flatMap(sources)
      .filter((path) => !places.includes(path) && !/(fixture|\.subject)\.ts$/.test(path))
      .flatMap((path) =>
        readFileSync(path, 'utf8')
          .split('\n')
          .flatMap((line, at) => (own.test(line) && !declared.test(line) ? [`${path}:${at + 1} ${line.trim()}`] : [])),
      );
    expect(knowing).toEqual([]);
  });

  it('has no folder called utils, common, helpers or shared', () => {
    const folders = ['src', 'config', 'libs', 'test'].flatMap((top) =>
      readdirSync(top, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map(({ name }) => name),
    );
    expect(folders.filter((name) => /^(utils?|common|helpers?|shared)$/.test(name))).toEqual([]);
  });

  it('locks the optional packages of every platform, which npm drops when it installs over an existing node_modules', () => {
    interface Locked {
      version?: string;
      optionalDependencies?: Record<string, string>;
    }
    const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as { packages: Record<string, Locked> };
    const names = new Set(Object.keys(packages).map((path) => path.split('node_modules/').at(-1)));
    const missing = Object.values(packages).flatMap(({ optionalDependencies }) =>
      Object.keys(optionalDependencies ?? {}).filter((name) => !names.has(name)),
    );
    expect(missing).toEqual([]);
  });

  it('documents in .env.example every setting that is validated, and no other', () => {
    const documented = Object.keys(parseEnv(readFileSync('.env.example', 'utf8')));
    const validated = [ServiceSettings, ...PROVIDERS.map(({ settings }) => settings)].flatMap((settings) =>
      variablesOf(settings),
    );
    expect(documented.toSorted()).toEqual(validated.toSorted());
  });

  it('shows in .env.example the defaults that hold', () => {
    const documented = parseEnv(readFileSync('.env.example', 'utf8'));
    const defaults: Partial<Record<string, unknown>> = Object.fromEntries(Object.entries(new ServiceSettings()));
    for (const name of variablesOf(ServiceSettings))
      expect([name, documented[name]]).toEqual([
        name,
        defaults[name] === undefined ? '' : JSON.stringify(defaults[name]).replaceAll('"', ''),
      ]);
  });

  it('has documents whose links lead to files that exist', () => {
    const documents = [
      ...readdirSync('.').filter((name) => name.endsWith('.md')),
      ...['docs', 'libs'].flatMap((folder) =>
        readdirSync(folder, { recursive: true, encoding: 'utf8' })
          .filter((path) => path.endsWith('.md'))
          .map((path) => `${folder}/${path}`),
      ),
    ];
    expect(documents.length).toBeGreaterThan(30);
    const broken = documents.flatMap((document) =>
      [...readFileSync(document, 'utf8').matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)]
        .map(([, target]) => target!)
        .filter((target) => !existsSync(join(dirname(document), target)))
        .map((target) => `${document}: ${target}`),
    );
    expect(broken).toEqual([]);
  });
});
