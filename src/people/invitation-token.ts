import { hash, randomBytes } from 'node:crypto';
import { parse, stringify } from 'uuid';

const ORGANIZATION_BYTES = 16;
const RANDOM_BYTES = 32;
const TOKEN = /^[A-Za-z0-9_-]{64}$/;

export const INVITATION_HOURS = 72;

/** The organization, so that it is looked for there alone, and 256 random bits. */
export function newInvitationToken(organizationId: string): string {
  return Buffer.concat([parse(organizationId), randomBytes(RANDOM_BYTES)]).toString('base64url');
}

/** @returns undefined for what is none */
export function readInvitationToken(token: string): { organizationId: string; invitationHash: string } | undefined {
  if (!TOKEN.test(token)) return undefined;
  const bytes = Buffer.from(token, 'base64url').subarray(0, ORGANIZATION_BYTES);
  try {
    return { organizationId: stringify(bytes), invitationHash: hashInvitationToken(token) };
  } catch {
    return undefined;
  }
}

export function hashInvitationToken(token: string): string {
  return hash('sha256', token);
}

export function invitationUrl(publicUrl: string, token: string): string {
  return `${publicUrl}/console/invitations/${token}`;
}
