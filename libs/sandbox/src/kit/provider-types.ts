/** The types of one simulated provider. */
export interface ProviderTypes {
  /** Its own texts. */
  status: string;
  /** What can happen to an order beside being paid; `reverse` where a payment can be reversed. */
  move: string;
  /** What it keeps of an order beside the kit's fields. Plain JSON. */
  details: object;
  switches: object;
  /** Names of its API's calls, for faults and the call log. */
  operation: string;
  credentials: object;
}
