import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../app/root.js';

export const inboxRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/inbox',
  staticData: { scope: 'inbox:read' },
  component: lazyRouteComponent(() => import('./inbox-page.js'), 'InboxPage'),
});
