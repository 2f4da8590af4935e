import { createHash } from 'node:crypto';
import type { ServiceSettings } from '../../config/service.settings.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Of a page: the styles that its own script writes into it. */
    styleHashes?: readonly string[];
    /** Of a page that says its Content-Security-Policy itself. */
    ownPolicy?: boolean;
  }
}

/** What every answer carries, whoever makes it: a route, an error, or the parser before there is a request. Names in lower case. */
export type SecurityHeaders = Readonly<Record<string, string>>;

const ALWAYS = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  // Amounts and payers are in most answers.
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
} as const;

/** A year; of this host alone, as what stands beside it is not ours. */
const HTTPS_ONLY = { 'strict-transport-security': 'max-age=31536000' };

export function securityHeaders({
  production,
  publicUrl,
}: Pick<ServiceSettings, 'production' | 'publicUrl'>): SecurityHeaders {
  return production || /^https:/i.test(publicUrl) ? { ...ALWAYS, ...HTTPS_ONLY } : ALWAYS;
}

/**
 * The Content-Security-Policy of a page of ours: scripts, styles and pictures from here alone, and the inline styles that it has, by their
 * hashes. Pages are constants: nothing of a request ever gets into one.
 * @param styleHashes of styles that the page's own script writes into it
 */
export function policyOfPage(html: string, styleHashes: readonly string[] = []): string {
  const elements = [...html.matchAll(/<style[^>]*>([^]*?)<\/style>/gi)].map(([, css]) => css!);
  const attributes = [...html.matchAll(/\sstyle="([^"]*)"/gi)].map(([, css]) => css!);
  const hashes = [...elements, ...attributes].map(
    (css) => `'sha256-${createHash('sha256').update(css).digest('base64')}'`,
  );
  const styles = [
    "'self'",
    ...(attributes.length + styleHashes.length > 0 ? ["'unsafe-hashes'"] : []),
    ...new Set([...hashes, ...styleHashes]),
  ];
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src ${styles.join(' ')}`,
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/**
 * The Content-Security-Policy of an application that makes its pages in the browser: from here alone, and of the styles that its component
 * library writes those with the nonce of this answer.
 */
export function policyOfApplication(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}
