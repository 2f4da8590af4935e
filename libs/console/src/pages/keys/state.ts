import type { ApiKey } from '../../api/actors.js';
import type { Tone } from '../../components/status-badge.js';

const SOON_MS = 14 * 86_400_000;

type KeyState = 'ACTIVE' | 'SOON' | 'EXPIRED' | 'REVOKED';
export const TONES = { ACTIVE: 'good', SOON: 'attention', EXPIRED: 'over', REVOKED: 'over' } as const satisfies Record<
  KeyState,
  Tone
>;

export function stateOf({ revokedAt, expiresAt }: ApiKey, now: number): KeyState {
  if (revokedAt !== null) return 'REVOKED';
  const left = expiresAt === null ? Infinity : Date.parse(expiresAt) - now;
  return left <= 0 ? 'EXPIRED' : left < SOON_MS ? 'SOON' : 'ACTIVE';
}

/** Those that end with it: all that it made, and that they made. */
export function endsWith(id: string, keys: readonly ApiKey[]): ApiKey[] {
  const ending: ApiKey[] = [];
  const makers = new Set([id]);
  for (const maker of makers)
    for (const key of keys)
      if (key.createdBy === maker && key.revokedAt === null && !makers.has(key.id)) {
        makers.add(key.id);
        ending.push(key);
      }
  return ending;
}
