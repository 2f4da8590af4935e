import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../app/root.js';

export const statementsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/statements',
  staticData: { scope: 'statements:read' },
  component: lazyRouteComponent(() => import('./statements-page.js'), 'StatementsPage'),
});
