import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../app/root.js';

export const discrepanciesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/discrepancies',
  staticData: { scope: 'discrepancies:read' },
  component: lazyRouteComponent(() => import('./discrepancies-page.js'), 'DiscrepanciesPage'),
});
