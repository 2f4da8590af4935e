import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../app/root.js';

export const checkoutRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/checkout',
  staticData: { scope: 'links:read' },
  component: lazyRouteComponent(() => import('./checkout-page.js'), 'CheckoutPage'),
});
