import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../app/root.js';
import type { RawSearch } from '../../app/search.js';
import { peopleSearch, type PeopleSearch } from './search.js';

export const peopleRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/people',
  staticData: { scope: 'people:read' },
  validateSearch: (raw: RawSearch): PeopleSearch => peopleSearch(raw),
  component: lazyRouteComponent(() => import('./people-page.js'), 'PeoplePage'),
});
