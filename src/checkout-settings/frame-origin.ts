const HTTPS = /^https:\/\/[a-z0-9.-]{1,253}(?::\d{1,5})?$/;
const LOCAL = /^http:\/\/(?:localhost|127\.0\.0\.1)(?::\d{1,5})?$/;

/** An origin, written as a browser writes it: it goes into a Content-Security-Policy as it is. */
export function isFrameOrigin(origin: string, allowLocal: boolean): boolean {
  if (!HTTPS.test(origin) && !(allowLocal && LOCAL.test(origin))) return false;
  return URL.canParse(origin) && new URL(origin).origin === origin;
}
