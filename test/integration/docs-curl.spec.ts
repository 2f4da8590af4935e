import { spawn } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readdirSync } from 'node:fs';
import { blocksOf, readPage } from '../support/docs/page.js';
import { hasProgram } from '../support/docs/shell.js';

const OURS = [process.execPath, 'test/support/docs/curl.mjs'];

let server: Server;
let url: string;

/** Answers what it was asked. */
beforeAll(async () => {
  server = createServer((request, response) => {
    const { method, url: path, headers } = request;
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      const body = Buffer.concat(pieces).toString();
      const asked = { method, path, type: headers['content-type'], authorization: headers['authorization'], body };
      response.writeHead(207).end(JSON.stringify(asked));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/a?b=c`;
});
afterAll(() => void server?.close());

async function say([program = '', ...before]: readonly string[], args: readonly string[], input = '') {
  const child = spawn(program, [...before, ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
  child.stdin.end(input);
  const [out, errors] = await Promise.all(
    [child.stdout, child.stderr].map(async (stream) => Buffer.concat(await stream.toArray()).toString()),
  );
  return { out, errors, status: child.exitCode ?? (await new Promise((done) => child.once('close', done))) };
}

const CALLS: readonly (readonly string[])[] = [
  ['-sS'],
  ['-sS', '-H', 'Authorization: Bearer x'],
  ['-sS', '-X', 'POST', '-H', 'Content-Type: application/json', '-d', '{ "a": "ñ" }'],
  ['-sS', '-X', 'POST', '-d', '@-'],
  ['-sS', '-X', 'PUT', '-H', 'Content-Type: text/plain', '--data-binary', '@.prettierrc.json'],
  ['-sS', '-X', 'DELETE'],
  ['-sS', '-u', 'name:word'],
  ['-sSw', '\\n'],
  ['-sS', '-w', '%{http_code}'],
];

/** A machine without it has nothing to compare with. */
const compare = hasProgram('curl') ? describe : describe.skip;

compare('our curl beside the machine’s own', () => {
  it.each(CALLS)('does what curl does: %s %s %s %s %s %s', async (...args) => {
    const given = [args.filter((arg) => arg !== undefined), [url]].flat();
    const [own, theirs] = [await say(OURS, given, 'from the pipe'), await say(['curl'], given, 'from the pipe')];
    expect(own).toEqual(theirs);
    expect(own.out).toContain('"path":"/a?b=c"');
  });
});

describe('our curl', () => {
  it('says so where it does not know an option', async () => {
    expect(await say(OURS, ['--proxy', 'x', url])).toMatchObject({
      status: 2,
      errors: 'curl: does not know --proxy\n',
    });
  });

  it('knows every option of the pages', () => {
    const commands = readdirSync('docs/en').flatMap((name) =>
      blocksOf(readPage(`docs/en/${name}`)).flatMap(({ language, code }) =>
        language === 'sh' ? code.split('curl ').slice(1) : [],
      ),
    );
    expect(commands.length).toBeGreaterThan(10);
    const options = new Set(
      commands.flatMap((command) =>
        [...command.split(/\n|\|/)[0]!.matchAll(/(?<= |^)--?[a-zA-Z-]+(?= |$)/g)].map(([option]) => option),
      ),
    );
    const known = new Set(CALLS.flat().filter((arg) => arg.startsWith('-')));
    expect([...options].filter((option) => !known.has(option))).toEqual([]);
  });
});
