import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Fault } from '@recaudo/sandbox';
import { LEASE_SECONDS } from '../../src/database/due-work.queries.js';
import { CREATE_SETTLES_SECONDS } from '../../src/payins/domain/check-schedule.js';
import type { PresentedPayin } from '../../src/payins/presenters/payin.presenter.js';
import { newReference, ticketOf } from '../support/api-client.js';
import { startEndpointServer } from '../support/endpoint-server.js';
import { type Replica, type Replicas, startReplicas } from '../support/replicas.js';
import { until } from '../support/until.js';

const RECOVERY_MS = 60_000;
/** By then whatever a dead process had in its hands is due again. */
const RECOVERY_DUE_SECONDS = Math.max(LEASE_SECONDS, CREATE_SETTLES_SECONDS);

const LONGEST_CALL_SECONDS = 15;

let replicas: Replicas;

afterEach(() => replicas?.close());

describe('a service that is killed while it tells a merchant', () => {
  it('tells again after its restart, with the same webhook-id and the same body: twice, and never not at all', async () => {
    replicas = await startReplicas(1);
    const [service] = replicas.all;
    const merchant = await startEndpointServer();
    try {
      // The message has arrived, and nobody has noted it.
      merchant.answers(() => undefined);
      await service!.api.create({ callbackUrl: merchant.url });
      await until('both messages to arrive', () => merchant.received.length === 2);
      await service!.pullPlug();
      const firstTime = [...merchant.received];
      merchant.answers((response) => void response.writeHead(204).end());
      await service!.start();
      await replicas.timePasses(LEASE_SECONDS);
      await everythingIsDelivered();
      const again = merchant.received.slice(2);
      const notified = (received: typeof again) =>
        new Map(received.map(({ headers, raw }) => [headers['webhook-id'], raw]));
      expect(again).toHaveLength(2);
      expect(notified(again)).toEqual(notified(firstTime));
    } finally {
      await merchant.close();
    }
  });
});

describe('a service that is killed while it creates a payin', () => {
  let service: Replica;

  beforeEach(async () => {
    replicas = await startReplicas(1);
    service = replicas.all[0]!;
  });

  it.each<[string, Fault]>([
    ['the provider has not taken the order', { kind: 'hang' }],
    ['the provider has taken the order and not answered yet', { kind: 'hang', executed: true }],
    ['the answer was lost', { kind: 'lose_reply' }],
  ])('has one live order afterwards, the one that its payin knows, when %s', async (_what, fault) => {
    const { sandbox, database } = replicas;
    const request = { reference: newReference(), callbackUrl: replicas.merchant.url };
    await sandbox.tumipay.fault({ operation: 'create', fault });
    const cutOff = service.api.create(request).catch(() => undefined);
    await until('the create to reach the provider', async () => (await sandbox.tumipay.calls('create')).length === 1);
    await service.pullPlug();
    await cutOff;

    await service.start();
    await replicas.timePasses(RECOVERY_DUE_SECONDS);
    const payin = await until(
      'the payin to be open',
      async () => {
        const { status, body } = await service.api.create(request);
        expect(status).toBe(200);
        return body.status === 'PENDING' && body;
      },
      RECOVERY_MS,
    );

    const orders = await sandbox.tumipay.orders();
    const attempts = await database.query<{ state: string; external_id: string | null }>('select * from attempts');
    expect(orders).toMatchObject([{ status: 'PENDING' }]);
    expect(attempts.filter(({ state }) => state !== 'not_executed')).toMatchObject([
      { state: 'open', external_id: orders[0]!.id },
    ]);
    expect(await database.query('select id from payins')).toEqual([{ id: payin.id }]);

    await sandbox.tumipay.pay(orders[0]!.id);
    expect((await service.api.reaches(payin.id, 'APPROVED')).receipts).toHaveLength(1);
    await replicas.merchant.eventOf(payin.id, 'payin.approved');
  });
});

describe('a service that is killed while a payer chooses at the checkout', () => {
  it.each<[string, Fault]>([
    ['the provider has not taken the order', { kind: 'hang' }],
    ['the provider has taken the order and not answered yet', { kind: 'hang', executed: true }],
    ['the answer was lost', { kind: 'lose_reply' }],
  ])('has one live order afterwards, whoever presses again, when %s', async (_what, fault) => {
    replicas = await startReplicas(1);
    const { sandbox, database } = replicas;
    const service = replicas.all[0]!;
    const { body: payin } = await service.api.create({ rail: 'ANY', checkout: { rails: ['PSE', 'EFECTY'] } });
    const press = (rail: string) =>
      fetch(`${service.api.url}${new URL(payin.checkoutUrl).pathname}`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({ rail }),
        redirect: 'manual',
      });
    await sandbox.tumipay.fault({ operation: 'create', fault });
    const cutOff = press('PSE').catch(() => undefined);
    await until('the order to reach the provider', async () => (await sandbox.tumipay.calls('create')).length === 1);
    await service.pullPlug();
    await cutOff;

    await service.start();
    // Nobody knows yet whether there is an order: there is no second choice.
    expect((await press('EFECTY')).status).toBeLessThan(500);
    expect(await sandbox.tumipay.calls('create')).toHaveLength(1);
    await replicas.timePasses(RECOVERY_DUE_SECONDS);
    const isSettled = async () => {
      const { attempts } = await service.api.payin(payin.id);
      return attempts.every(({ status }) => status === 'OPEN' || status === 'NOT_EXECUTED') && attempts;
    };
    const attempts = await until('the order to be known', isSettled, RECOVERY_MS);
    if (attempts.every(({ status }) => status === 'NOT_EXECUTED')) {
      expect((await press('EFECTY')).status).toBe(303);
      await until('the other order', isSettled, RECOVERY_MS);
    }
    const orders = await sandbox.tumipay.orders();
    expect(orders).toMatchObject([{ status: 'PENDING' }]);
    const live = await database.query(`select external_id from attempts where state = 'open'`);
    expect(live).toEqual([{ external_id: orders[0]!.id }]);

    await sandbox.tumipay.pay(orders[0]!.id);
    expect((await service.api.reaches(payin.id, 'APPROVED')).receipts).toHaveLength(1);
  });
});

describe('a create that is repeated after the first one was cut off', () => {
  it('waits for as long as the first call could last and no longer, and says CREATED', async () => {
    replicas = await startReplicas(2);
    const [first, other] = replicas.all as [Replica, Replica];
    const request = { reference: newReference() };
    await replicas.sandbox.tumipay.fault({ operation: 'create', fault: { kind: 'hang' } });
    const cutOff = first.api.create(request).catch(() => undefined);
    await until('the create to reach the provider', async () => {
      return (await replicas.sandbox.tumipay.calls('create')).length === 1;
    });
    await first.pullPlug();
    await cutOff;
    await replicas.timePasses(LONGEST_CALL_SECONDS - 3);
    expect(await other.api.create(request)).toMatchObject({ status: 200, body: { status: 'CREATED' } });
    const [attempt] = await replicas.database.query<{ state: string; age: number }>(
      'select state, extract(epoch from now() - started_at)::float as age from attempts',
    );
    expect(attempt?.age).toBeGreaterThan(LONGEST_CALL_SECONDS);
    // Recovery, which comes later, has not been waited for.
    expect(attempt?.state).toBe('opening');
  });
});

describe('a service that is away', () => {
  // btcpayserver/btcpayserver #1123, #1302: invoices that ran out during a downtime stayed "new" for ever.
  it('when payins run out or are paid brings each to its end when it is back', async () => {
    replicas = await startReplicas(1);
    const service = replicas.all[0]!;
    const [left, paid] = await Promise.all([service.api.open(), service.api.open()]);
    await service.pullPlug();
    await replicas.sandbox.tumipay.pay(ticketOf(paid), { webhook: 'none' });
    await replicas.timePasses(24 * 3600);
    await service.start();
    await service.api.reaches(left.id, 'EXPIRED', RECOVERY_MS);
    await service.api.reaches(paid.id, 'APPROVED', RECOVERY_MS);
    expect((await service.api.events(paid.id)).some(({ to }) => to === 'EXPIRED')).toBe(false);
  });
});

describe('a service that is killed after it has acknowledged', () => {
  let service: Replica;

  beforeEach(async () => {
    replicas = await startReplicas(1);
    service = replicas.all[0]!;
  });

  it('does not lose a webhook, however soon it dies, nor book it twice, nor forget to notify', async () => {
    const { sandbox, merchant, database } = replicas;
    const paid: PresentedPayin[] = [];
    for (const delayMs of [0, 2, 5, 10, 20, 40]) {
      const payin = await service.api.open({ rail: 'BRE_B', callbackUrl: merchant.url });
      // The query repeats the amount asked: that more arrived is known from the webhook alone, so no poll can make up for a lost one.
      await sandbox.tumipay.pay(ticketOf(payin), { amountInCents: 7_000_000, webhook: 'none' });
      expect(await sandbox.tumipay.webhook(ticketOf(payin))).toMatchObject([{ httpStatus: 200 }]);
      await wait(delayMs);
      await service.pullPlug();
      paid.push(payin);
      await service.start();
    }
    await replicas.timePasses(RECOVERY_DUE_SECONDS);
    for (const { id } of paid) {
      const payin = await service.api.reaches(id, 'APPROVED', RECOVERY_MS);
      expect(payin).toMatchObject({ amountReceivedInCents: 7_000_000, amountStatus: 'OVERPAID' });
      expect(payin.receipts).toHaveLength(1);
    }
    await everythingIsNotified();
    expect(await database.query(`select 1 from inbound_webhooks where outcome = 'applied'`)).toHaveLength(paid.length);
  });

  it('goes on notifying a merchant that could not be reached before, with the same messages', async () => {
    const { sandbox, merchant } = replicas;
    merchant.answer(503);
    const payin = await service.api.open({ callbackUrl: merchant.url });
    await sandbox.tumipay.pay(ticketOf(payin));
    await merchant.eventOf(payin.id, 'payin.approved');
    await service.pullPlug();
    const refused = merchant.received.splice(0);
    merchant.answer(200);
    await service.start();
    await replicas.timePasses(RECOVERY_DUE_SECONDS);
    await everythingIsNotified();
    for (const { headers, raw } of refused) {
      const again = merchant.received.filter((received) => received.headers['webhook-id'] === headers['webhook-id']);
      expect(new Set(again.map((received) => received.raw))).toEqual(new Set([raw]));
    }
  });
});

describe('two replicas under load, one of which is killed', () => {
  it('lose nothing and do nothing twice: ledger, receipts and notifications agree', async () => {
    replicas = await startReplicas(2);
    const [survivor, victim] = replicas.all as [Replica, Replica];
    const { sandbox, merchant, database } = replicas;
    const references = Array.from({ length: 40 }, newReference);
    const cutOff: string[] = [];
    let started = 0;

    const create = (at: Replica, reference: string) => at.api.create({ reference, callbackUrl: merchant.url });
    // One order is certainly taken and not answered yet when the plug is pulled; the delay makes more of them likely.
    await sandbox.tumipay.fault({ operation: 'create', fault: { kind: 'hang', executed: true } });
    const hanging = create(victim, references[0]!).catch(() => void cutOff.push(references[0]!));
    await until('an order to be taken', async () => (await sandbox.tumipay.orders()).length === 1);
    await sandbox.tumipay.fault({
      operation: 'create',
      fault: { kind: 'delay', delayMs: 50, executed: true },
      times: 40,
    });
    const createAndPay = async (reference: string) => {
      const at = (started += 1) % 2 ? victim : survivor;
      if (started === 17) await victim.pullPlug();
      const created = await create(at, reference).catch(() => void cutOff.push(reference));
      if (!created) return;
      expect(created).toMatchObject({ status: 201, body: { status: 'PENDING' } });
      await sandbox.tumipay.pay(ticketOf(created.body), { webhook: 'twice' });
    };
    const waiting = references.slice(1);
    const partition = async () => {
      for (let reference = waiting.shift(); reference; reference = waiting.shift()) await createAndPay(reference);
    };
    await Promise.all([hanging, ...Array.from({ length: 8 }, partition)]);
    const opening = await database.query<{ reference: string }>(
      `select provider_reference as reference from attempts where state = 'opening'`,
    );
    const unanswered = await Promise.all(opening.map(({ reference }) => sandbox.tumipay.findOrder(reference)));
    expect(unanswered.filter(Boolean).length).toBeGreaterThan(0);

    await replicas.timePasses(RECOVERY_DUE_SECONDS);
    // Whoever had no answer asks again: some of these payins were never written, some never opened, some opened and never answered.
    for (const { status } of await Promise.all(cutOff.map((reference) => create(survivor, reference)))) {
      expect([200, 201]).toContain(status);
    }
    const payins = await until(
      'all payins to be paid',
      async () => {
        for (const { id, status } of await sandbox.tumipay.orders())
          if (status === 'PENDING') await sandbox.tumipay.pay(id, { webhook: 'twice' });
        const { body } = await survivor.api.call<{ data: PresentedPayin[] }>('GET', '/payins?limit=100');
        return body.data.every(({ status }) => status === 'APPROVED') && body.data;
      },
      RECOVERY_MS,
    );
    await everythingIsNotified();

    expect(payins.map(({ reference }) => reference).toSorted()).toEqual(references.toSorted());
    const orders = await sandbox.tumipay.orders();
    const ledger = orders.map(({ reference, id, settledInCents }) => `${reference} ${id} ${settledInCents}`);
    const receipts = await database.query<{ text: string }>(
      `select concat_ws(' ', a.provider_reference, a.external_id, r.amount_in_cents) as text
       from receipts r join attempts a on a.organization_id = r.organization_id and a.id = r.attempt_id`,
    );
    expect(receipts.map(({ text }) => text).toSorted()).toEqual(ledger.toSorted());
    expect(orders).toHaveLength(references.length);

    for (const { id } of payins) {
      const received = merchant.received.filter(({ message }) => message.data.id === id);
      const messages = new Map(received.map(({ headers, message }) => [headers['webhook-id'], message.type]));
      const types = [...messages.values()];
      expect(types).toEqual(expect.arrayContaining(['payin.created', 'payin.approved']));
      expect(new Set(types).size).toBe(types.length);
    }
    expect(await database.query(`select kind from discrepancies`)).toEqual([]);
  });
});

async function everythingIsDelivered(): Promise<void> {
  await until(
    'all notifications to be delivered',
    async () => {
      const [{ left }] = (await replicas.database.query<{ left: number }>(
        'select count(*)::int as left from notifications where delivered_at is null',
      )) as [{ left: number }];
      return left === 0;
    },
    RECOVERY_MS,
  );
}

/** Each notification that was ever committed has reached the merchant, and the database knows. */
async function everythingIsNotified(): Promise<void> {
  const { database, merchant } = replicas;
  await everythingIsDelivered();
  const committed = await database.query<{ id: string }>(`select 'msg_' || id as id from notifications`);
  const received = new Set(merchant.received.map(({ headers }) => headers['webhook-id']));
  expect(received).toEqual(new Set(committed.map(({ id }) => id)));
  expect(merchant.unverified).toEqual([]);
}
