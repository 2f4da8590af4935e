import { createRouter } from '@tanstack/react-router';
import { Loading } from '../components/states.js';
import { accountRoute } from '../pages/account/route.js';
import { auditRoute } from '../pages/audit/route.js';
import { checkoutRoute } from '../pages/checkout/route.js';
import { discrepanciesRoute } from '../pages/discrepancies/route.js';
import { inboxRoute } from '../pages/inbox/route.js';
import { invitationRoute } from '../pages/invitation/route.js';
import { keysRoute } from '../pages/keys/route.js';
import { linkRoute } from '../pages/link/route.js';
import { linksRoute } from '../pages/links/route.js';
import { notificationsRoute } from '../pages/notifications/route.js';
import { overviewRoute } from '../pages/overview/route.js';
import { payinRoute } from '../pages/payin/route.js';
import { payinsRoute } from '../pages/payins/route.js';
import { peopleRoute } from '../pages/people/route.js';
import { providersRoute } from '../pages/providers/route.js';
import { reportsRoute } from '../pages/reports/route.js';
import { statementsRoute } from '../pages/statements/route.js';
import { PageFailed, rootRoute } from './root.js';
import { signInRoute } from './sign-in-route.js';
import { parseSearch, stringifySearch } from './search.js';

export const router = createRouter({
  routeTree: rootRoute.addChildren([
    overviewRoute,
    payinsRoute,
    payinRoute,
    linksRoute,
    linkRoute,
    discrepanciesRoute,
    statementsRoute,
    reportsRoute,
    notificationsRoute,
    inboxRoute,
    providersRoute,
    checkoutRoute,
    peopleRoute,
    keysRoute,
    auditRoute,
    accountRoute,
    invitationRoute,
    signInRoute,
  ]),
  basepath: '/console',
  parseSearch,
  stringifySearch,
  defaultPreload: 'intent',
  defaultPendingComponent: () => <Loading />,
  defaultErrorComponent: PageFailed,
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
