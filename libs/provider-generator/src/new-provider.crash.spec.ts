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
  '.dependency-cruiser.cjs',
];
const TOOLS_MS = 300_000;

/** What is written, and how many things there are to fill in there. */
const MARKS: Readonly<Record<string, number>> = {
  'libs/providers/zeta/MAPPING.md': 8,
  'libs/providers/zeta/fixtures/create-reply.json': 1,
  'libs/providers/zeta/fixtures/create-request.json': 1,
  'libs/providers/zeta/fixtures/query-reply.json': 1,
  'libs/providers/zeta/fixtures/webhook.json': 1,
  'libs/providers/zeta/index.ts': 0,
  'libs/providers/zeta/src/zeta.client.ts': 2,
  'libs/providers/zeta/src/zeta.conformance.spec.ts': 8,
  'libs/providers/zeta/src/zeta.descriptor.ts': 1,
  'libs/providers/zeta/src/zeta.mapper.spec.ts': 1,
  'libs/providers/zeta/src/zeta.mapper.ts': 11,
  'libs/providers/zeta/src/zeta.mapping.spec.ts': 0,
  'libs/providers/zeta/src/zeta.module.ts': 2,
  'libs/providers/zeta/src/zeta.provider.ts': 12,
  'libs/providers/zeta/src/zeta.replies.ts': 5,
  'libs/providers/zeta/src/zeta.settings.ts': 2,
  'libs/providers/zeta/src/fixture.ts': 1,
  'libs/sandbox/src/zeta/zeta.ts': 2,
  'libs/sandbox/src/zeta/types.ts': 3,
  'libs/sandbox/src/zeta/api.ts': 3,
  'libs/sandbox/src/zeta/webhook.ts': 1,
};
const WRITTEN = Object.keys(MARKS);

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
      expect(scripts['new:provider']).toBe(`bin/with-node node ${GENERATOR}`);
    });

    it('puts the simulator into the sandbox, after those that are there', () => {
      const lines = readFileSync(SIMULATORS, 'utf8').split('\n');
      const added = textOf(SIMULATORS)
        .split('\n')
        .filter((line) => !lines.includes(line));
      expect(added).toEqual([
        "import type { Zeta } from './zeta/types.js';",
        "import { ZETA } from './zeta/zeta.js';",
        '  zeta: Zeta;',
        '  zeta: ZETA,',
      ]);
    });

    it(
      'compiles against the contract, every capability and member of it, and passes lint, format and the dependency rule',
      async () => {
        const own = ['libs/providers/zeta', 'libs/sandbox/src'];
        writeFileSync(join(project, 'tsconfig.own.json'), JSON.stringify({ extends: './tsconfig.json', include: own }));
        expect(await tool('typescript/bin/tsc', '--noEmit', '-p', 'tsconfig.own.json')).toMatchObject({
          output: '',
          code: 0,
        });
        expect(await tool('prettier/bin/prettier.cjs', '--check', ...own)).toMatchObject({ code: 0 });
        expect(await tool('oxlint/bin/oxlint', '--type-aware', '--deny-warnings', ...own)).toMatchObject({ code: 0 });
        const rule = ['--config', '.dependency-cruiser.cjs'];
        expect(await tool('dependency-cruiser/bin/dependency-cruiser.mjs', ...rule, ...own)).toMatchObject({ code: 0 });
      },
      TOOLS_MS,
    );

    it(
      'has a conformance suite that is red with one test for each thing to fill in, and nothing else',
      async () => {
        const { output } = await run(
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
        const counts = WRITTEN.map((path) => [path, marks.filter((mark) => mark.includes(`${path}:`)).length]);
        expect(Object.fromEntries(counts)).toEqual(MARKS);
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
