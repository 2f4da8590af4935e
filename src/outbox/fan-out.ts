import { createHash } from 'node:crypto';

/** A notification for the merchant, to be committed together with its event. */
export interface OutgoingNotification {
  /** UUIDv7 of `createdAt`. */
  id: string;
  createdAt: Date;
  sequence: number;
  type: string;
  body: string;
  /** The payin's `callbackUrl`, and its partition. */
  url: string | null;
  partition: string | null;
  /** The id of the credentials of a drop-in contract: it goes to `url` in that contract's words, and to no webhook endpoint. */
  contractKeyId: string | null;
}

/**
 * The partition of a `callbackUrl`: its host and port, because its messages fail together. There are 256, because every partition with waiting
 * messages is a step of every claim, and a merchant may name any number of hosts.
 */
export function partitionOf(url: string): string {
  return `callback ${createHash('sha256').update(new URL(url).host).digest('hex').slice(0, 2)}`;
}
