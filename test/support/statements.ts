import type { ApiClient, Answer } from './api-client.js';
import { until } from './until.js';

/** A statement as `GET /statements/{id}` shows it. */
export interface StatementView {
  id: string;
  provider: string;
  source: string;
  status: string;
  covers: string | null;
  lines: number;
  compared: number;
  outcomes: Record<string, number> | null;
  differences: Record<string, number> | null;
  badLines: number;
  firstBadLines: { line: number; message: string }[];
  reason: string | null;
}

export interface LineView {
  line: number | null;
  outcome: string;
  differences: string[];
  reference: string | null;
  externalId: string | null;
  amountInCents: number | null;
  expectedInCents: number | null;
  payinId: string | null;
  payinReference: string | null;
}

/** A period that has everything in it that a test does. */
export const THIS_YEAR = {
  from: new Date(Date.now() - 300 * 86_400_000).toISOString(),
  to: new Date(Date.now() + 86_400_000).toISOString(),
};

export const HEADER = 'reference,externalId,amountInCents,currency,status,paidAt,feeInCents';

/** A file in our own form. */
export function csv(...lines: readonly string[]): string {
  return [HEADER, ...lines, ''].join('\n');
}

/** Sends a file, about TumiPay and the year unless it is said otherwise. */
export function upload(
  api: ApiClient,
  file: string | Buffer,
  query: Record<string, string> = {},
  headers: Record<string, string> = {},
): Promise<Answer<StatementView>> {
  const parameters = new URLSearchParams({ provider: 'tumipay', ...THIS_YEAR, ...query });
  return api.call('POST', `/statements?${parameters.toString()}`, file, {
    'content-type': 'text/csv',
    ...headers,
  });
}

export async function statementReaches(api: ApiClient, id: string, status = 'DONE', timeoutMs = 30_000) {
  return until(
    `the statement to be ${status}`,
    async () => {
      const { body } = await api.call<StatementView>('GET', `/statements/${id}`);
      return body.status === status && body;
    },
    timeoutMs,
  );
}

/** Sends a file that is taken, and waits until it is compared. */
export async function compared(
  api: ApiClient,
  file: string,
  query: Record<string, string> = {},
): Promise<StatementView> {
  const { status, body } = await upload(api, file, query);
  if (status !== 202) throw new Error(`not taken: ${status} ${JSON.stringify(body)}`);
  return statementReaches(api, body.id);
}

/** Its lines of an outcome, up to a hundred. */
export async function linesOf(api: ApiClient, id: string, outcome?: string): Promise<LineView[]> {
  const query = outcome ? `&outcome=${outcome}` : '';
  return (await api.call<{ data: LineView[] }>('GET', `/statements/${id}/lines?limit=100${query}`)).body.data;
}
