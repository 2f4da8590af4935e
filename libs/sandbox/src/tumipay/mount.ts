import type { FastifyInstance } from 'fastify';
import { CallLog } from '../call-log.js';
import { FaultPlan } from '../faults.js';
import type { Journal } from '../journal.js';
import { tumiPayApi, type TumiPayOperation } from './api.js';
import { Cashier } from './cashier.js';
import type { TumiPayContext, TumiPayCredentials } from './context.js';
import { payByAddressIn, tumiPayControl } from './control.js';
import type { TumiPayOrderView } from './order.js';
import { isTumiPayEvent } from './order-book.js';
import { tumiPayPage } from './page.js';
import { changeSwitches, TUMIPAY_SWITCH_DEFAULTS, type TumiPaySandboxSwitches } from './switches.js';

export const TUMIPAY_SANDBOX_CREDENTIALS = {
  username: 'sandbox-user',
  password: 'sandbox-password',
  token: 'sandbox-token-top',
} as const;

/** The switches at start (a reset returns to them), and other credentials than the sandbox's own. */
export interface TumiPaySandboxOptions extends Partial<TumiPaySandboxSwitches> {
  readonly credentials?: Partial<TumiPayCredentials>;
}

export interface MountOptions {
  readonly journal: Journal;
  /** Origin of the payment page's address, known once the server listens. */
  readonly publicUrl: () => string;
  readonly closing: AbortSignal;
  readonly tumipay: TumiPaySandboxOptions;
}

export const TUMIPAY_BASE_PATH = '/tumipay/production/api';

/** A simulated provider on a server. */
export interface MountedTumiPay {
  /** Takes up what the journal left under way. */
  start(): void;
  close(): Promise<void>;
  payByAddressIn(text: string): TumiPayOrderView | undefined;
}

/** Puts the simulated TumiPay on a server. */
export function mountTumiPay(app: FastifyInstance, options: MountOptions): MountedTumiPay {
  const { journal: shared, publicUrl, closing } = options;
  const { credentials, ...chosen } = options.tumipay;
  const initial = changeSwitches(TUMIPAY_SWITCH_DEFAULTS, chosen);
  let current = initial;
  const merged = { ...TUMIPAY_SANDBOX_CREDENTIALS, ...credentials };
  const journal = shared.scope('tumipay', isTumiPayEvent);
  const faults = new FaultPlan<TumiPayOperation>(['create', 'query']);
  const calls = new CallLog();
  const cashier = new Cashier({ journal, switches: () => current, token: merged.token });
  const context: TumiPayContext = {
    cashier,
    faults,
    calls,
    credentials: merged,
    switches: () => current,
    setSwitches: (switches) => {
      current = switches;
    },
    reset: () => {
      current = initial;
      faults.clear();
      calls.clear();
      cashier.reset();
    },
    paymentUrl: (ticket) => `${publicUrl()}/tumipay/payments/main?s=${ticket}`,
    flushed: () => journal.flushed(),
    closing,
  };
  void app.register((scope) => tumiPayApi(scope, context), { prefix: TUMIPAY_BASE_PATH });
  void app.register((scope) => tumiPayPage(scope, context), { prefix: '/tumipay/payments' });
  void app.register((scope) => tumiPayControl(scope, context), { prefix: '/control/tumipay' });
  return {
    start: () => cashier.start(),
    close: () => cashier.close(),
    payByAddressIn: (text) => payByAddressIn(text, context),
  };
}
