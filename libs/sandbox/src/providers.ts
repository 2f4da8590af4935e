import type { Simulation } from './kit/simulation.js';
import { HELLOPAY, type HelloPay } from './hellopay/hellopay.js';
import { TEEMOPAY, type TeemoPay } from './teemopay/teemopay.js';
import { TUMIPAY, type TumiPay } from './tumipay/tumipay.js';

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
