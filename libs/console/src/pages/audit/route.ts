import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../app/root.js';

export const auditRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/audit',
  staticData: { scope: 'audit:read' },
  component: lazyRouteComponent(() => import('./audit-page.js'), 'AuditPage'),
});
