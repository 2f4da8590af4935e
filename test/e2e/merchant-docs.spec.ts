import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DROP_IN_CONTRACTS } from '../../src/drop-in-contracts.js';
import { isLike, whyDifferent } from '../support/docs/answer.js';
import { type Block, blocksOf, readPage } from '../support/docs/page.js';
import { hasProgram, PageShell } from '../support/docs/shell.js';
import { issueDropIn } from '../support/drop-in.js';
import { freePort } from '../support/free-port.js';
import { API_KEY, NOTIFICATION_SECRET, startTestApp, type TestApp } from '../support/test-app.js';
import { until } from '../support/until.js';

/** The Spanish pages have the same blocks: test/integration/docs.spec.ts. */
const PAGES = readdirSync('docs/en').filter((name) => blocksOf(readPage(`docs/en/${name}`)).length > 0);

/** What is not on every machine: a section with a command that begins with it is skipped. */
const PROGRAMS = ['python3', 'php'].filter((name) => !hasProgram(name));

let testApp: TestApp;
/** Credentials of the drop-in contracts. */
const issued: Record<string, string> = {};

beforeAll(async () => {
  testApp = await startTestApp({ PROVIDERS: '', DROP_IN: DROP_IN_CONTRACTS.map(({ name }) => name).join() });
  for (const { name } of DROP_IN_CONTRACTS) {
    const options = name === 'hellopay' ? { webhookUrl: testApp.merchant.url } : {};
    Object.assign(issued, await issueDropIn(testApp, name, options));
  }
});

afterAll(async () => {
  await testApp?.close();
});

describe.each(PAGES)('docs/en/%s', (name) => {
  const blocks = blocksOf(readPage(`docs/en/${name}`));
  let shell: PageShell;
  let port: number;
  /** What the page says, and what stands for it here. */
  let here: [said: string, is: string][];
  let said: string;

  beforeAll(async () => {
    port = await freePort();
    const sandboxUrl = new URL(testApp.environment['TUMIPAY_BASE_URL']!).origin;
    shell = await PageShell.start({
      RECAUDO_URL: testApp.service.settings.publicUrl,
      RECAUDO_SANDBOX_URL: sandboxUrl,
      RECAUDO_API_KEY: API_KEY,
    });
    if (blocks.some(({ code }) => code.includes("from '@recaudo/sdk'"))) await shell.installSdk();
    here = [
      ['http://localhost:3000', testApp.service.settings.publicUrl],
      ['http://localhost:4000', sandboxUrl],
      ['8080', String(port)],
      ['rk_test_…', API_KEY],
      ['whsec_…', NOTIFICATION_SECRET],
      ...Object.entries(issued).map(([name, value]): [string, string] => [`'${name}…'`, `'${value}'`]),
    ];
  });

  afterAll(async () => {
    await shell?.end();
  });

  const filled = (text: string) => here.reduce((filling, [from, to]) => filling.replaceAll(from, to), text);

  for (const [at, block] of blocks.entries()) {
    const act = actionOf(block, blocks[at + 1]);
    const needs = blocks.filter(({ section }) => section === block.section).map(({ code }) => code);
    const isMissing = PROGRAMS.some((program) => needs.some((code) => code.startsWith(program)));
    (isMissing ? it.skip : it)(`line ${block.line}: ${block.language} ${block.mark}`, act);
  }

  function actionOf({ language, mark, code }: Block, next: Block | undefined): () => Promise<void> {
    const file = /^file=(\S+)$/.exec(mark)?.[1];
    if (file) return () => shell.write(file, filled(code));
    if (mark === 'run')
      return async () => {
        said = await shell.run(filled(code));
      };
    if (mark === 'poll')
      return () =>
        until(`the answer of the page; the last was ${said}`, async () => {
          said = await shell.run(filled(code));
          return whyWrong(next!, said) === undefined;
        }).then(
          () => undefined,
          // The block of the answer says what is different.
          () => undefined,
        );
    if (language === 'sh' && mark === 'server') return () => shell.serve(filled(code), port);
    if (mark === 'server') return () => shell.serverSays((printed) => isLike(filled(code), printed));
    if (mark === 'answer')
      return async () => {
        expect(whyWrong({ language, code }, said)).toBeUndefined();
      };
    if (mark === 'by-hand' || mark === 'extract') return async () => undefined;
    return async () => {
      throw new Error(`a block must say what it is: ${language} ${mark}`);
    };
  }

  function whyWrong(shown: Pick<Block, 'language' | 'code'>, came: string): string | undefined {
    const wanted = filled(shown.code);
    if (shown.language === 'text') return isLike(wanted, came) ? undefined : `it printed: ${came}`;
    try {
      return whyDifferent(JSON.parse(wanted), JSON.parse(came));
    } catch (error) {
      return `${String(error)}: ${came}`;
    }
  }
});
