import { dayOf, oneOf, type RawSearch, textOf } from '../../app/search.js';
import { ACTOR_TYPES } from './values.js';

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** As the API names them. */
export function auditSearch(raw: RawSearch) {
  return {
    actorType: oneOf(raw['actorType'], ACTOR_TYPES),
    actor: textOf(raw['actor'], UUID),
    action: textOf(raw['action'], /^[a-z_]{1,31}\.[a-z_.]{1,31}$/),
    subjectType: textOf(raw['subjectType'], /^[a-z_]{1,32}$/),
    subject: textOf(raw['subject'], /^[A-Za-z0-9._-]{1,64}$/),
    from: dayOf(raw['from']),
    to: dayOf(raw['to']),
  };
}
export type AuditSearch = Partial<ReturnType<typeof auditSearch>>;
