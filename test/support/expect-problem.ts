import { expect } from '@jest/globals';
import { PROBLEMS, type ProblemCode } from '../../src/http/problem.js';

/** An answer of either `fetch` or a raw socket, its body as text or parsed. */
interface AnyAnswer {
  status: number;
  headers: Headers | Record<string, string>;
  body: unknown;
}

interface ProblemBody {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: ProblemCode;
  requestId: string;
  errors?: { field: string; message: string }[];
}

const MEMBERS = ['type', 'title', 'status', 'detail', 'code', 'requestId', 'errors'];

/** Holds that an answer is a whole and well-formed problem (RFC 9457, and ours), and gives it. */
export function expectProblem(answer: AnyAnswer, code: ProblemCode, ...fields: string[]): ProblemBody {
  const header = (name: string) =>
    answer.headers instanceof Headers ? answer.headers.get(name) : answer.headers[name];
  const problem = (typeof answer.body === 'string' ? JSON.parse(answer.body) : answer.body) as ProblemBody;
  expect(problem).toMatchObject({
    code,
    status: answer.status,
    type: expect.stringMatching(/^https?:\/\/[^/]+\/problems\/[a-z-]+$/),
  });
  expect(answer.status).toBe(PROBLEMS[code].status);
  expect(problem.title).toBe(PROBLEMS[code].title);
  // A sentence of its own: what to do is not in the title.
  expect(problem.detail).toMatch(/^.{10,}$/s);
  expect(problem.detail).not.toBe(problem.title);
  expect(MEMBERS).toEqual(expect.arrayContaining(Object.keys(problem)));
  expect(header('content-type')).toMatch(/^application\/problem\+json/);
  expect(problem.requestId).toMatch(/^[A-Za-z0-9._-]{8,64}$/);
  expect(header('x-request-id')).toBe(problem.requestId);
  for (const { field, message } of problem.errors ?? [])
    expect([field, message]).toEqual([expect.stringMatching(/./), expect.stringMatching(/./)]);
  if (fields.length > 0) expect((problem.errors ?? []).map(({ field }) => field).toSorted()).toEqual(fields.toSorted());
  return problem;
}
