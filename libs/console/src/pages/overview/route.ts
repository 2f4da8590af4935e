import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../app/root.js';
import type { RawSearch } from '../../app/search.js';
import { overviewSearch, type OverviewSearch } from './search.js';

export const overviewRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  staticData: { scope: 'payins:read' },
  validateSearch: (raw: RawSearch): OverviewSearch => overviewSearch(raw),
  component: lazyRouteComponent(() => import('./overview-page.js'), 'OverviewPage'),
});
