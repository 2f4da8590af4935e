import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../app/root.js';

export const linkRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/links/$id',
  staticData: { scope: 'links:read' },
  component: lazyRouteComponent(() => import('./link-page.js'), 'LinkPage'),
});
