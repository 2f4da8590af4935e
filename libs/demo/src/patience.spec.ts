import { describe, expect, it } from '@jest/globals';
import { Patience } from './patience.js';

const CHECKS_MAX = 5;
const options = { checksMax: CHECKS_MAX, everyMs: 0 };

describe('a story', () => {
  it('is waited for as long as anything moves, however many looks that takes', async () => {
    const patience = new Patience(options);
    let looks = 0;
    const seen = await patience.until(() => {
      looks += 1;
      // The least progress that keeps it going.
      if (looks % CHECKS_MAX === 0) patience.sees('another story', looks);
      return looks === 40 * CHECKS_MAX ? 'its end' : undefined;
    });
    expect(seen).toBe('its end');
  });

  it('is given up when nothing has moved for so many looks, which answers that stay the same are not', async () => {
    const patience = new Patience(options);
    patience.sees('payin', { status: 'PENDING' });
    let looks = 0;
    const look = () => {
      looks += 1;
      patience.sees('payin', { status: 'PENDING' });
      return undefined;
    };
    expect(await patience.until(look)).toBeUndefined();
    expect(looks).toBe(CHECKS_MAX);
  });

  it('is not given up before its end can be there', async () => {
    const patience = new Patience(options);
    const notBefore = new Date(Date.now() + 50);
    let lastCheck = 0;
    await patience.until(() => void (lastCheck = Date.now()), notBefore);
    expect(lastCheck).toBeGreaterThanOrEqual(notBefore.getTime());
  });
});
