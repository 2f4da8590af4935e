import type { FieldProblem, Problem, ProblemCode } from './types.js';
import { retryAfterMs } from './retry.js';

/** What every error of a call is, but for the reason of an `AbortSignal`, which is thrown as it is. */
export class RecaudoError extends Error {
  override name = 'RecaudoError';
}

/** What Recaudo answered instead of what was asked for (RFC 9457). */
export class RecaudoProblem extends RecaudoError {
  override name = 'RecaudoProblem';
  readonly type: string;
  readonly status: number;
  /** `UNKNOWN`: the answer is not of Recaudo, but of something between. */
  readonly code: ProblemCode | 'UNKNOWN';
  readonly title: string;
  readonly detail: string;
  /** What is wrong with which field; of `VALIDATION_FAILED` and `PROVIDER_RULE`. */
  readonly errors: readonly FieldProblem[];
  /** For whoever operates Recaudo: the logs have it, too. */
  readonly requestId: string | null;
  /** `Retry-After`. */
  readonly retryAfterMs: number | null;

  /** @param body what was answered, whatever that is */
  constructor(response: Pick<Response, 'status' | 'headers'>, body: unknown) {
    const problem = (typeof body === 'object' && body !== null ? body : {}) as Partial<Problem>;
    const { status, headers } = response;
    const code = typeof problem.code === 'string' ? problem.code : 'UNKNOWN';
    const detail = typeof problem.detail === 'string' ? problem.detail : '';
    super([`${status} ${code}`, detail].filter(Boolean).join(': '));
    this.type = problem.type ?? 'about:blank';
    this.status = status;
    this.code = code;
    this.title = problem.title ?? '';
    this.detail = detail;
    this.errors = Array.isArray(problem.errors) ? problem.errors : [];
    this.requestId = problem.requestId ?? headers.get('x-request-id');
    this.retryAfterMs = retryAfterMs(headers.get('retry-after'), Date.now());
  }
}

/**
 * No answer came, or none that can be read: nothing is known about what was asked. Send the same again, with the same reference.
 * Where time was up, `cause` is a `TimeoutError`.
 */
export class RecaudoConnectionError extends RecaudoError {
  override name = 'RecaudoConnectionError';
}
