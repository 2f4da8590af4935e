import { describe, expect, it } from '@jest/globals';
import { RETRY_SECONDS, retryDelaySeconds } from './retry-schedule.js';

describe('the retry schedule of notifications', () => {
  it('goes on for at least three days and then gives up', () => {
    const seconds = RETRY_SECONDS.map((_, attempts) => retryDelaySeconds(attempts, 0)!);
    expect(seconds.reduce((total, wait) => total + wait, 0)).toBeGreaterThan(3 * 24 * 3600);
    expect(retryDelaySeconds(RETRY_SECONDS.length, 0)).toBeNull();
  });

  it('waits ever longer, and up to a fifth longer than planned', () => {
    for (const [attempts, planned] of RETRY_SECONDS.entries()) {
      expect(planned).toBeGreaterThanOrEqual(RETRY_SECONDS[attempts - 1] ?? 0);
      expect(retryDelaySeconds(attempts, 0)).toBe(planned);
      expect(retryDelaySeconds(attempts, 1)).toBe(Math.round(planned * 1.2));
    }
  });
});
