import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../app/root.js';

export const providersRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/providers',
  staticData: { scope: 'payins:read' },
  component: lazyRouteComponent(() => import('./providers-page.js'), 'ProvidersPage'),
});
