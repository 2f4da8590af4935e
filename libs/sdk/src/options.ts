/** Of one call; over those of the client. */
export interface CallOptions {
  /** Ends the call, also while it waits for a retry. What was sent may have had its effect. */
  signal?: AbortSignal | undefined;
  /** For the whole call with its retries. */
  timeoutMs?: number | undefined;
  /** For one attempt, until its answer is read. */
  attemptTimeoutMs?: number | undefined;
  /** How often it is sent again at most. Only what is safe to send again is; 0: never. */
  retries?: number | undefined;
}

export interface RecaudoOptions extends Omit<CallOptions, 'signal'> {
  apiKey: string;
  /** Where Recaudo is served, for example `https://pay.example.com`. */
  baseUrl: string;
  /** Instead of the runtime's own. */
  fetch?: typeof globalThis.fetch | undefined;
}

/** What a call keeps to. */
export interface Limits {
  timeoutMs: number;
  attemptTimeoutMs: number;
  retries: number;
}
export const DEFAULTS: Limits = { timeoutMs: 60_000, attemptTimeoutMs: 20_000, retries: 4 };
