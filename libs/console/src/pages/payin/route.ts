import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../app/root.js';

export const payinRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/payins/$id',
  staticData: { scope: 'payins:read' },
  component: lazyRouteComponent(() => import('./payin-page.js'), 'PayinPage'),
});
