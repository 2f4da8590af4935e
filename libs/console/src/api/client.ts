import createClient from 'openapi-fetch';
import { ApiProblem, NotReached } from './problem.js';
import type { components, paths } from './schema.js';
import { signInAgain } from './sign-in-again.js';

export type Schemas = components['schemas'];

async function problemOf(response: Response): Promise<ApiProblem> {
  const body: unknown = await response
    .clone()
    .json()
    .catch(() => undefined);
  return ApiProblem.from(response, body);
}

async function reach(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch (error) {
    if (request.signal.aborted) throw error;
    throw new NotReached(error);
  }
}

/**
 * Sends it. A session that has ended changed nothing: the person signs in over the page, and the same request goes again.
 * @throws ApiProblem where the answer is not what was asked for; NotReached
 */
export async function send(request: Request): Promise<Response> {
  const again = request.clone();
  const response = await reach(request);
  if (response.ok) return response;
  const problem = await problemOf(response);
  if (problem.code !== 'UNAUTHENTICATED') throw problem;
  await signInAgain();
  const second = await reach(again);
  if (!second.ok) throw await problemOf(second);
  return second;
}

/** The whole API, as /openapi.json describes it. */
export const api = createClient<paths>({ fetch: send });

/** Without signing in again: what the page for signing in asks. */
export const sessionApi = createClient<paths>({
  fetch: async (request) => {
    const response = await reach(request);
    if (!response.ok) throw await problemOf(response);
    return response;
  },
});

/** What was answered. Problems are thrown, so there is no other case; CSV is asked for by `useCsvDownload` alone. */
export async function answerOf<T>(call: Promise<{ data?: T; response: Response }>): Promise<Exclude<T, string>> {
  const { data } = await call;
  return data as Exclude<T, string>;
}
