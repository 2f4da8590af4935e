import { useQuery } from '@tanstack/react-query';
import { answerOf, api } from '../../api/client.js';
import { useMay, useSession } from '../../api/session.js';
import { useTexts } from '../../texts/texts.js';
import { discrepanciesTexts } from './texts.js';

/** As `Actor` asks: both read the same answer. */
const PAGE = 100;

/** Who somebody is, for those who may know: their name, `usted`, or only that it was another person. */
export function useWho(): (id: string) => string {
  const t = useTexts(discrepanciesTexts);
  const { person } = useSession();
  const may = useMay();
  const { data } = useQuery({
    queryKey: ['people', 'names'],
    queryFn: ({ signal }) => answerOf(api.GET('/people', { params: { query: { limit: PAGE } }, signal })),
    enabled: may('people:read'),
    staleTime: 60_000,
  });
  return (id) => (id === person.id ? t.you : (data?.data.find((one) => one.id === id)?.name ?? t.somebodyElse));
}
