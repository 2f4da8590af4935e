import type { PseBank, Rail } from '@recaudo/payment-provider';
import type { RailOffer } from '../../payins/use-cases/checkout.service.js';
import type { PayerProblem, PayerValues } from '../../payins/use-cases/payer-data.js';
import type { PayinPageContext } from './parts.js';

/** What a payer can choose, and what of it is chosen so far. */
export interface ChoiceContext extends PayinPageContext {
  /** As they are shown. */
  offers: readonly RailOffer[];
  /** Whose fields are shown; where there is one offer it is the one. */
  offer: RailOffer | undefined;
  /** The rail of the last time in this browser. */
  lastRail: Rail | undefined;
  /** Of PSE, where its bank is asked for; undefined while nobody can list them. */
  banks: readonly PseBank[] | undefined;
  values: PayerValues;
  problems: readonly PayerProblem[];
  /** The rail that was chosen is not offered any more. */
  isUnavailable: boolean;
}
