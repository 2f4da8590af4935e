import { Text } from '@mantine/core';
import { useNameOf } from '../api/actors.js';
import { useSession } from '../api/session.js';
import { texts, useTexts } from '../texts/texts.js';

const actorTexts = texts(
  { you: 'Usted', another: (end: string) => `Otra persona o llave (…${end})` },
  { you: 'You', another: (end) => `Another person or key (…${end})` },
);
const END_LENGTH = 6;

/** Who did it: a name where the person may know it, else the end of their id. */
export function Actor({ id }: { id: string | null }) {
  const t = useTexts(actorTexts);
  const { person } = useSession();
  const nameOf = useNameOf();
  if (id === null) return <>—</>;
  if (id === person.id) return <>{t.you}</>;
  return (
    <Text span inherit title={id}>
      {nameOf(id) ?? t.another(id.slice(-END_LENGTH))}
    </Text>
  );
}
