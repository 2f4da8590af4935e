import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../app/root.js';
import type { RawSearch } from '../../app/search.js';
import { payinsSearch, type PayinsSearch, refundsSearch, type RefundsSearch } from './search.js';

export const payinsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/payins',
  staticData: { scope: 'payins:read' },
  validateSearch: (raw: RawSearch): PayinsSearch & RefundsSearch => ({
    ...payinsSearch(raw),
    ...refundsSearch(raw),
  }),
  component: lazyRouteComponent(() => import('./payins-page.js'), 'PayinsPage'),
});
