import type { Answer } from '../http/answer.js';
import type { Membership } from './membership.entity.js';
import type { PersonSchema } from './people.schema.js';

/** Of whoever has not accepted yet only what the inviter knows. */
export function presentPerson(membership: Membership): Answer<PersonSchema> {
  const { person, role, acceptedAt, disabledAt } = membership;
  const known = person as unknown as { id: string; email: string; name: string; totpSecret?: string | null };
  const status = disabledAt ? 'DISABLED' : acceptedAt ? 'ACTIVE' : 'INVITED';
  return {
    id: known.id,
    email: known.email,
    name: acceptedAt ? known.name : membership.invitedName,
    role,
    status,
    disabled: status === 'DISABLED',
    secondFactor: Boolean(acceptedAt && known.totpSecret),
    invitationEndsAt: (!acceptedAt && membership.invitationEndsAt?.toISOString()) || null,
    createdAt: membership.createdAt.toISOString(),
  };
}
