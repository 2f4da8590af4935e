import { parseCookie, stringifySetCookie } from 'cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ServiceSettings } from '../../config/service.settings.js';

const ID = /^[A-Za-z0-9_-]{43}$/;
const LOOPBACK_HOSTS = ['localhost', '127.0.0.1', '[::1]'];

type Settings = Pick<ServiceSettings, 'publicUrl' | 'PUBLIC_URL' | 'PORT' | 'SESSION_MAX_SECONDS'>;

/** Over HTTPS the browser takes a cookie of this prefix from this host alone, and sends it nowhere else. */
function nameOf({ publicUrl }: Settings): string {
  return isHttps(publicUrl) ? '__Host-recaudo_session' : 'recaudo_session';
}

export function isHttps(publicUrl: string): boolean {
  return publicUrl.startsWith('https:');
}

/** The id that a request comes with. */
export function presentedSessionId({ headers }: FastifyRequest, settings: Settings): string | undefined {
  const id = headers.cookie === undefined ? undefined : parseCookie(headers.cookie)[nameOf(settings)];
  return id !== undefined && ID.test(id) ? id : undefined;
}

/** @param id none ends the cookie */
export function writeSessionCookie(reply: FastifyReply, settings: Settings, id: string | undefined): void {
  const cookie = stringifySetCookie({
    name: nameOf(settings),
    value: id ?? '',
    maxAge: id === undefined ? 0 : settings.SESSION_MAX_SECONDS,
    path: '/',
    httpOnly: true,
    sameSite: 'strict',
    secure: isHttps(settings.publicUrl),
  });
  void reply.header('set-cookie', cookie);
}

/** Where pages of ours come from. Without PUBLIC_URL the service is on this machine, under any of its names. */
export function isOwnOrigin(origin: string | undefined, settings: Settings): boolean {
  if (origin === undefined) return false;
  if (origin === new URL(settings.publicUrl).origin) return true;
  return !settings.PUBLIC_URL && LOOPBACK_HOSTS.some((host) => origin === `http://${host}:${settings.PORT}`);
}

function nameOfAttempt({ publicUrl }: Settings): string {
  return isHttps(publicUrl) ? '__Host-recaudo_oidc' : 'recaudo_oidc';
}

/** What a browser keeps while it signs in at another site. */
export function presentedAttempt({ headers }: FastifyRequest, settings: Settings): string | undefined {
  return headers.cookie === undefined ? undefined : parseCookie(headers.cookie)[nameOfAttempt(settings)];
}

/** It is sent when that site sends the browser back, which `Strict` would not do. It gives nothing by itself. */
export function writeAttemptCookie(reply: FastifyReply, settings: Settings, value: string, maxAge: number): void {
  const secure = isHttps(settings.publicUrl);
  const cookie = { name: nameOfAttempt(settings), value, maxAge, path: '/', httpOnly: true, secure } as const;
  void reply.header('set-cookie', stringifySetCookie({ ...cookie, sameSite: 'lax' }));
}
