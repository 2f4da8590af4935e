import { createRoute, Navigate } from '@tanstack/react-router';
import { rootRoute } from './root.js';

/** Where the link of `npm start` leads. Whoever has signed in goes on to the overview, and nothing of the link stays in the address. */
export const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in',
  component: () => <Navigate to="/" replace />,
});
