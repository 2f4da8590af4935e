import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { expectProblem } from '../support/expect-problem.js';
import { secondOrganization } from '../support/second-organization.js';
import { type TestApp, startTestApp } from '../support/test-app.js';
import type { ApiClient } from '../support/api-client.js';

const ROWS = 7;

let testApp: TestApp;
let mine: ApiClient;

/** How many rows there are of each. */
const LISTS = ['/notifications?', '/inbound-webhooks?', '/audit-log?action=test.done&'] as const;

beforeAll(async () => {
  testApp = await startTestApp();
  const second = await secondOrganization(testApp);
  mine = second.api;
  for (const insert of [
    `notifications (organization_id, id, sequence, type, partition, body, due_at, delivered_at)
     select $1, uuidv7(n * interval '1 second'), 0, 'payin.approved', 'p', '{}', null, now()`,
    `inbound_webhooks (organization_id, id, provider, event_key, raw_body, outcome, due_at)
     select $1, uuidv7(n * interval '1 second'), 'tumipay', n::text, 'a body of secrets', 'applied', null`,
    `audit_entries (organization_id, id, at, actor_type, action, subject_type, after)
     select $1, uuidv7(n * interval '1 second'), now(), 'SYSTEM', 'test.done', '=test', '{"a": "b,c"}'`,
  ])
    await testApp.database.query(`insert into ${insert} from generate_series(1, ${ROWS}) n`, [second.organizationId]);
});
afterAll(() => testApp?.close());

interface Page {
  data: { id: string }[];
  pageInfo: { nextCursor: string | null };
}

async function all(path: string): Promise<string[]> {
  const ids: string[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const { body }: { body: Page } = await mine.call('GET', `${path}&limit=3${cursor && `&cursor=${cursor}`}`);
    ids.push(...body.data.map(({ id }) => id));
    cursor = body.pageInfo.nextCursor;
  }
  return ids;
}

describe.each(LISTS)('%s', (path) => {
  it('is in either order, each once by cursor', async () => {
    const newest = await all(`${path}order=desc`);
    expect(newest).toHaveLength(ROWS);
    expect(newest).toEqual(newest.toSorted().toReversed());
    expect(await all(path)).toEqual(newest);
    expect(await all(`${path}order=asc`)).toEqual(newest.toReversed());
    expectProblem(await mine.call('GET', `${path}order=up`), 'VALIDATION_FAILED');
    expectProblem(await mine.call('GET', `${path}order=asc&order=desc`), 'VALIDATION_FAILED');
  });

  it('downloads as CSV in the same order, without bodies, and the audit log says so', async () => {
    const answer = await fetch(`${testApp.url}${path}order=asc`, {
      headers: { ...mine.authorization, accept: 'text/csv' },
    });
    expect([answer.status, answer.headers.get('vary')]).toEqual([200, 'Accept']);
    const text = await answer.text();
    const ids = text
      .trim()
      .split('\r\n')
      .slice(1)
      .map((line) => line.slice(0, 36));
    expect(ids).toEqual(await all(`${path}order=asc`));
    expect(text).not.toMatch(/body|secrets|,=test/);
    const name = path.slice(1, path.indexOf('?')).replaceAll('-', '_');
    const { body } = await mine.call<{ data: object[] }>('GET', `/audit-log?action=${name}.downloaded`);
    expect(body.data).toMatchObject([{ subject: { type: name }, after: { order: 'asc' } }]);
  });
});
