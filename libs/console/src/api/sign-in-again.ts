import { useSyncExternalStore } from 'react';

interface Pending {
  promise: Promise<void>;
  resolve: () => void;
}

let pending: Pending | undefined;
const listeners = new Set<() => void>();

function change(to: Pending | undefined): void {
  pending = to;
  for (const listener of listeners) listener();
}

/** Resolves when the person has signed in again. Whatever was asked meanwhile waits for the same sign-in. */
export function signInAgain(): Promise<void> {
  if (!pending) {
    const { promise, resolve } = Promise.withResolvers<void>();
    change({ promise, resolve });
  }
  return pending!.promise;
}

export function hasSignedIn(): void {
  const { resolve } = pending ?? {};
  change(undefined);
  resolve?.();
}

/** Whether the dialog for signing in stands over the page. */
export function useIsSigningInAgain(): boolean {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => pending !== undefined,
  );
}
