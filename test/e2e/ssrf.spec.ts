import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newReference, payinRequest } from '../support/api-client.js';
import { expectProblem } from '../support/expect-problem.js';
import { type Sentinel, startSentinel } from '../support/sentinel.js';
import { refusedUrls } from '../support/ssrf-vectors.js';
import { startStand, type Stand } from '../support/stand.js';
import { until } from '../support/until.js';

let stand: Stand;
let sentinel: Sentinel;

beforeAll(async () => {
  sentinel = await startSentinel();
  // As in production. The simulated provider is private, too, and so nothing is opened here.
  stand = await startStand({ OUTBOUND_ALLOW_PRIVATE: 'false' });
});

afterAll(async () => {
  await stand?.close();
  await sentinel?.close();
});

const AT_ONCE = 8;

/** Every URL that leads away from the public internet, a few at a time. */
async function forEveryUrl(use: (url: string) => Promise<void>): Promise<void> {
  const urls = refusedUrls(sentinel.port);
  const next = async (): Promise<void> => {
    for (let url = urls.pop(); url !== undefined; url = urls.pop()) await use(url);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, next));
}

describe('where merchants’ URLs must be public', () => {
  it('a create with any other callbackUrl is refused by name and with the reason, and nothing is called', async () => {
    const reference = newReference();
    await forEveryUrl(async (callbackUrl) => {
      const answer = await stand.api.call('POST', '/payins', payinRequest({ reference, callbackUrl }));
      const { errors } = expectProblem(answer, 'VALIDATION_FAILED', 'callbackUrl');
      expect(errors?.[0]?.message).toMatch(/must (?:be|begin|hold|name) |must be shorter/);
    });
    expect(await stand.database.query('select 1 from payins')).toEqual([]);
    expect(sentinel.connections()).toBe(0);
  });

  it('a notification for a name that leads to a private address is tried, not sent, and does not say where it leads', async () => {
    // No name of the internet can be made to lead here: one that is refused at the create takes its place afterwards.
    const { body } = await stand.api.create({ callbackUrl: 'https://nobody.invalid/hook' });
    await tried(body.id);
    await stand.database.query(
      `update notifications set url = $2, due_at = now(), last_result = null where payin_id = $1`,
      [body.id, `https://localhost:${sentinel.port}/hook`],
    );
    const result = await tried(body.id);
    expect(result).toMatch(/^forbidden address \(/);
    expect(result).not.toMatch(/127|::1|localhost/);
    expect(sentinel.connections()).toBe(0);
  });
});

/** What came of the last try of the only notification of a payin. */
function tried(payinId: string): Promise<string> {
  return until('the notification to be tried', async () => {
    const [row] = await stand.database.query<{ result: string }>(
      'select last_result as result from notifications where payin_id = $1 and last_result is not null and delivered_at is null',
      [payinId],
    );
    return row?.result;
  });
}
