import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../app/root.js';

export const keysRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/keys',
  staticData: { scope: 'keys:read' },
  component: lazyRouteComponent(() => import('./keys-page.js'), 'KeysPage'),
});
