import { useLanguage } from '../../texts/language.js';
import { formatMoment } from '../../texts/moment.js';

/** From which day to which: the last one is part of it. */
export function Period({ from, to }: { from: string; to: string }) {
  const language = useLanguage();
  const first = formatMoment(from, language, 'day');
  const last = formatMoment(new Date(Date.parse(to) - 1), language, 'day');
  return <>{first === last ? first : `${first} – ${last}`}</>;
}
