import { AsyncLocalStorage } from 'node:async_hooks';

const present = new AsyncLocalStorage<string>();

/** What is done for nobody in particular: claims, probes, requests of callers that are not known yet. It has a share like everybody. */
export const NOBODY = '';

/**
 * Runs work that is done for somebody: all that it uses of what is bounded, until it has ended, counts as theirs.
 * @param share an opaque key; the service's organizations
 */
export function onBehalfOf<T>(share: string, work: () => T): T {
  return present.run(share, work);
}

/** For whom the work that asks this is done. */
export function presentShare(): string {
  return present.getStore() ?? NOBODY;
}
