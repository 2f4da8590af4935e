import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { PresentedPayin } from '../../../src/payins/presenters/payin.presenter.js';
import { ticketOf } from '../../support/api-client.js';
import { type LossyProxy, startLossyProxy } from '../../support/lossy-proxy.js';
import { API_KEY, NOTIFICATION_SECRET, startTestApp, type TestApp } from '../../support/test-app.js';

const run = promisify(execFile);

interface Document {
  openapi: string;
  paths: object;
  components: { schemas: Record<string, { properties: Record<string, object> }> };
}

interface Language {
  name: string;
  command: string;
  /** The client's file, and one that is run with it. */
  client: string;
  program: string;
  /** Reads a message from its input, and says its type or `refused`. */
  receiver: string;
}

const LANGUAGES: readonly Language[] = [
  {
    name: 'python',
    command: 'python3',
    client: 'recaudo.py',
    program: 'pay.py',
    receiver: `import json, os, sys
from recaudo import verify
given = json.load(sys.stdin)
try:
    print(verify(given["body"].encode(), given["headers"], os.environ["SECRET"])["type"])
except ValueError:
    print("refused")
`,
  },
  {
    name: 'php',
    command: 'php',
    client: 'recaudo.php',
    program: 'pay.php',
    receiver: `<?php
require 'recaudo.php';
$given = json_decode(stream_get_contents(STDIN), true);
try {
    echo verify($given['body'], $given['headers'], getenv('SECRET'))['type'];
} catch (RuntimeException) {
    echo 'refused';
}
`,
  },
];

const isThere = ({ command }: Language) => spawnSync(command, ['--version']).status === 0;
const GENERATED = process.env['GENERATED_CLIENTS'];

let testApp: TestApp;
let proxy: LossyProxy;
let folder: string;
let page: string;

beforeAll(async () => {
  page = await readFile('docs/clients.md', 'utf8');
  testApp = await startTestApp();
  proxy = await startLossyProxy(testApp.url);
  folder = await mkdtemp(join(tmpdir(), 'recaudo-clients-'));
  for (const { name, client, program, receiver } of LANGUAGES) {
    const [first, second] = blocks(name);
    await writeFile(join(folder, client), first!);
    await writeFile(join(folder, program), second!);
    await writeFile(join(folder, `receive-${program}`), receiver);
  }
});

afterAll(async () => {
  await proxy?.close();
  await testApp?.close();
  if (folder) await rm(folder, { recursive: true, force: true });
});

function blocks(language: string): string[] {
  return [...page.matchAll(new RegExp(`^\`\`\`${language}\n([^]*?)^\`\`\``, 'gm'))].map(([, code]) => code!);
}

function environment(extra: Record<string, string> = {}): Record<string, string> {
  return { PATH: process.env['PATH'] ?? '', PYTHONDONTWRITEBYTECODE: '1', ...extra };
}

describe('the page of clients', () => {
  it('can rely on a document in OpenAPI 3.0 that says the same, for those who do not read 3.1', async () => {
    const { body: document } = await testApp.api.call<Document>('GET', '/openapi.json');
    const [from, to] = [join(folder, 'openapi.json'), join(folder, 'openapi-3.0.json')];
    await writeFile(from, JSON.stringify(document));
    await run(process.execPath, ['bin/openapi-3.0.mjs', from, to]);
    const old = JSON.parse(await readFile(to, 'utf8')) as Document;
    expect(old.openapi).toBe('3.0.3');
    const config = await createConfig({ extends: ['spec'] });
    const found = await lintFromString({ source: JSON.stringify(old), config, absoluteRef: 'openapi.json' });
    expect(found.map(({ ruleId, message, location }) => `${ruleId}: ${message} ${location[0]?.pointer}`)).toEqual([]);
    expect(JSON.stringify(old)).not.toMatch(/"null"/);
    expect(Object.keys(old.paths)).toEqual(Object.keys(document.paths));
    expect(Object.keys(old.components.schemas)).toEqual(Object.keys(document.components.schemas));
    const { properties } = old.components.schemas['PayinSchema']!;
    expect(properties).toMatchObject({
      provider: { type: 'string', nullable: true },
      amountInCents: { type: 'integer', format: 'int64' },
      instructions: { type: 'object', nullable: true },
    });
    expect(JSON.stringify(properties['inlineCustomer'])).toContain('/InlineCustomerDto"');
  });

  it.each(LANGUAGES)('has a client of one page and a program in $name', ({ name }) => {
    expect(blocks(name)).toHaveLength(2);
    expect(blocks(name)[0]!.split('\n').length).toBeLessThanOrEqual(60);
  });
});

for (const language of LANGUAGES) {
  const { name, command, program } = language;
  (isThere(language) ? describe : describe.skip)(`a client in ${name}`, () => {
    it('creates one payin, though replies are lost', async () => {
      proxy.loseReplies(2);
      const { stdout } = await run(command, [program], {
        cwd: folder,
        env: environment({ RECAUDO_URL: proxy.url, RECAUDO_API_KEY: API_KEY }),
      });
      expect(stdout).toMatch(/^send the payer to http\S+\nPENDING\nVALIDATION_FAILED \[?'?amountInCents/);
      const reference = `INV-${name.toUpperCase()}-1`;
      const { data } = (await testApp.api.call<{ data: PresentedPayin[] }>('GET', `/payins?reference=${reference}`))
        .body;
      expect(data).toHaveLength(1);
      expect(data[0]!.attempts).toHaveLength(1);
      expect(proxy.lost()).toBe(2);
    });

    it('verifies messages', async () => {
      const { api, merchant, sandbox } = testApp;
      const payin = await api.open({ callbackUrl: merchant.url, description: 'niño, 100 €' });
      await sandbox.tumipay.pay(ticketOf(payin));
      const { raw: body, headers } = await merchant.eventOf(payin.id, 'payin.approved');
      const other = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
      const cases = [
        { says: 'payin.approved', body, headers, secret: NOTIFICATION_SECRET },
        { says: 'refused', body, headers, secret: other },
        {
          says: 'refused',
          body: body.replace('"amountInCents":5000000', '"amountInCents":5'),
          headers,
          secret: NOTIFICATION_SECRET,
        },
        { says: 'refused', body, headers: { ...headers, 'webhook-id': 'msg_other' }, secret: NOTIFICATION_SECRET },
        { says: 'refused', body, headers: {}, secret: NOTIFICATION_SECRET },
      ];
      for (const { says, secret, ...input } of cases) {
        const { stdout, stderr } = spawnSync(command, [`receive-${program}`], {
          cwd: folder,
          input: JSON.stringify(input),
          env: environment({ SECRET: secret, RECAUDO_URL: '', RECAUDO_API_KEY: '' }),
          encoding: 'utf8',
        });
        expect([stdout.trim(), stderr]).toEqual([says, '']);
      }
    });
  });

  (GENERATED && isThere(language) ? describe : describe.skip)(`a generated client in ${name}`, () => {
    it('is as the page says', async () => {
      const [code] = blocks(`${name} generated`);
      const within = join(GENERATED!, name);
      await writeFile(join(within, `generated-${program}`), code!);
      const { stdout } = await run(command, [`generated-${program}`], {
        cwd: within,
        env: environment({ RECAUDO_URL: testApp.url, RECAUDO_API_KEY: API_KEY }),
      });
      expect(stdout).toBe('PENDING 5000000 redirect\n404\n');
    });
  });
}
