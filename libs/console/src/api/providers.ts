import { useQuery } from '@tanstack/react-query';
import { answerOf, api } from './client.js';
import { useMay } from './session.js';

const FRESH_MS = 60_000;

/** The names of all providers, to choose from; none where the person may not see them. */
export function useProviders(): readonly string[] {
  const { data } = useQuery({
    queryKey: ['providers'],
    queryFn: ({ signal }) => answerOf(api.GET('/providers', { signal })),
    enabled: useMay()('payins:read'),
    staleTime: FRESH_MS,
  });
  return (data?.data ?? []).map(({ provider }) => provider);
}
