/** Words of an API, and its version. Ids, references, document numbers and e-mail addresses do not look like that. */
const WORD = /^(?:[a-z][A-Za-z.-]{0,24}|v\d{1,2}|)$/;

const LENGTH_MAX = 200;

/** Which operation was called: the path with everything masked that may be data. No query, no user, no host. */
export function loggablePath(url: string): string {
  const path = URL.parse(url)?.pathname ?? '';
  return path
    .slice(0, LENGTH_MAX)
    .split('/')
    .map((segment) => (WORD.test(segment) ? segment : '*'))
    .join('/');
}
