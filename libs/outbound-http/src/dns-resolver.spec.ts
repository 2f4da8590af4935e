import { createSocket, type Socket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import type { LookupAddress } from 'node:dns';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { dnsResolver } from './dns-resolver.js';

const A = 1;
const NO_SUCH_NAME = 3;
/** So long that only an answer ends a question, in a test that takes its time. */
const PATIENT_MS = 60_000;

let server: Socket;
/** Answers the questions that were met with silence so far: there is no such name. */
let breakSilence: () => void;

/** A name server that knows `good.example` (both families) and `four.example`, and is silent about all else. */
beforeEach(async () => {
  const unanswered: (() => void)[] = [];
  breakSilence = () => unanswered.splice(0).forEach((answer) => answer());
  server = createSocket('udp4', (question, { port, address }) => {
    const nameEnd = question.indexOf(0, 12);
    const name = question.subarray(12, nameEnd).toString('latin1');
    const type = question.readUInt16BE(nameEnd + 1);
    const data = type === A ? [93, 184, 215, 14] : [0x26, 0x06, 0x28, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
    const answer = (code: number, known: boolean) => {
      const reply = Buffer.concat([
        question.subarray(0, 2),
        Buffer.from([0x81, 0x80 + code, 0, 1, 0, known ? 1 : 0, 0, 0, 0, 0]),
        question.subarray(12, nameEnd + 5),
        Buffer.from(known ? [0xc0, 0x0c, 0, type, 0, 1, 0, 0, 0, 60, 0, data.length, ...data] : []),
      ]);
      server.send(reply, port, address);
    };
    if (name.includes('good')) answer(0, true);
    else if (name.includes('four')) answer(0, type === A);
    else unanswered.push(() => answer(NO_SUCH_NAME, false));
  });
  server.bind(0, '127.0.0.1');
  await once(server, 'listening');
});

afterEach(() => void server.close());

function resolver(timeoutMs: number): (name: string) => Promise<LookupAddress[]> {
  const ask = dnsResolver([`127.0.0.1:${server.address().port}`], timeoutMs);
  return (name) =>
    new Promise((done, fail) =>
      ask(name, { all: true }, (error, addresses) => (error ? fail(error) : done(addresses))),
    );
}

describe('the resolver of merchants’ names', () => {
  it('gives all addresses of a name, and those of one family where there is no other', async () => {
    const resolve = resolver(PATIENT_MS);
    expect(await resolve('good.example')).toEqual([
      { address: '93.184.215.14', family: 4 },
      { address: '2606:2800::1', family: 6 },
    ]);
    expect(await resolve('four.example')).toEqual([{ address: '93.184.215.14', family: 4 }]);
  });

  it('holds up nobody for names whose server is silent', async () => {
    const resolve = resolver(PATIENT_MS);
    let ended = 0;
    const silent = Array.from({ length: 64 }, (_, number) =>
      resolve(`silent-${number}.example`).catch(() => (ended += 1)),
    );
    expect(await resolve('good.example')).toHaveLength(2);
    // The threads that all else of the process shares are free, too.
    await lookup('localhost');
    expect(ended).toBe(0);
    breakSilence();
    await Promise.all(silent);
    expect(ended).toBe(64);
  });

  it('gives up a name whose server is silent', async () => {
    await expect(resolver(50)('silent.example')).rejects.toMatchObject({ code: 'ETIMEOUT' });
  });

  it('fails for a name that cannot be asked about', async () => {
    await expect(resolver(PATIENT_MS)('a'.repeat(300))).rejects.toMatchObject({ code: expect.any(String) });
  });
});
