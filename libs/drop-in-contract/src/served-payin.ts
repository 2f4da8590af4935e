import type { BREB_KEY_TYPES, Customer, Instructions, PERSON_TYPES, PseBank, Rail } from '@recaudo/payment-provider';

/** What only the contract knows of a request, kept with the payin: no personal data. */
export type Asked = Readonly<Record<string, unknown>>;

/** What a merchant asks for in a contract, in our words. */
export interface ServedOrder {
  /** The merchant's own, whatever its characters: the payin is found by it for ever. */
  reference: string;
  amountInCents: number;
  rail: Rail;
  /** With the rail ANY: the payer chooses among these at our checkout, or among all. */
  rails?: readonly Rail[];
  customer?: Customer;
  pse?: { bank: string; personType: (typeof PERSON_TYPES)[number] };
  breb?: { keyType: (typeof BREB_KEY_TYPES)[number] };
  description?: string;
  /** Absent: the default of the rail. */
  expiresInMinutes?: number;
  /** Where the contract's webhook goes; absent: nowhere. */
  webhookUrl?: string;
  /** It is not of the request: the same order may come with another one. */
  webhookIsOfCredentials?: true;
  redirectUrl?: string;
  asked: Asked;
}

/** A payin as our API shows it: what contracts use of it. Amounts are cents, times ISO 8601. */
export interface ShownPayin {
  id: string;
  amountInCents: number;
  amountReceivedInCents: number;
  amountStatus: 'NONE' | 'UNCONFIRMED' | 'UNDERPAID' | 'EXACT' | 'OVERPAID';
  status:
    'CREATED' | 'PENDING' | 'UNDERPAID' | 'APPROVED' | 'REJECTED' | 'EXPIRED' | 'CANCELED' | 'FAILED' | 'REVERSED';
  rail: Rail;
  organizationId: string;
  instructions: Instructions | null;
  checkoutUrl: string;
  errorCode: string | null;
  description: string | null;
  callbackUrl: string | null;
  redirectUrl: string | null;
  createdAt: string;
  updatedAt: string;
  expiresAt: string;
  resultAt: string | null;
  chargebackAt: string | null;
  receipts: readonly { paymentId: string; amountInCents: number; feeInCents: number | null; receivedAt: string }[];
}

export interface ServedPayin {
  /** The merchant's own. */
  reference: string;
  payin: ShownPayin;
  /** Null once it is forgotten. */
  customer: Customer | null;
  /** Null without one, and once it is forgotten. */
  pse: NonNullable<ServedOrder['pse']> | null;
  asked: Asked;
}

/** What happened to a payin, as it was then. */
export interface ServedEvent extends ServedPayin {
  /** A line of our history, such as `receipt.added` or `payin.expired`. */
  type: string;
  /** The payment that the event is about, where it is about one. */
  receipt: ShownPayin['receipts'][number] | null;
  /** How much was reversed, where the event is about that. */
  reversedInCents: number | null;
}

/** Payins of the caller's organization that were created by the same contract. */
export interface ServedPayins {
  /**
   * One payin for a reference: the same order again gives the same payin, another one is refused.
   * @throws what `refusal` is then asked to say
   */
  create(order: ServedOrder): Promise<ServedPayin & { isRepeated: boolean }>;
  find(reference: string): Promise<ServedPayin | undefined>;
  read(id: string): Promise<ServedPayin | undefined>;
  /** By the time of creation; pages may be shorter than `limit`. */
  list(range: {
    from?: Date;
    to?: Date;
    statuses?: readonly ShownPayin['status'][];
    /** A payin's id, such as `next` of the page before: those behind it. */
    cursor?: string;
    limit: number;
    order: 'newest first' | 'oldest first';
  }): Promise<{ data: ServedPayin[]; next: string | null }>;
  /** @throws what `refusal` is then asked to say */
  banks(): Promise<readonly PseBank[]>;
  /** The database's time. */
  readonly now: Date;
}
