import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../app/root.js';

export const overviewRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  staticData: { scope: 'payins:read' },
  component: lazyRouteComponent(() => import('./overview-page.js'), 'OverviewPage'),
});
