import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../app/root.js';
import type { RawSearch } from '../../app/search.js';
import { auditSearch, type AuditSearch } from './search.js';

export const auditRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/audit',
  staticData: { scope: 'audit:read' },
  validateSearch: (raw: RawSearch): AuditSearch => auditSearch(raw),
  component: lazyRouteComponent(() => import('./audit-page.js'), 'AuditPage'),
});
