import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../app/root.js';

export const linksRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/links',
  staticData: { scope: 'links:read' },
  component: lazyRouteComponent(() => import('./links-page.js'), 'LinksPage'),
});
