import type { Simulation } from './kit/simulation.js';
import { HELLOPAY } from './hellopay/hellopay.js';
import type { HelloPay } from './hellopay/types.js';
import { TEEMOPAY } from './teemopay/teemopay.js';
import type { TeemoPay } from './teemopay/types.js';
import { TUMIPAY } from './tumipay/tumipay.js';
import type { TumiPay } from './tumipay/types.js';

/** The simulated providers: one line here and one in `PROVIDERS`. */
export interface SimulatedProviders {
  tumipay: TumiPay;
  hellopay: HelloPay;
  teemopay: TeemoPay;
}

export const PROVIDERS: { readonly [Name in ProviderName]: Simulation<SimulatedProviders[Name]> } = {
  tumipay: TUMIPAY,
  hellopay: HELLOPAY,
  teemopay: TEEMOPAY,
};

export type ProviderName = keyof SimulatedProviders;
