import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../app/root.js';

export const peopleRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/people',
  staticData: { scope: 'people:read' },
  component: lazyRouteComponent(() => import('./people-page.js'), 'PeoplePage'),
});
