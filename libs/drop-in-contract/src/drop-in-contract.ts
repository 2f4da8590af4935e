import type { IncomingHttpHeaders } from 'node:http';
import type { ServedEvent, ServedPayins } from './served-payin.js';

/** Texts that are kept encrypted: what a contract needs to check a request, to sign, and where its webhook goes. */
export type Secrets = Readonly<Record<string, string>>;

/** What the command line was given for new credentials. */
export interface IssueOptions {
  /** `--direct` */
  direct: boolean;
  /** `--webhook-url` */
  webhookUrl?: string;
  /** `--public-key` */
  publicKey?: string;
  /** `--amount-unit` */
  amountUnit?: string;
}

/** An option that the contract has no use for, or lacks: a sentence for whoever typed it. */
export class IssueOptionError extends Error {}

export interface IssuedCredentials {
  /** As `presented` reads it from a request. */
  presented: string;
  secrets: Secrets;
  /** Printed once, under the names of the contract's documents. */
  printed: Readonly<Record<string, string>>;
}

export interface ContractAnswer {
  status: number;
  body: unknown;
}

/** A request whose credentials are known; what else proves who sent it, the operation checks. */
export interface ContractCall {
  headers: IncomingHttpHeaders;
  params: Readonly<Record<string, string>>;
  query: Readonly<Record<string, unknown>>;
  rawBody: Buffer;
  /** The JSON in it, read strictly: no name twice, no number that a double cannot hold. @throws what `refusal` is then asked to say */
  json(): unknown;
  secrets: Secrets;
}

export interface Operation {
  methods: readonly ('GET' | 'POST')[];
  /** Segments that begin with `:` are parameters. */
  path: string;
  run(call: ContractCall, payins: ServedPayins): Promise<ContractAnswer> | ContractAnswer;
}

/** Why a request is refused, in the words of our own API. */
export interface Refused {
  /** Such as `VALIDATION_FAILED`, `REFERENCE_CONFLICT`, `RAIL_NOT_AVAILABLE`, `UNAUTHENTICATED`, `OVERLOADED`. */
  code: string;
  status: number;
  detail: string;
  /** By our names of fields. */
  errors: readonly { field: string; message: string }[];
}

export interface ContractMessage {
  headers: Readonly<Record<string, string>>;
  body: string;
}

/** A provider's contract for merchants, served by us: what its clients send, what they are answered, and how they are called. No I/O of its own. */
export interface DropInContract {
  readonly name: string;
  readonly title: string;
  /** @throws IssueOptionError */
  issue(options: IssueOptions): IssuedCredentials;
  /** What of a request's headers names its credentials; undefined where there is none. */
  presented(headers: IncomingHttpHeaders): string | undefined;
  readonly operations: readonly Operation[];
  refusal(refused: Refused): ContractAnswer;
  /** Lines of a payin's history of which its webhook is sent. A payment comes before a status: of a decision that has both, the status has no webhook. */
  readonly notifies: readonly string[];
  /** Whether each payment has a webhook of its own; else the last of a decision has one, with the sum. */
  readonly notifiesEachPayment: boolean;
  /** @param at when it is sent; an attempt again has another one */
  message(event: ServedEvent, secrets: Secrets, at: Date): ContractMessage;
  acknowledges(answer: { status: number; bodyText: string }): boolean;
}

/** What is looked up by a request's credentials: those of two contracts, and API keys, are never the same text. */
export function presentedText(contract: string, presented: string): string {
  return `drop-in ${contract} ${presented}`;
}
