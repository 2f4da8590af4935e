import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../app/root.js';
import type { RawSearch } from '../../app/search.js';
import { discrepanciesSearch, type DiscrepanciesSearch } from './search.js';

export const discrepanciesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/discrepancies',
  staticData: { scope: 'discrepancies:read' },
  validateSearch: (raw: RawSearch): DiscrepanciesSearch => discrepanciesSearch(raw),
  component: lazyRouteComponent(() => import('./discrepancies-page.js'), 'DiscrepanciesPage'),
});
