import { setTimeout as sleep } from 'node:timers/promises';
import { CommandError } from './command-error.mjs';
import { findPayin, newReference, orderOf, TEST_CUSTOMER } from './payins.mjs';

const AMOUNT_IN_CENTS = 5_000_000;
const REACHES_WITHIN_MS = 60_000;
const POLL_MS = 250;
const REFRESH_EVERY_MS = 3_000;

/** Of providers those that let it happen in the sandbox, in the order of preference. */
const ANY = ['tumipay', 'hellopay', 'teemopay'];
/** Whose order says that it has expired; others say that it was declined. */
const EXPIRING = { rails: ['PSE', 'BRE_B'], providers: ['tumipay'] };
const REVERSIBLE = { rails: ['NEQUI', 'BRE_B', 'PSE'], providers: ['hellopay', 'teemopay'] };
/** Where the payer may change the amount. */
const OPEN_AMOUNT = { rails: ['BRE_B'], providers: ANY };
const ANY_RAIL = { rails: ['PSE', 'BRE_B', 'NEQUI'], providers: ANY };

/** How a provider says that it does not take an order at all, by its documents. */
const REFUSALS = {
  tumipay: {
    kind: 'status',
    status: 400,
    body: '{"code":"00","status":"ERROR","message":"no","error":"AMOUNT_TOO_LOW"}',
  },
  hellopay: { kind: 'status', status: 401, body: '{"message":"Unauthorized"}' },
  teemopay: { kind: 'status', status: 401, body: '{"message":"Unauthorized"}' },
};

/** What a story is played with. */
export class Stage {
  /**
   * @param {import('./api.mjs').Api} api
   * @param {import('./sandbox.mjs').Sandbox} sandbox
   * @param {{ callbackUrl?: string, provider?: string, say: (line: string) => void }} options
   */
  constructor(api, sandbox, { callbackUrl, provider, say }) {
    this.api = api;
    this.sandbox = sandbox;
    this.say = say;
    this.callbackUrl = callbackUrl;
    this.provider = provider;
  }

  /** @param {{ rails: string[], providers: string[] }} where @returns {Promise<{ rail: string, provider: string }>} */
  async choose({ rails, providers }) {
    const { data } = (await this.api.get('/rails')).body;
    for (const rail of rails)
      for (const provider of providers) {
        if (this.provider && provider !== this.provider) continue;
        if (data.some((/** @type {any} */ one) => one.rail === rail && one.providers.includes(provider)))
          return { rail, provider };
      }
    throw new CommandError(
      `This story needs one of ${providers.join(', ')} on one of ${rails.join(', ')}, and none is open to your organization${this.provider ? ` at ${this.provider}` : ''}: see GET /rails.`,
    );
  }

  /** @param {{ rails: string[], providers: string[] }} where */
  async open(where = ANY_RAIL) {
    const payin = await this.create(await this.choose(where));
    return this.reaches(payin, 'PENDING');
  }

  /** @param {{ rail: string, provider: string }} where */
  async create(where) {
    const reference = newReference();
    this.say(`create ${reference}: ${where.rail} at ${where.provider}`);
    const request = {
      ...{ amountInCents: AMOUNT_IN_CENTS, currency: 'COP', reference, inlineCustomer: TEST_CUSTOMER, ...where },
      ...(where.rail === 'PSE' ? { pse: { bank: '1007', personType: 'NATURAL' } } : {}),
      ...(this.callbackUrl ? { callbackUrl: this.callbackUrl } : {}),
    };
    return (await this.api.post('/payins', request)).body;
  }

  /** @param {any} payin @param {string} move @param {object} [body] */
  async happens(payin, move, body) {
    this.say(`${orderOf(payin).provider}: ${move}`);
    await this.sandbox.move(orderOf(payin), move, body);
    return payin;
  }

  /** @param {any} payin @param {string} action @param {object} [body] */
  async acts(payin, action, body) {
    this.say(`POST /payins/{id}/${action}`);
    return (await this.api.post(`/payins/${payin.id}/${action}`, body)).body;
  }

  /** @param {any} payin @param {string} status */
  async reaches(payin, status) {
    const until = performance.now() + REACHES_WITHIN_MS;
    let refreshAt = performance.now() + REFRESH_EVERY_MS;
    for (;;) {
      const now = await findPayin(this.api, payin.id);
      if (now.status === status) return now;
      if (performance.now() > until)
        throw new CommandError(
          `The payin ${payin.reference} is ${now.status} and did not become ${status}. See why: recaudo payins explain ${payin.reference}`,
        );
      if (performance.now() > refreshAt && now.attempts.length > 0) {
        refreshAt = performance.now() + REFRESH_EVERY_MS;
        await this.api.post(`/payins/${payin.id}/refresh`).catch(() => undefined);
      }
      await sleep(POLL_MS);
    }
  }

  /** @param {number} [amountInCents] @param {{ rails: string[], providers: string[] }} [where] */
  async paid(amountInCents, where = ANY_RAIL) {
    const payin = await this.open(where);
    return this.happens(payin, 'pay', amountInCents === undefined ? {} : { amountInCents });
  }

  /** @param {readonly [string, object?][]} steps what is done to the refund */
  async refunded(...steps) {
    const payin = await this.reaches(await this.paid(), 'APPROVED');
    const to = { type: 'BRE_B_KEY', key: '@johndoe' };
    const { id } = await this.acts(payin, 'refunds', { amountInCents: 100_000, reason: 'CUSTOMER_REQUEST', to });
    for (const [step, body] of steps) {
      this.say(`POST /refunds/{id}/${step}`);
      await this.api.post(`/refunds/${id}/${step}`, body);
    }
    return payin;
  }
}

/**
 * Of each event what causes it.
 * @type {Readonly<Record<string, { does: string, play: (stage: Stage) => Promise<any> }>>}
 */
export const STORIES = {
  'payin.created': { does: 'a payin is created', play: (stage) => stage.open() },
  'payin.pending': { does: 'its provider takes the order', play: (stage) => stage.open() },
  'payin.approved': { does: 'the payer pays', play: (stage) => stage.paid() },
  'payin.underpaid': {
    does: 'the payer pays less than was asked',
    play: (stage) => stage.paid(AMOUNT_IN_CENTS / 5, OPEN_AMOUNT),
  },
  'payin.overpaid': {
    does: 'the payer pays more than was asked',
    play: (stage) => stage.paid(AMOUNT_IN_CENTS * 2, OPEN_AMOUNT),
  },
  'payin.rejected': {
    does: 'the payer or the bank refuses',
    play: async (stage) => stage.happens(await stage.open(), 'reject'),
  },
  'payin.expired': {
    does: 'the order ends at its provider, and nobody has paid',
    play: async (stage) => stage.happens(await stage.open(EXPIRING), 'expire'),
  },
  'payin.canceled': { does: 'you cancel it', play: async (stage) => stage.acts(await stage.open(), 'cancel') },
  'payin.failed': {
    does: 'no provider takes the order',
    play: async (stage) => {
      const where = await stage.choose(ANY_RAIL);
      const refusal = REFUSALS[/** @type {keyof typeof REFUSALS} */ (where.provider)];
      stage.say(`${where.provider}: refuses the next order`);
      await stage.sandbox.failCreate(where.provider, refusal);
      return stage.create(where);
    },
  },
  'payin.reversed': {
    does: 'it is paid, and then charged back',
    play: async (stage) => {
      const payin = await stage.paid(undefined, REVERSIBLE);
      await stage.reaches(payin, 'APPROVED');
      await stage.happens(payin, 'reverse');
      return stage.acts(payin, 'refresh');
    },
  },
  'payin.late_payment': {
    does: 'it has expired, and the payer pays all the same',
    play: async (stage) => {
      const payin = await stage.happens(await stage.open(EXPIRING), 'expire');
      await stage.reaches(payin, 'EXPIRED');
      return stage.happens(payin, 'pay');
    },
  },
  'discrepancy.opened': {
    does: 'less arrives than was asked: a person is to decide',
    play: (stage) => stage.paid(AMOUNT_IN_CENTS / 5, OPEN_AMOUNT),
  },
  'discrepancy.resolved': {
    does: 'less arrives than was asked, and you accept it as paid',
    play: async (stage) => {
      const payin = await stage.paid(AMOUNT_IN_CENTS / 5, OPEN_AMOUNT);
      await stage.reaches(payin, 'UNDERPAID');
      return stage.acts(payin, 'accept');
    },
  },
  'refund.requested': { does: 'it is paid, and a refund is requested', play: (stage) => stage.refunded() },
  'refund.approved': { does: '… and approved', play: (stage) => stage.refunded(['approve']) },
  'refund.paid': {
    does: '… and paid',
    play: (stage) => stage.refunded(['approve'], ['pay', { evidence: 'transfer of the command line' }]),
  },
  'refund.canceled': { does: '… or canceled', play: (stage) => stage.refunded(['cancel']) },
};
