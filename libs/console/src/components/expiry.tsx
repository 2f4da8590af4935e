import { dayInBogota } from '../texts/moment.js';
import { Moment } from './moment.js';

/** When something ends. The end of a day is the day itself, and not the midnight after it. */
export function Expiry({ at }: { at: string }) {
  const last = new Date(Date.parse(at) - 1);
  return dayInBogota(last) === dayInBogota(new Date(at)) ? (
    <Moment at={at} />
  ) : (
    <Moment at={last.toISOString()} form="day" />
  );
}
