import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { answerOf, api } from '../api/client.js';
import { useMay, useSession } from '../api/session.js';
import { texts, useTexts } from '../texts/texts.js';

const actorTexts = texts(
  { you: 'Usted', another: (end: string) => `Otra persona o llave (…${end})` },
  { you: 'You', another: (end) => `Another person or key (…${end})` },
);
const END_LENGTH = 6;
const PAGE = 100;

/** Who did it: a name where the person may know it, else the end of their id. */
export function Actor({ id }: { id: string | null }) {
  const t = useTexts(actorTexts);
  const { person } = useSession();
  const may = useMay();
  const { data: people } = useQuery({
    queryKey: ['people', 'names'],
    queryFn: ({ signal }) => answerOf(api.GET('/people', { params: { query: { limit: PAGE } }, signal })),
    enabled: id !== null && id !== person.id && may('people:read'),
    staleTime: 300_000,
  });
  if (id === null) return <>—</>;
  if (id === person.id) return <>{t.you}</>;
  const name = people?.data.find((one) => one.id === id)?.name;
  return (
    <Text span inherit title={id}>
      {name ?? t.another(id.slice(-END_LENGTH))}
    </Text>
  );
}
