import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../app/root.js';

export const notificationsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/notifications',
  staticData: { scope: 'notifications:read' },
  component: lazyRouteComponent(() => import('./notifications-page.js'), 'NotificationsPage'),
});
