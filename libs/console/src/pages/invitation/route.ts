import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../app/root.js';

/** Where the API's invitation links lead. Whoever comes here has no account yet, or not in this organization. */
export const invitationRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/invitations/$token',
  staticData: { isPublic: true },
  component: lazyRouteComponent(() => import('./invitation-page.js'), 'InvitationPage'),
});
