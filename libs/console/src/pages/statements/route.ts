import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../app/root.js';
import type { RawSearch } from '../../app/search.js';
import { statementsSearch, type StatementsSearch } from './search.js';

export const statementsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/statements',
  staticData: { scope: 'statements:read' },
  validateSearch: (raw: RawSearch): StatementsSearch => statementsSearch(raw),
  component: lazyRouteComponent(() => import('./statements-page.js'), 'StatementsPage'),
});
