import { ROLES } from '../../api/roles.js';
import { oneOf, type RawSearch } from '../../app/search.js';

export const PERSON_STATUSES = ['ACTIVE', 'INVITED', 'DISABLED'] as const;

export function peopleSearch(raw: RawSearch) {
  return { role: oneOf(raw['role'], ROLES), status: oneOf(raw['status'], PERSON_STATUSES) };
}
export type PeopleSearch = Partial<ReturnType<typeof peopleSearch>>;
