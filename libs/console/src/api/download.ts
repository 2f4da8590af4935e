import { useRef, useState } from 'react';
import { send } from './client.js';

export interface Download {
  /** Bytes so far; undefined while none is under way. */
  bytes: number | undefined;
  error: Error | null;
  start: () => void;
  cancel: () => void;
}

/** A CSV file of the API, kept by the browser when it is whole. @param path with its query */
export function useCsvDownload(path: string, name: string): Download {
  const [bytes, setBytes] = useState<number | undefined>(undefined);
  const [error, setError] = useState<Error | null>(null);
  const abort = useRef<AbortController | undefined>(undefined);
  async function run(signal: AbortSignal): Promise<void> {
    const response = await send(new Request(path, { headers: { accept: 'text/csv' }, signal }));
    const parts: BlobPart[] = [];
    let sum = 0;
    for (const reader = response.body!.getReader(); ;) {
      const { done, value } = await reader.read();
      if (done) break;
      parts.push(value);
      setBytes((sum += value.length));
    }
    const url = URL.createObjectURL(new Blob(parts, { type: 'text/csv' }));
    const link = Object.assign(document.createElement('a'), { href: url, download: name });
    link.click();
    // The browser has begun to keep it by then.
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
  }
  return {
    bytes,
    error,
    start: () => {
      abort.current = new AbortController();
      const { signal } = abort.current;
      setError(null);
      setBytes(0);
      run(signal)
        .catch((reason: unknown) => {
          if (!signal.aborted) setError(reason as Error);
        })
        .finally(() => setBytes(undefined));
    },
    cancel: () => abort.current?.abort(),
  };
}
