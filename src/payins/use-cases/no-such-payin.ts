import { Problem } from '../../http/problem.js';

export function noSuchPayin(): Problem {
  return new Problem('NOT_FOUND', 'Your organization has no payin with this id.');
}
