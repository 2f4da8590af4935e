import { PROVIDERS } from '../../src/providers.js';

const FIRST = Date.parse('2026-11-21T15:00:00.000Z');
const DAY_MS = 86_400_000;
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g;

/** Of a list. */
const ITEMS_MAX = 2;

/** What is only of this run, of this machine, or that nobody should copy. */
const REPLACED: readonly [RegExp, string][] = [
  [/http:\/\/(?:localhost|127\.0\.0\.1):\d+/g, 'https://pay.example.com'],
  [
    /(\/(?:pay(?:\/link)?|checkout\/logos|console\/invitations?|invitations?)\/)[\w-]{16,}(?:\.[\w-]+)*/g,
    '$1Zk3vQ0xJ7mT2bN8rLw5YcA',
  ],
  [/127\.0\.0\.1/g, '203.0.113.7'],
  [/rk_(live|test)_[\w-]+/g, 'rk_$1_THE_KEY_IS_SHOWN_HERE_ONCE'],
  [/whsec_[A-Za-z0-9+/=]+/g, 'whsec_THE_SECRET_IS_SHOWN_HERE_ONCE'],
  [/secret=[A-Z2-7]+/g, 'secret=JBSWY3DPEHPK3PXP'],
];

/** Answers as examples of the description: the same ids, times and names at each recording, as far as that goes. */
export function recordedAnswers(answers: Readonly<Record<string, object>>): object {
  let text = JSON.stringify(answers, (name, value: unknown) =>
    name === 'data' && Array.isArray(value) ? value.slice(0, ITEMS_MAX) : value,
  );
  // Of this run; what stands in an example of a request stays as it is.
  const isOfRun = (time: string) => Math.abs(Date.parse(time) - Date.now()) < 8 * DAY_MS;
  const times = [...text.matchAll(TIME)].flatMap(([time]) => (isOfRun(time) ? [Date.parse(time)] : []));
  const shift = FIRST - times.reduce((least, time) => Math.min(least, time), Infinity);
  text = text.replaceAll(TIME, (time) => (isOfRun(time) ? new Date(Date.parse(time) + shift).toISOString() : time));
  const ids = new Map<string, string>();
  text = text.replaceAll(UUID, (id) => {
    const known = ids.get(id) ?? `019aa6f4-3ec0-7000-8000-${String(ids.size + 1).padStart(12, '0')}`;
    ids.set(id, known);
    return known;
  });
  for (const [what, by] of REPLACED) text = text.replaceAll(what, by);
  for (const { name } of PROVIDERS) text = text.replaceAll(new RegExp(name, 'gi'), 'example');
  return JSON.parse(text) as object;
}
