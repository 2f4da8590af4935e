import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { type ReactNode, StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { isPassing } from './api/problem.js';
import { router } from './app/router.js';
import { cssVariables, theme } from './app/theme.js';
import { generalTexts } from './texts/general.js';
import { useTexts } from './texts/texts.js';

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

/** What the component library says by itself is in the language of the person, too. */
function Themed({ children }: { children: ReactNode }) {
  const { close } = useTexts(generalTexts);
  const closeButtonProps = { 'aria-label': close };
  return (
    <MantineProvider
      theme={{ ...theme, components: { ...theme.components, Notification: { defaultProps: { closeButtonProps } } } }}
      cssVariablesResolver={cssVariables}
      defaultColorScheme="auto"
      getStyleNonce={() => nonce}
    >
      {children}
    </MantineProvider>
  );
}

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <Themed>
      <Notifications />
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </Themed>
  </StrictMode>,
);
