import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';

/**
 * `npm run new:provider -- acme`: the folders of a new provider and of its simulator, which compile, throw where nothing is filled in, and
 * whose conformance suite lists what to fill in. Run from the project's folder, by Node itself and without a build: it is for the
 * developer's machine, and works while something else does not compile.
 */

const TEMPLATE = fileURLToPath(new URL('../template', import.meta.url));
const SIMULATORS = 'libs/sandbox/src/providers.ts';

/** What the caller did wrong, in words that say what to mend. */
class Refused extends Error {}

try {
  process.stdout.write(await newProvider(process.argv.slice(2)));
} catch (error) {
  if (!(error instanceof Refused)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}

/** Writes everything or, where something is wrong, nothing. Answers with what was written and what comes next. */
async function newProvider([name = '', ...more]: readonly string[]): Promise<string> {
  if (!/^[a-z][a-z0-9]{2,31}$/.test(name) || more.length > 0) {
    throw new Refused(
      'Usage: npm run new:provider -- acme\nThe name is one word of 3 to 32 characters a-z 0-9, and begins with a letter.',
    );
  }
  const folders = { provider: `libs/providers/${name}`, simulator: `libs/sandbox/src/${name}` };
  for (const folder of Object.values(folders)) {
    if (existsSync(folder)) throw new Refused(`${folder} is there already.`);
  }
  const naming = productSources().find((path) => readFileSync(path, 'utf8').toLowerCase().includes(name));
  if (naming) throw new Refused(`${naming} says "${name}" already: take a name that nothing else has.`);
  const files = new Map<string, string>();
  for (const path of globSync('*/**/*.template', { cwd: TEMPLATE }).toSorted()) {
    const target = named(path, name)
      .replace(/\.template$/, '')
      .replace(/^provider(?=\/)/, folders.provider)
      .replace(/^simulator(?=\/)/, folders.simulator);
    files.set(target, await formatted(target, named(readFileSync(join(TEMPLATE, path), 'utf8'), name)));
  }
  const written = [...files.keys()];
  files.set(SIMULATORS, await formatted(SIMULATORS, withSimulator(readFileSync(SIMULATORS, 'utf8'), name)));
  for (const [path, text] of files) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  return report(name, written);
}

/** The template speaks of acme, Acme and ACME. */
function named(text: string, name: string): string {
  return text.replaceAll('acme', name).replaceAll('Acme', titleOf(name)).replaceAll('ACME', name.toUpperCase());
}

function titleOf(name: string): string {
  return name[0]?.toUpperCase() + name.slice(1);
}

/** Where, as a test holds, no provider is named: what stands there already is no name for one. */
function productSources(): string[] {
  return globSync('{src,config}/**/*.ts').filter((path) => !path.endsWith('.spec.ts'));
}

async function formatted(path: string, text: string): Promise<string> {
  return format(text, { ...(await resolveConfig(path)), filepath: path });
}

/** The list of simulated providers with one more: its import, its types and itself. */
function withSimulator(text: string, name: string): string {
  const [title, constant] = [titleOf(name), name.toUpperCase()];
  const changes: [place: RegExp, line: string][] = [
    [
      /\n\n(?=\/\*\* The simulated providers)/,
      `\nimport type { ${title} } from './${name}/types.js';\nimport { ${constant} } from './${name}/${name}.js';\n\n`,
    ],
    [/(?<=interface SimulatedProviders \{\n(?: {2}.*\n)+)(?=\})/, `  ${name}: ${title};\n`],
    [/(?<=const PROVIDERS: .* = \{\n(?: {2}.*\n)+)(?=\};)/, `  ${name}: ${constant},\n`],
  ];
  return changes.reduce((changed, [place, line]) => {
    if (!place.test(changed))
      throw new Refused(`${SIMULATORS} has another form than it had: mend ${import.meta.filename}.`);
    return changed.replace(place, line);
  }, text);
}

function report(name: string, written: readonly string[]): string {
  return `Wrote
${written.map((path) => `  ${path}`).join('\n')}
and the simulator's lines in ${SIMULATORS}.

What is missing is marked "Fill in:", and each mark is a red test:
  npm test -- libs/providers/${name}

When it is green, switch it on:
  src/providers.ts             import { ${name} } from '@recaudo/providers/${name}', and ${name} in PROVIDERS
  .env.example                 each variable of ${name}.settings.ts, with a line that says what it is
  test/e2e/every-rail.spec.ts  a line for each rail
  npm run docs:capabilities
  npm test

CONTRIBUTING.md, "Add a provider", says more.
`;
}
