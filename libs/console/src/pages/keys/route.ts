import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../app/root.js';
import type { RawSearch } from '../../app/search.js';
import { keysSearch, type KeysSearch } from './search.js';

export const keysRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/keys',
  staticData: { scope: 'keys:read' },
  validateSearch: (raw: RawSearch): KeysSearch => keysSearch(raw),
  component: lazyRouteComponent(() => import('./keys-page.js'), 'KeysPage'),
});
