import { useLanguage } from '../texts/language.js';
import { formatMoment, type MomentForm } from '../texts/moment.js';
import classes from './components.module.css';

/** A time of Bogotá; the whole of it, to the millisecond, where the pointer rests. */
export function Moment({ at, form }: { at: string | null; form?: MomentForm }) {
  const language = useLanguage();
  if (at === null) return <>—</>;
  return (
    <time dateTime={at} title={formatMoment(at, language, 'exact')} className={classes.moment}>
      {formatMoment(at, language, form)}
    </time>
  );
}
