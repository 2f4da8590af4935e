import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../app/root.js';
import type { RawSearch } from '../../app/search.js';
import { inboxSearch, type InboxSearch } from './search.js';

export const inboxRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/inbox',
  staticData: { scope: 'inbox:read' },
  validateSearch: (raw: RawSearch): InboxSearch => inboxSearch(raw),
  component: lazyRouteComponent(() => import('./inbox-page.js'), 'InboxPage'),
});
