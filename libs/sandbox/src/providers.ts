import type { Simulation } from './kit/simulation.js';
import { TUMIPAY, type TumiPay } from './tumipay/tumipay.js';

/** The simulated providers: one line here and one in `PROVIDERS`. */
export interface SimulatedProviders {
  tumipay: TumiPay;
}

export const PROVIDERS: { readonly [Name in ProviderName]: Simulation<SimulatedProviders[Name]> } = {
  tumipay: TUMIPAY,
};

export type ProviderName = keyof SimulatedProviders;
