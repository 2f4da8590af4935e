import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DEMO_SETTINGS, SCENARIOS } from '@recaudo/demo';
import { Command } from 'commander';
import { clockCommands } from '../../src/app/commands/clock.commands.js';
import { API_KEY, NOTIFICATION_SECRET, startTestApp, type TestApp } from '../support/test-app.js';

let testApp: TestApp;

beforeAll(async () => {
  testApp = await startTestApp({ PROVIDERS: 'tumipay,hellopay,teemopay', ...DEMO_SETTINGS });
});
afterAll(() => testApp?.close());

/** @returns what it prints */
async function run(...args: string[]): Promise<string> {
  const target = {
    serviceUrl: testApp.url,
    sandboxUrl: testApp.sandboxUrl,
    apiKey: API_KEY,
    notificationSecret: NOTIFICATION_SECRET,
  };
  const program = new Command('cli');
  for (const command of clockCommands(() => Promise.resolve(target))) program.addCommand(command);
  const written: string[] = [];
  const write = process.stdout.write.bind(process.stdout);
  process.stdout.write = (text: string | Uint8Array) => written.push(String(text)) > 0;
  try {
    await program.parseAsync(args, { from: 'user' });
  } finally {
    process.stdout.write = write;
  }
  return written.join('');
}

describe('the commands of the sandbox', () => {
  it('let time pass, and say what became due', async () => {
    const voucher = await testApp.api.open({ rail: 'EFECTY' });
    expect(await run('clock', 'advance', 'P3DT1M')).toMatch(
      /^P3DT1M have passed, P3DT1M in all\. Due on the way: \d+ status checks.*All of it is done\.\n$/,
    );
    expect((await testApp.api.payin(voucher.id)).status).toBe('EXPIRED');
    expect(await run('clock', 'to', 'P4D')).toMatch(/^PT23H59M have passed, P4D in all/);
    expect(await run('clock', 'to', 'P4D')).toMatch(/^PT0S have passed, P4D in all\. Due on the way: nothing/);
    expect(await run('clock', 'show')).toBe('P4D\n');
    await expect(run('clock', 'advance', '3 days')).rejects.toThrow(/by: by must be an ISO 8601 duration/);
    await expect(run('clock', 'advance', 'P500D')).rejects.toThrow(/400 days at most/);
  });

  it('list the scenarios of the demonstration by names of their own, and play one', async () => {
    const names = SCENARIOS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    const listed = await run('scenario', 'list');
    for (const { name, title } of SCENARIOS) expect(listed).toContain(`${name.padEnd(24)}${title}\n`);
    for (const name of ['paid-exactly', 'refused-document', 'late-money']) {
      const printed = await run('scenario', 'play', name);
      expect([name, printed]).toEqual([name, expect.stringMatching(/\n.*It ended as it should\.\n$/s)]);
    }
    await expect(run('scenario', 'play', 'nothing')).rejects.toThrow(/There is no scenario nothing/);
  });
});
