import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../app/root.js';

export const reportsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/reports',
  staticData: { scope: 'ledger:read' },
  component: lazyRouteComponent(() => import('./reports-page.js'), 'ReportsPage'),
});
