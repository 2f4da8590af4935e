import { useQuery } from '@tanstack/react-query';
import { answerOf, api, type Schemas } from '../../api/client.js';
import { useMay } from '../../api/session.js';
import { useTexts } from '../../texts/texts.js';
import { messageTexts } from './texts.js';

const PAGE = 100;
const END_LENGTH = 6;

/** Every endpoint of the organization: there are a handful. */
export function useEndpoints() {
  const may = useMay();
  return useQuery({
    queryKey: ['webhook-endpoints', 'all'],
    queryFn: ({ signal }) => answerOf(api.GET('/webhook-endpoints', { params: { query: { limit: PAGE } }, signal })),
    enabled: may('endpoints:read'),
    staleTime: 30_000,
  });
}

/** Where a message goes: the address of its endpoint as it is now, or the callbackUrl of its payin. */
export function useTargetOf(): (message: Pick<Schemas['NotificationSchema'], 'url' | 'endpointId'>) => string {
  const t = useTexts(messageTexts);
  const { data } = useEndpoints();
  return ({ url, endpointId }) =>
    url ?? data?.data.find(({ id }) => id === endpointId)?.url ?? t.endpoint((endpointId ?? '').slice(-END_LENGTH));
}
