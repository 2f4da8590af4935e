import { ControlError, type JsonObject } from '../control-input.js';

/** What TumiPay does not document, or documents twice; each can be changed while the sandbox runs. */
export interface TumiPaySandboxSwitches {
  /** The Bre-B key in a create answer: one key for all, one per ticket, or none (the shape of seed 001). */
  readonly accountNumber: 'static' | 'per_ticket' | 'absent';
  readonly duplicateReference: 'error' | 'same_ticket' | 'new_ticket';
  readonly notFound: '404' | '200_with_code';
  /** Whether a query tells what was asked or what arrived. */
  readonly queryAmount: 'requested' | 'settled';
  /** Whether an unpaid order past its expiration_time becomes EXPIRED. */
  readonly expires: boolean;
  /** Unit of amounts in create and query. */
  readonly amountUnit: 'cents' | 'pesos';
  readonly webhookAmountUnit: 'cents' | 'pesos';
}

export type TumiPayAmountUnit = TumiPaySandboxSwitches['amountUnit'];

export const TUMIPAY_SWITCH_DEFAULTS: TumiPaySandboxSwitches = {
  accountNumber: 'static',
  duplicateReference: 'error',
  notFound: '404',
  queryAmount: 'requested',
  expires: true,
  amountUnit: 'cents',
  webhookAmountUnit: 'cents',
};

const CHOICES: { readonly [Key in keyof TumiPaySandboxSwitches]: readonly TumiPaySandboxSwitches[Key][] } = {
  accountNumber: ['static', 'per_ticket', 'absent'],
  duplicateReference: ['error', 'same_ticket', 'new_ticket'],
  notFound: ['404', '200_with_code'],
  queryAmount: ['requested', 'settled'],
  expires: [true, false],
  amountUnit: ['cents', 'pesos'],
  webhookAmountUnit: ['cents', 'pesos'],
};

/** `current` with `changes` applied; throws `ControlError` that names the switch and what it takes. */
export function changeSwitches(current: TumiPaySandboxSwitches, changes: JsonObject): TumiPaySandboxSwitches {
  const all = new Map<string, readonly unknown[]>(Object.entries(CHOICES));
  for (const [key, value] of Object.entries(changes)) {
    const choices = all.get(key);
    if (choices === undefined) {
      throw new ControlError(400, `There is no switch ${key}; there are ${[...all.keys()].join(', ')}.`);
    }
    if (!choices.includes(value)) {
      throw new ControlError(
        400,
        `${key} must be one of ${choices.map((choice) => JSON.stringify(choice)).join(', ')}.`,
      );
    }
  }
  return { ...current, ...changes };
}
