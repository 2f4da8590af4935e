// Before anything makes a style.
import './nonce-styles';
import { createApiReference } from '@scalar/api-reference';
import '@scalar/api-reference/style.css';
import './page.css';

/** Filled in by a service that a developer has started; empty everywhere else. */
const key = document.querySelector<HTMLMetaElement>('meta[name="api-key"]')?.content ?? '';

createApiReference('#reference', {
  url: '/openapi.json',
  // Requests go to where the page comes from, under whatever name it was opened.
  servers: [{ url: location.origin }],
  authentication: {
    preferredSecurityScheme: 'bearer',
    ...(key && { securitySchemes: { bearer: { token: key } } }),
  },
  // Nothing is asked of other hosts: no fonts, no counting, no services of the component's maker.
  withDefaultFonts: false,
  telemetry: false,
  agent: { disabled: true },
  mcp: { disabled: true },
  showDeveloperTools: 'never',
  hideClientButton: true,
  persistAuth: false,
  operationTitleSource: 'summary',
  defaultHttpClient: { targetKey: 'shell', clientKey: 'curl' },
  theme: 'default',
});
