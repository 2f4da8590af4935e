import { type Rail, RAILS } from '@recaudo/payment-provider';
import { parseCookie, stringifySetCookie } from 'cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ServiceSettings } from '../../config/service.settings.js';
import { isHttps } from '../auth/session-cookie.js';

const NAME = 'recaudo_rail';
const KEPT_SECONDS = 180 * 24 * 3600;

/** The rail that was chosen last in this browser, whichever merchant it was for. It says nothing of its payer. */
export function lastRailOf({ headers }: FastifyRequest): Rail | undefined {
  const value = headers.cookie === undefined ? undefined : parseCookie(headers.cookie)[NAME];
  return RAILS.find((rail) => rail === value);
}

export function keepLastRail(reply: FastifyReply, rail: Rail, { publicUrl }: Pick<ServiceSettings, 'publicUrl'>): void {
  const cookie = stringifySetCookie({
    name: NAME,
    value: rail,
    maxAge: KEPT_SECONDS,
    path: '/pay',
    httpOnly: true,
    sameSite: 'lax',
    secure: isHttps(publicUrl),
  });
  void reply.header('set-cookie', cookie);
}
