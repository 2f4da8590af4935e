/** An address that a browser may be sent to; undefined for what is none, such as a link that runs a script. */
export function httpUrl(text: string): string | undefined {
  const url = URL.parse(text);
  return url && (url.protocol === 'https:' || url.protocol === 'http:') ? url.href : undefined;
}
