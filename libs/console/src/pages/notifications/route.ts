import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../app/root.js';
import type { RawSearch } from '../../app/search.js';
import { notificationsSearch, type NotificationsSearch } from './search.js';

export const notificationsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/notifications',
  staticData: { scope: 'notifications:read' },
  validateSearch: (raw: RawSearch): NotificationsSearch => notificationsSearch(raw),
  component: lazyRouteComponent(() => import('./notifications-page.js'), 'NotificationsPage'),
});
