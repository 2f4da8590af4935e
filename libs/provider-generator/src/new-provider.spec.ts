import { execFile } from 'node:child_process';
import { cpSync, existsSync, globSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const GENERATOR = 'libs/provider-generator/src/new-provider.ts';
const SIMULATORS = 'libs/sandbox/src/providers.ts';
/** What the tools and the generated folders need of the project. */
const PROJECT = [
  'libs',
  'src',
  'config',
  'test/support',
  'package.json',
  'tsconfig.json',
  'jest.config.mjs',
  '.prettierrc.json',
  '.oxlintrc.json',
];
const TOOLS_MS = 60_000;

const WRITTEN = [
  'libs/providers/zeta/MAPPING.md',
  ...['create-reply', 'create-request', 'query-reply', 'webhook'].map(
    (name) => `libs/providers/zeta/fixtures/${name}.json`,
  ),
  'libs/providers/zeta/index.ts',
  'libs/providers/zeta/src/fixture.ts',
  ...[
    'client',
    'conformance.spec',
    'descriptor',
    'mapper.spec',
    'mapper',
    'mapping.spec',
    'module',
    'provider',
    'replies',
    'settings',
  ].map((role) => `libs/providers/zeta/src/zeta.${role}.ts`),
  ...['api', 'webhook', 'zeta'].map((role) => `libs/sandbox/src/zeta/${role}.ts`),
];

let project: string;

beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), 'recaudo-new-provider-'));
  for (const path of PROJECT) cpSync(path, join(project, path), { recursive: true });
  symlinkSync(resolve('node_modules'), join(project, 'node_modules'));
});
afterAll(() => rmSync(project, { recursive: true, force: true }));

/** A command in the copy of the project. */
function run(...args: string[]): Promise<{ code: number; output: string; errors: string }> {
  const { promise, resolve: ended } = Promise.withResolvers<{ code: number; output: string; errors: string }>();
  execFile(process.execPath, args, { cwd: project, maxBuffer: 1 << 24 }, (error, output, errors) =>
    ended({ code: Number(error?.code ?? 0), output, errors }),
  );
  return promise;
}

const tool = (path: string, ...args: string[]) => run(join('node_modules', path), ...args);
const textOf = (path: string) => readFileSync(join(project, path), 'utf8');
const filesOfZeta = () => globSync('libs/{providers,sandbox/src}/zeta/**/*.*', { cwd: project }).toSorted();

describe('npm run new:provider', () => {
  it.each(['', 'ab', 'Acme', '9pay', 'a-b', '../x', 'a'.repeat(33), 'hellopay', 'kit', 'class', 'payin'])(
    'refuses the name “%s” and writes nothing',
    async (name) => {
      const before = globSync('libs/**/*', { cwd: project }).length;
      const { code, output, errors } = await run(GENERATOR, name);
      expect([code, output]).toEqual([1, '']);
      expect(errors).toMatch(/^(Usage: npm run new:provider|\S+ is there already|\S+ says)/);
      expect(globSync('libs/**/*', { cwd: project })).toHaveLength(before);
      expect(textOf(SIMULATORS)).toBe(readFileSync(SIMULATORS, 'utf8'));
    },
  );

  describe('with a new name', () => {
    let said: string;
    beforeAll(async () => {
      said = (await run(GENERATOR, 'zeta')).output;
    });

    it('writes a folder for the provider and one for its simulator, and says so', () => {
      expect(filesOfZeta()).toEqual(WRITTEN.toSorted());
      for (const path of WRITTEN) expect(said).toContain(`  ${path}\n`);
      for (const path of WRITTEN) expect(textOf(path)).not.toMatch(/acme/i);
    });

    it('says what comes next, in commands and files that exist', () => {
      const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
      for (const [, script] of said.matchAll(/npm run (\S+)/g)) expect(Object.keys(scripts)).toContain(script);
      for (const [path] of said.matchAll(/^ {2}(?:src|test)\/\S+|\.env\.example|CONTRIBUTING\.md/gm))
        expect([path, existsSync(path.trim())]).toEqual([path, true]);
      expect(scripts['new:provider']).toBe(`node ${GENERATOR}`);
    });

    it('puts the simulator into the sandbox, after those that are there', () => {
      const lines = readFileSync(SIMULATORS, 'utf8').split('\n');
      const added = textOf(SIMULATORS)
        .split('\n')
        .filter((line) => !lines.includes(line));
      expect(added).toEqual(["import { ZETA, type Zeta } from './zeta/zeta.js';", '  zeta: Zeta;', '  zeta: ZETA,']);
    });

    it(
      'compiles against the contract, every capability and member of it, and passes lint and format',
      async () => {
        const own = ['libs/providers/zeta', 'libs/sandbox/src'];
        writeFileSync(join(project, 'tsconfig.own.json'), JSON.stringify({ extends: './tsconfig.json', include: own }));
        expect(await tool('typescript/bin/tsc', '--noEmit', '-p', 'tsconfig.own.json')).toMatchObject({
          output: '',
          code: 0,
        });
        expect(await tool('prettier/bin/prettier.cjs', '--check', ...own)).toMatchObject({ code: 0 });
        expect(await tool('oxlint/bin/oxlint', '--type-aware', '--deny-warnings', ...own)).toMatchObject({ code: 0 });
      },
      TOOLS_MS,
    );

    it(
      'has a conformance suite that is red with one test for each thing to fill in, and nothing else',
      async () => {
        const { output } = await run(
          '--experimental-vm-modules',
          'node_modules/jest/bin/jest.js',
          'libs/providers/zeta/src/zeta.conformance',
          ...['--selectProjects', 'unit', '--json'],
        );
        const { testResults } = JSON.parse(output) as {
          testResults: { assertionResults: { title: string; status: string; failureMessages: string[] }[] }[];
        };
        const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
        const marks = filesOfZeta().flatMap((path) =>
          textOf(path)
            .split('\n')
            .flatMap((line, at) => (line.includes('Fill in:') ? [`is filled in: ${path}:${at + 1}`] : [])),
        );
        const parts = ['statuses', 'query.amounts', 'errors', 'settlements'].map((part) => `is filled in: ${part}`);
        expect(tests.map(({ title }) => title).toSorted()).toEqual([...marks, ...parts].toSorted());
        for (const { status, failureMessages } of tests)
          expect([status, failureMessages]).toEqual(['failed', [expect.stringMatching(/^Fill in.{10,}/)]]);
        // Only what is the same for every provider has nothing to fill in.
        const whole = WRITTEN.filter((path) => !marks.some((mark) => mark.includes(path)));
        expect(whole).toEqual(['libs/providers/zeta/index.ts', 'libs/providers/zeta/src/zeta.mapping.spec.ts']);
      },
      TOOLS_MS,
    );

    it('cannot be done twice', async () => {
      expect(await run(GENERATOR, 'zeta')).toMatchObject({
        code: 1,
        errors: 'libs/providers/zeta is there already.\n',
      });
    });
  });
});
