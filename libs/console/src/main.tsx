import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { isPassing } from './api/problem.js';
import { router } from './app/router.js';
import { cssVariables, theme } from './app/theme.js';

const ATTEMPTS_MAX = 6;

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      // A service that restarts is asked again; what it refuses is not.
      retry: (attempts, error) => attempts < ATTEMPTS_MAX && isPassing(error),
      retryDelay: (attempt) => Math.min(500 * 2 ** attempt, 8_000),
      staleTime: 2_000,
      // The browser knows of cables, not of the service.
      networkMode: 'always',
    },
    mutations: { networkMode: 'always' },
  },
});

/** For the styles that the component library writes: the Content-Security-Policy names it. */
const nonce = document.querySelector<HTMLMetaElement>('meta[property=csp-nonce]')?.nonce ?? '';
// Under this name the dialogs of the component library look for it, which keep the page behind them from scrolling.
Object.assign(globalThis, { __webpack_nonce__: nonce });

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      defaultColorScheme="auto"
      getStyleNonce={() => nonce}
    >
      <Notifications />
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
