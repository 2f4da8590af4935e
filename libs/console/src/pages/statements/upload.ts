import { NotReached, ApiProblem } from '../../api/problem.js';
import { signInAgain } from '../../api/sign-in-again.js';
import { send, type Schemas } from '../../api/client.js';
import type { Mapping, Preview } from './values.js';

type StatementDetail = Schemas['StatementDetailSchema'];

/** A little more than the service reads of it, so that it knows that the file goes on. */
const PREVIEW_BYTES = 132 * 1024;
const UNAUTHORIZED = 401;

function queryOf(values: Record<string, string | undefined>): string {
  const given = Object.entries(values).filter((entry): entry is [string, string] => (entry[1] ?? '') !== '');
  return new URLSearchParams(given).toString();
}

function jsonOf(mapping: Mapping | undefined): string | undefined {
  return mapping && JSON.stringify(mapping);
}

/** How the service would read it. @throws ApiProblem, NotReached */
export async function preview(
  file: File,
  provider: string,
  mapping: Mapping | undefined,
  signal: AbortSignal,
): Promise<Preview> {
  const query = queryOf({ provider, mapping: jsonOf(mapping) });
  const request = new Request(`/statements/preview?${query}`, {
    method: 'POST',
    body: file.slice(0, PREVIEW_BYTES),
    headers: { 'content-type': 'text/csv' },
    signal,
  });
  return (await (await send(request)).json()) as Preview;
}

export interface Upload {
  provider: string;
  from: string;
  to: string;
  covers: string | undefined;
  mapping: Mapping | undefined;
}

/** Bytes of a body. */
export interface Sent {
  sent: number;
  of: number;
}

/** With how much of it has gone. A session that has ended is begun again, and the file goes again. @throws ApiProblem, NotReached */
export async function upload(
  file: File,
  { mapping, ...wanted }: Upload,
  onProgress: (sent: Sent) => void,
): Promise<StatementDetail> {
  const path = `/statements?${queryOf({ ...wanted, mapping: jsonOf(mapping) })}`;
  const first = await put(path, file, onProgress);
  if (first.status !== UNAUTHORIZED) return answered(first);
  await signInAgain();
  return answered(await put(path, file, onProgress));
}

async function answered(response: Response): Promise<StatementDetail> {
  const body: unknown = await response.json().catch(() => undefined);
  if (!response.ok) throw ApiProblem.from(response, body);
  return body as StatementDetail;
}

/** `fetch` does not say how much of a body has gone. */
function put(path: string, file: File, onProgress: (sent: Sent) => void): Promise<Response> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', path);
    request.setRequestHeader('content-type', 'text/csv');
    request.upload.addEventListener('progress', ({ loaded, total }) => onProgress({ sent: loaded, of: total }));
    request.addEventListener('error', () => reject(new NotReached(undefined)));
    request.addEventListener('load', () => {
      const requestId = request.getResponseHeader('x-request-id');
      const headers: Record<string, string> = requestId === null ? {} : { 'x-request-id': requestId };
      resolve(new Response(request.responseText, { status: request.status, headers }));
    });
    request.send(file);
  });
}
