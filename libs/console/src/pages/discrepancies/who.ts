import { useNameOf } from '../../api/actors.js';
import { useSession } from '../../api/session.js';
import { useTexts } from '../../texts/texts.js';
import { discrepanciesTexts } from './texts.js';

/** Who somebody is, for those who may know: their name, `usted`, or only that it was somebody else. */
export function useWho(): (id: string) => string {
  const t = useTexts(discrepanciesTexts);
  const { person } = useSession();
  const nameOf = useNameOf();
  return (id) => (id === person.id ? t.you : (nameOf(id) ?? t.somebodyElse));
}
