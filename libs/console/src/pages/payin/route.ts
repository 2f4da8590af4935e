import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../app/root.js';
import type { RawSearch } from '../../app/search.js';
import { payinSearch, type PayinSearch } from './search.js';

export const payinRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/payins/$id',
  staticData: { scope: 'payins:read' },
  validateSearch: (raw: RawSearch): PayinSearch => payinSearch(raw),
  component: lazyRouteComponent(() => import('./payin-page.js'), 'PayinPage'),
});
