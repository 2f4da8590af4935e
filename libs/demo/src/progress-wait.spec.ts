import { describe, expect, it } from '@jest/globals';
import { ProgressWait } from './progress-wait.js';

const CHECKS_MAX = 5;
const options = { checksMax: CHECKS_MAX, everyMs: 0 };

describe('a scenario', () => {
  it('is waited for as long as anything moves, however many checks that needs', async () => {
    const progressWait = new ProgressWait(options);
    let checks = 0;
    const found = await progressWait.until(() => {
      checks += 1;
      // The least progress that keeps it going.
      if (checks % CHECKS_MAX === 0) progressWait.observe('another scenario', checks);
      return checks === 40 * CHECKS_MAX ? 'its end' : undefined;
    });
    expect(found).toBe('its end');
  });

  it('is given up when nothing has moved for so many checks; equal answers are no progress', async () => {
    const progressWait = new ProgressWait(options);
    progressWait.observe('payin', { status: 'PENDING' });
    let checks = 0;
    const check = () => {
      checks += 1;
      progressWait.observe('payin', { status: 'PENDING' });
      return undefined;
    };
    expect(await progressWait.until(check)).toBeUndefined();
    expect(checks).toBe(CHECKS_MAX);
  });

  it('is not given up before its end can be there', async () => {
    const progressWait = new ProgressWait(options);
    const notBefore = new Date(Date.now() + 50);
    let lastCheckAt = 0;
    await progressWait.until(() => void (lastCheckAt = Date.now()), notBefore);
    expect(lastCheckAt).toBeGreaterThanOrEqual(notBefore.getTime());
  });
});
