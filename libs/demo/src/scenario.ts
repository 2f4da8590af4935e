import type { ProviderName } from '@recaudo/sandbox';
import type { ScenarioActions } from './scenario-actions.js';

/** What the merchant asks for beside rail, provider and reference. */
interface DemoRequest {
  amountInCents: number;
  expiresInMinutes?: number;
  pse?: { bank: string; personType: string };
  breb?: { keyType: string };
  inlineCustomer?: object;
}

/** A payin that is opened at a provider, what happens next, and how it must end. */
export interface PayinScenario {
  /** By which it is played alone. */
  name: string;
  title: string;
  provider: ProviderName;
  rail: string;
  /** Needs the setting `TUMIPAY_DIRECT=true` at the service, and the same at the simulated provider. */
  direct?: true;
  reference: string;
  request: DemoRequest;
  /** The kind of instructions that the payer gets. */
  instructions: 'redirect' | 'breb_key' | 'push' | 'message';
  happens: (actions: ScenarioActions) => Promise<unknown>;
  ends: {
    status: string;
    amountStatus: string;
    receiptsInCents: number[];
    /** Kinds; a resolved one ends with `, resolved`. */
    discrepancies: string[];
    /** The notification that the merchant must receive. */
    notification: string;
  };
}

/** A payin that is refused before any provider is called. */
export interface RefusalScenario {
  name: string;
  title: string;
  rail: string;
  reference: string;
  request: DemoRequest;
  /** The field that the refusal names. */
  refused: string;
}

export type Scenario = PayinScenario | RefusalScenario;
