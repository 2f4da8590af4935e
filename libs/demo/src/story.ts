import type { ProviderName } from '@recaudo/sandbox';
import type { Scene } from './scene.js';

/** What the merchant asks for beside rail, provider and reference. */
interface DemoRequest {
  amountInCents: number;
  expiresInMinutes?: number;
  pse?: { bank: string; personType: string };
  breb?: { keyType: string };
  inlineCustomer?: object;
}

/** A payin that is opened at a provider: what then happens, and how it must end. */
export interface PayinStory {
  title: string;
  provider: ProviderName;
  rail: string;
  /** Needs the setting `TUMIPAY_DIRECT=true` at the service, and the same at the simulated provider. */
  direct?: true;
  reference: string;
  request: DemoRequest;
  /** How the payer is told to pay. */
  instructions: 'redirect' | 'breb_key' | 'push' | 'message';
  happens: (scene: Scene) => Promise<unknown>;
  ends: {
    status: string;
    amountStatus: string;
    receiptsInCents: number[];
    /** Kinds; one that has been settled meanwhile with `, resolved` behind it. */
    discrepancies: string[];
    /** The notification that the merchant must hear. */
    told: string;
  };
}

/** A payin that is refused before any provider is called. */
export interface RefusalStory {
  title: string;
  rail: string;
  reference: string;
  request: DemoRequest;
  /** The field that the refusal names. */
  refused: string;
}

export type Story = PayinStory | RefusalStory;
