import type { components } from './schema.js';

export type ProblemCode = components['schemas']['ProblemCode'];
type ProblemBody = components['schemas']['ProblemSchema'];
type FieldProblem = NonNullable<ProblemBody['errors']>[number];

/** What the service answered instead of what was asked for. */
export class ApiProblem extends Error {
  constructor(
    readonly status: number,
    readonly code: ProblemCode | 'UNKNOWN',
    readonly detail: string,
    readonly requestId: string | null,
    readonly fields: readonly FieldProblem[] = [],
    readonly retryAfterSeconds: number | null = null,
  ) {
    super(`${status} ${code}`);
    this.name = 'ApiProblem';
  }

  /** @param body as it was read; what stands between us and the service may answer anything */
  static from(response: Response, body: unknown): ApiProblem {
    const problem = (typeof body === 'object' && body !== null ? body : {}) as Partial<ProblemBody>;
    const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN);
    return new ApiProblem(
      response.status,
      problem.code ?? 'UNKNOWN',
      problem.detail ?? '',
      problem.requestId ?? response.headers.get('x-request-id'),
      problem.errors ?? [],
      Number.isFinite(retryAfter) ? retryAfter : null,
    );
  }
}

/** The service could not be reached: nothing is known about what was asked. */
export class NotReached extends Error {
  constructor(cause: unknown) {
    super('the service was not reached', { cause });
    this.name = 'NotReached';
  }
}

/** Whether the same question may be answered later: the service restarts, or has too much to do. */
export function isPassing(error: unknown): boolean {
  return error instanceof NotReached || (error instanceof ApiProblem && [429, 502, 503, 504].includes(error.status));
}
