/** The first Ctrl-C ends a command in order, the second one at once. */
export function endOnSignal() {
  const end = new AbortController();
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']))
    process.on(signal, () => {
      if (end.signal.aborted) process.exit(130);
      end.abort();
    });
  return end.signal;
}
