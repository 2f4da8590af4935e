import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../app/root.js';
import type { RawSearch } from '../../app/search.js';
import { linksSearch, type LinksSearch } from './search.js';

export const linksRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/links',
  staticData: { scope: 'links:read' },
  validateSearch: (raw: RawSearch): LinksSearch => linksSearch(raw),
  component: lazyRouteComponent(() => import('./links-page.js'), 'LinksPage'),
});
