import { randomInt } from 'node:crypto';

const CODE_LENGTH = 7;
const ID_LENGTH = 25;

/** A new organization's code: seven characters of `0-9 a-z`. */
export function newOrganizationCode(): string {
  return Array.from({ length: CODE_LENGTH }, () => randomInt(36).toString(36)).join('');
}

/**
 * The name of an attempt at a provider: the organization's code and the attempt's UUID in base 36. 32 characters of `0-9 a-z`, which every
 * provider takes; a webhook that brings it back finds its organization, and in it the attempt.
 */
export function providerReference(organizationCode: string, attemptId: string): string {
  const id = BigInt(`0x${attemptId.replaceAll('-', '')}`);
  return organizationCode + id.toString(36).padStart(ID_LENGTH, '0');
}

/** The organization's code in a reference that came back, or undefined when it is none of ours. */
export function organizationCodeOf(reference: string): string | undefined {
  return /^[0-9a-z]{32}$/.test(reference) ? reference.slice(0, CODE_LENGTH) : undefined;
}
