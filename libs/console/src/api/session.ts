import { type QueryClient, queryOptions, useQuery } from '@tanstack/react-query';
import { answerOf, type Schemas, sessionApi } from './client.js';
import { ApiProblem } from './problem.js';

export type Session = Schemas['SessionSchema'];
export type Scope = Schemas['Scope'];
export type Role = Schemas['Role'];

/** null: nobody has signed in. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: async (): Promise<Session | null> => {
    try {
      return await answerOf(sessionApi.GET('/session'));
    } catch (error) {
      if (error instanceof ApiProblem && error.status === 401) return null;
      throw error;
    }
  },
  staleTime: 60_000,
  // Whoever comes from another window to keep recovery codes finds them still there.
  refetchOnWindowFocus: false,
});

/** Somebody has signed in where nobody was. Nothing of what another person saw before stays. */
export function enter(queries: QueryClient, session: Session): void {
  queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== sessionQuery.queryKey[0] });
  queries.setQueryData(sessionQuery.queryKey, session);
}

/** Of the person who has signed in: on every page there is one. */
export function useSession(): Session {
  const { data } = useQuery(sessionQuery);
  if (!data) throw new Error('a page is shown to nobody');
  return data;
}

/** Whether the person may do this. What they may not do is not shown, and refused by the API all the same. */
export function useMay(): (scope: Scope) => boolean {
  const { scopes } = useSession();
  return (scope) => scopes.includes(scope);
}
