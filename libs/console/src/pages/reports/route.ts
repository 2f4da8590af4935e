import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../app/root.js';
import type { RawSearch } from '../../app/search.js';
import { reportsSearch, type ReportsSearch } from './search.js';

export const reportsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/reports',
  staticData: { scope: 'ledger:read' },
  validateSearch: (raw: RawSearch): ReportsSearch => reportsSearch(raw),
  component: lazyRouteComponent(() => import('./reports-page.js'), 'ReportsPage'),
});
