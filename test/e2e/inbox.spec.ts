import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { PresentedPayin } from '../../src/payins/presenters/payin.presenter.js';
import { theSystem } from '../../src/audit/audit-entry.js';
import { InboundWebhookStore } from '../../src/webhooks/inbound-webhook.store.js';
import { type EventView, ticketOf } from '../support/api-client.js';
import { expectProblem } from '../support/expect-problem.js';
import { providerSide } from '../support/provider-side.js';
import { secondOrganization } from '../support/second-organization.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { until } from '../support/until.js';
import { WorkFolder } from '../support/work-folder.js';

interface WebhookView {
  id: string;
  provider: string;
  providerReference: string | null;
  payinId: string | null;
  status: string;
  outcome: string | null;
  deliveries: number;
  verifiedBy: string | null;
  attempts: number;
  lastError: string | null;
  receivedAt: string;
  appliedAt: string | null;
  nextAttemptAt: string | null;
}
interface WebhookDetail extends WebhookView {
  bodyEncoding: string;
  body: string;
  events: EventView[];
}
interface Page {
  data: WebhookView[];
  pageInfo: { hasNext: boolean; nextCursor: string | null };
}

const NO_ORGANIZATION = '00000000-0000-0000-0000-000000000000';
/** Of the service and of the commands that are run beside it. */
const SECRETS_KEY = Buffer.alloc(32, 'inbox').toString('base64');
const NOT_THERE = '0199a000-0000-7000-8000-000000000000';

let testApp: TestApp;
let folder: WorkFolder;

beforeAll(async () => {
  folder = await WorkFolder.create();
  // Nobody looks unasked, so that what happens comes of webhooks.
  const rarely = '{"pollSeconds":[3600]}';
  testApp = await startTestApp({
    SECRETS_KEY,
    PROVIDERS: 'tumipay,hellopay,teemopay',
    ...Object.fromEntries(['PSE', 'BRE_B', 'NEQUI'].map((rail) => [`RAIL_POLICY_${rail}`, rarely])),
  });
});

afterAll(async () => {
  await testApp?.close();
  await folder?.remove();
});

const list = async (query = '', api = testApp.api): Promise<Page> =>
  (await api.call<Page>('GET', `/inbound-webhooks${query}`)).body;
const detail = async (id: string, api = testApp.api): Promise<WebhookDetail> =>
  (await api.call<WebhookDetail>('GET', `/inbound-webhooks/${id}`)).body;
const replay = (id: string, api = testApp.api) => api.call<WebhookView>('POST', `/inbound-webhooks/${id}/replay`);

/** The only webhook about a payin, once it is as it should be. */
function webhookOf(payin: { id: string }, isSo: (webhook: WebhookView) => boolean): Promise<WebhookView> {
  return until(`the webhook about ${payin.id}`, async () => {
    const { data } = await list(`?payinId=${payin.id}`);
    return data.length === 1 && isSo(data[0]!) && data[0];
  });
}

async function paid(provider: 'tumipay' | 'hellopay' | 'teemopay', rail: string): Promise<PresentedPayin> {
  const payin = await testApp.api.open({ provider, rail, callbackUrl: testApp.merchant.url });
  const { control, order } = await providerSide(testApp, payin, provider);
  await control.pay(order.id);
  return testApp.api.reaches(payin.id, 'APPROVED');
}

describe('the inbox', () => {
  it.each([
    ['tumipay', 'BRE_B', 'sha256-of-fields'],
    ['hellopay', 'NEQUI', 'static-header'],
    ['teemopay', 'NEQUI', 'rsa-body'],
  ] as const)('shows what came from %s, how it was verified and what it did', async (provider, rail, verifiedBy) => {
    const payin = await paid(provider, rail);
    const { data } = await until('it to be applied', async () => {
      const page = await list(`?payinId=${payin.id}`);
      return page.data.length > 0 && page.data.every(({ status }) => status === 'APPLIED') && page;
    });
    const history = await testApp.api.events(payin.id);
    const details = await Promise.all(data.map(({ id }) => detail(id)));
    for (const [index, { body, bodyEncoding, events, ...shown }] of details.entries()) {
      expect(shown).toEqual(data[index]);
      expect(shown).toMatchObject({ provider, verifiedBy, payinId: payin.id, outcome: 'APPLIED', attempts: 1 });
      expect([bodyEncoding, body]).toEqual(['utf8', expect.stringContaining(shown.providerReference!)]);
      for (const event of events) expect(history).toContainEqual(event);
    }
    // Every event that came of a webhook is found at it, and only there.
    const cameOfWebhooks = history.filter(({ source }) => source === 'webhook').map(({ sequence }) => sequence);
    const found = details.flatMap(({ events }) => events.map(({ sequence }) => sequence));
    expect(found.toSorted((one, other) => one - other)).toEqual(cameOfWebhooks);
    expect(details.flatMap(({ events }) => events.map(({ type }) => type))).toEqual(
      expect.arrayContaining(['receipt.added', 'payin.approved']),
    );
  });

  it('shows the body on the single read only: it may hold the payer’s data', async () => {
    const payin = await paid('tumipay', 'PSE');
    const { id } = await webhookOf(payin, ({ status }) => status === 'APPLIED');
    expect((await detail(id)).body).toContain('"top_');
    for (const shown of [await list(), (await replay(id)).body]) {
      expect(JSON.stringify(shown)).not.toContain('top_');
      expect(JSON.stringify(shown)).not.toContain('"body');
    }
  });

  it('shows what is no text in Base64, byte by byte', async () => {
    const payin = await paid('tumipay', 'PSE');
    const { id } = await webhookOf(payin, ({ status }) => status === 'APPLIED');
    await testApp.database.query(`update inbound_webhooks set raw_body = '\\xff00fe' where id = $1`, [id]);
    expect(await detail(id)).toMatchObject({ bodyEncoding: 'base64', body: '/wD+' });
  });

  it('counts deliveries, and shows what is not confirmed, unreadable or about no order of ours', async () => {
    const { api, sandbox, database } = testApp;
    const [forged, unreadable, orphan] = await Promise.all([
      api.open({ provider: 'tumipay' }),
      api.open({ provider: 'tumipay' }),
      api.open({ provider: 'tumipay' }),
    ]);
    await sandbox.tumipay.webhook(ticketOf(forged), { status: 'APPROVED', copies: 3 });
    expect(await webhookOf(forged, ({ outcome }) => outcome !== null)).toMatchObject({
      status: 'PENDING',
      outcome: 'NOT_CONFIRMED',
      deliveries: 3,
      nextAttemptAt: expect.any(String),
    });

    const { id: ticket, reference } = await sandbox.tumipay.order(ticketOf(unreadable));
    await sandbox.tumipay.webhook(ticket, { body: { top_ticket: ticket, top_reference: reference } });
    const [one] = await until('the unreadable one', async () => {
      const { data } = await list('?outcome=UNREADABLE');
      return data.length === 1 && data;
    });
    expect(one).toMatchObject({ status: 'APPLIED', nextAttemptAt: null });
    expect((await detail(one!.id)).body).toContain(ticket);

    await database.query(
      `update attempts set provider_reference = case left(provider_reference, 1) when 'x' then 'y' else 'x' end || substr(provider_reference, 2)
       where payin_id = $1`,
      [orphan.id],
    );
    await sandbox.tumipay.pay(ticketOf(orphan));
    const [lost] = await until('the orphan', async () => {
      const { data } = await list('?outcome=ORPHAN');
      return data.length === 1 && data;
    });
    expect(lost).toMatchObject({ status: 'APPLIED', payinId: null, providerReference: expect.any(String) });
  });

  it('is filtered and goes on by cursor, newest first', async () => {
    const all = (await list('?limit=100')).data;
    expect(all.map(({ id }) => id)).toEqual(
      all
        .map(({ id }) => id)
        .toSorted()
        .toReversed(),
    );
    const pages: WebhookView[] = [];
    for (let cursor: string | null = '', page: Page; cursor !== null; cursor = page.pageInfo.nextCursor) {
      page = await list(`?limit=2${cursor && `&cursor=${cursor}`}`);
      pages.push(...page.data);
    }
    expect(pages.map(({ id }) => id)).toEqual(all.map(({ id }) => id));
    const ids = async (query: string) => (await list(`?limit=100&${query}`)).data.map(({ id }) => id);
    const where = (belongs: (webhook: WebhookView) => boolean) => all.filter(belongs).map(({ id }) => id);
    expect(await ids('provider=hellopay')).toEqual(where(({ provider }) => provider === 'hellopay'));
    expect(await ids('outcome=ORPHAN&status=APPLIED')).toEqual(where(({ outcome }) => outcome === 'ORPHAN'));
    expect(await ids('outcome=NOT_CONFIRMED')).toEqual(where(({ outcome }) => outcome === 'NOT_CONFIRMED'));
    expect(await ids('status=GIVEN_UP')).toEqual([]);
    const { payinId, receivedAt } = all.find((webhook) => webhook.payinId)!;
    const { reference } = await testApp.api.payin(payinId!);
    expect(await ids(`reference=${reference}`)).toEqual(where((webhook) => webhook.payinId === payinId));
    expect(await ids('reference=nothing')).toEqual([]);
    expect(await ids(`receivedFrom=${receivedAt}`)).toEqual(where((webhook) => webhook.receivedAt >= receivedAt));
    expect(await ids(`receivedTo=${receivedAt}`)).toEqual(where((webhook) => webhook.receivedAt < receivedAt));
  });

  it.each([
    'limit=0',
    'status=pending',
    'outcome=GIVEN_UP',
    'provider=',
    'payinId=1',
    'reference=',
    'receivedTo=x',
    'nope=1',
  ])('refuses %s by name', async (query) => {
    const answer = await testApp.api.call('GET', `/inbound-webhooks?${query}`);
    expectProblem(answer, 'VALIDATION_FAILED', query.split('=')[0]!);
  });

  it('shows nothing of it to another organization, which learns not even that it is there', async () => {
    const { data } = await list();
    const { api } = await secondOrganization(testApp);
    expect(await list('', api)).toMatchObject({ data: [] });
    for (const id of [data[0]!.id, NOT_THERE, 'x']) {
      for (const answer of [await api.call('GET', `/inbound-webhooks/${id}`), await replay(id, api)]) {
        const problem = expectProblem(answer, 'NOT_FOUND');
        expect(problem.detail).toBe('Your organization has no inbound webhook with this id.');
      }
    }
  });
});

describe('a replay', () => {
  it('of everything that a busy database holds changes no payin, receipt, event, notification, discrepancy or ledger entry', async () => {
    const { api, sandbox, merchant, database } = testApp;
    const short = await api.open({ provider: 'tumipay', rail: 'BRE_B', callbackUrl: merchant.url });
    await sandbox.tumipay.pay(ticketOf(short), { amountInCents: 100_000, webhook: 'twice' });
    await api.reaches(short.id, 'UNDERPAID');
    const rejected = await api.open({ provider: 'tumipay' });
    await sandbox.tumipay.reject(ticketOf(rejected));
    await api.reaches(rejected.id, 'REJECTED');
    const late = await api.open({ provider: 'tumipay' });
    await api.call('POST', `/payins/${late.id}/cancel`);
    await sandbox.tumipay.pay(ticketOf(late));
    await api.reaches(late.id, 'APPROVED');
    const twice = await api.open({ provider: 'teemopay', rail: 'BRE_B', breb: { keyType: 'QR_CODE' } });
    const { control, order } = await providerSide(testApp, twice, 'teemopay');
    for (const amountInCents of [2_000_000, 3_000_000]) await control.pay(order.id, { amountInCents });
    await api.reaches(twice.id, 'APPROVED');
    const reversed = await paid('hellopay', 'NEQUI');
    const side = await providerSide(testApp, reversed, 'hellopay');
    await side.control.reverse(side.order.id, { webhook: 'none' });
    await api.call('POST', `/payins/${reversed.id}/refresh`);
    await api.reaches(reversed.id, 'REVERSED');
    await allAttempted();

    const before = await everything();
    const { data } = await list('?limit=100');
    expect(data.length).toBeGreaterThan(10);
    // A worker may have been quicker than the answer.
    for (const { id } of data)
      expect(await replay(id)).toMatchObject({
        ...{ status: 202, body: { id, status: expect.stringMatching(/^(?:PENDING|APPLIED)$/) } },
      });
    await allAttempted();
    expect(await everything()).toEqual(before);
    for (const { status, outcome } of data.filter(({ status: was }) => was === 'APPLIED'))
      expect([status, outcome]).toEqual(['APPLIED', expect.any(String)]);

    /** Each webhook has been tried since it came, or was replayed. */
    function allAttempted(): Promise<unknown> {
      return until('all to be tried', async () => {
        const waiting = await database.query(
          `select 1 from inbound_webhooks where attempts = 0 or (due_at is not null and outcome is distinct from 'not_confirmed')`,
        );
        return waiting.length === 0;
      });
    }

    async function everything() {
      const rows = (table: string, columns: string, order: string) =>
        database.query(`select ${columns} from ${table} order by ${order}`);
      return {
        payins: await rows(
          'payins',
          'id, status, amount_received_in_cents, error_code, provider, instructions, result_at, chargeback_at, sequence, updated_at',
          'id',
        ),
        attempts: await rows('attempts', '*', 'id'),
        receipts: await rows('receipts', '*', 'id'),
        observations: await rows('observations', '*', 'id'),
        events: await rows('payin_events', '*', 'payin_id, sequence'),
        notifications: await rows('notifications', 'id, payin_id, sequence, type, body, created_at', 'id'),
        discrepancies: await rows('discrepancies', '*', 'id'),
        ledgerEntries: await rows('ledger_entries', '*', '1, 2, 3, 4'),
      };
    }
  });

  it('is not lost on whoever is at it: what they find out is not the end of it', async () => {
    const store = testApp.service.app.get(InboundWebhookStore, { strict: false });
    // Of a provider that nobody here works for.
    const webhook = { provider: 'elsewhere', eventKey: '1', providerReference: null, verifiedBy: null };
    await store.receive({ ...webhook, rawBody: Buffer.from('{}') });
    const [early] = await store.claim(1, [], 'elsewhere');
    await store.replay(theSystem(early!.organizationId), early!.id);
    await store.finish(early!, 'applied', null);
    const [late] = await store.claim(1, [], 'elsewhere');
    expect(late).toMatchObject({ id: early!.id, attempts: 1 });
    await store.finish(late!, 'applied', null);
    expect(await store.claim(1, [], 'elsewhere')).toEqual([]);
  });
});

describe('a webhook that cannot be applied', () => {
  it('is given up after twelve attempts, stays to be seen, blocks no other of its provider, and is applied once its cause is mended', async () => {
    const { api, sandbox, database } = testApp;
    const payins = await Promise.all(Array.from({ length: 10 }, () => api.open({ provider: 'tumipay' })));
    const poisoned = payins[4]!;
    // A defect of ours that meets this payin only.
    await database.query(`
      create function refuse() returns trigger language plpgsql as $$ begin raise exception 'defect 4711'; end $$;
      create trigger poison before insert on observations for each row when (new.payin_id = '${poisoned.id}') execute function refuse()`);
    for (const payin of payins) await sandbox.tumipay.pay(ticketOf(payin));
    for (const payin of payins) if (payin !== poisoned) await api.reaches(payin.id, 'APPROVED');

    await until(
      'it to be given up',
      async () => {
        // What waits for its next try need not wait; what is being tried has no error yet.
        await database.query(
          `update inbound_webhooks set due_at = now(), last_error = null where last_error is not null and due_at > now()`,
        );
        return (await list('?status=GIVEN_UP')).data.length > 0;
      },
      25_000,
    );
    const [given] = (await list('?status=GIVEN_UP')).data;
    expect(given).toMatchObject({
      payinId: poisoned.id,
      outcome: null,
      attempts: 12,
      appliedAt: null,
      nextAttemptAt: null,
    });
    expect(given!.lastError).toMatch(/./);
    expect(given!.lastError).not.toContain('4711');
    expect((await api.payin(poisoned.id)).status).toBe('PENDING');

    await database.query('drop trigger poison on observations');
    await replay(given!.id);
    await api.reaches(poisoned.id, 'APPROVED');
    expect(await webhookOf(poisoned, ({ status }) => status === 'APPLIED')).toMatchObject({
      lastError: null,
      attempts: 1,
    });
  });

  it('is given up also when its attempts take the process down, so that they never come to an end', async () => {
    const { api, sandbox, database } = testApp;
    const payin = await api.open({ provider: 'tumipay' });
    await sandbox.tumipay.webhook(ticketOf(payin), { status: 'PENDING' });
    const { id } = await webhookOf(payin, ({ status }) => status === 'APPLIED');
    // So is it left by a process that dies of it for the twelfth time: claimed, and the lease over.
    await database.query(`update inbound_webhooks set attempts = 12, due_at = now() where id = $1`, [id]);
    expect(await webhookOf(payin, ({ status }) => status === 'GIVEN_UP')).toMatchObject({
      lastError: 'its attempts never came to an end',
    });
  });
});

describe('npm run cli -- inbox', () => {
  const cli = async (...args: string[]): Promise<{ status: number | null; out: string; err: string }> => {
    const program = folder.run('cli', ['inbox', ...args], { DATABASE_URL: testApp.database.url, SECRETS_KEY });
    return { status: await program.ended, out: program.stdout(), err: program.stderr() };
  };

  it('shows and replays what belongs to no organization, which moves to the one that it turns out to belong to', async () => {
    const { api, sandbox, database } = testApp;
    const payin = await api.open({ provider: 'tumipay' });
    await sandbox.tumipay.pay(ticketOf(payin), { webhook: 'none' });
    await sandbox.tumipay.webhook(ticketOf(payin));
    await api.reaches(payin.id, 'APPROVED');
    const { id } = await webhookOf(payin, ({ status }) => status === 'APPLIED');
    // As it would have been, had it come in a form that could not be read then.
    await database.query(
      `update inbound_webhooks set organization_id = $2, provider_reference = null, event_key = 'unread', outcome = 'unreadable' where id = $1`,
      [id, NO_ORGANIZATION],
    );
    expectProblem(await api.call('GET', `/inbound-webhooks/${id}`), 'NOT_FOUND');
    const listed = await cli('list');
    expect(listed).toMatchObject({ status: 0, err: '' });
    expect(listed.out).toMatch(new RegExp(`^${id}  \\S+Z  tumipay  APPLIED  UNREADABLE$`, 'm'));

    expect(await cli('replay', id)).toMatchObject({ status: 0, out: expect.stringContaining(id) });
    const moved = await webhookOf(payin, ({ status }) => status === 'APPLIED');
    expect(moved).toMatchObject({ verifiedBy: 'sha256-of-fields', outcome: 'APPLIED' });
    expect((await cli('list', '--status', 'APPLIED')).out).toMatch(new RegExp(`^${id}  .*  MOVED$`, 'm'));
    expect((await api.payin(payin.id)).receipts).toHaveLength(1);
  });

  it('shows what an organization has, too, and says in a sentence what it does not take', async () => {
    const [{ id: organization }] = (await testApp.database.query(
      `select organization_id as id from payins limit 1`,
    )) as [{ id: string }];
    const { data } = await list();
    expect((await cli('list', '--organization', organization)).out).toContain(data[0]!.id);
    for (const [args, sentence] of [
      [['list', '--status', 'open'], /^--status must be one of PENDING, APPLIED, GIVEN_UP\.\n$/],
      [['list', '--organization', 'x'], /^--organization must be the id/],
      [['replay', NOT_THERE], /^There is no such webhook/],
      [['replay', data[0]!.id], /^There is no such webhook/],
    ] as const)
      expect(await cli(...args)).toMatchObject({ status: 1, out: '', err: expect.stringMatching(sentence) });
  });
});
