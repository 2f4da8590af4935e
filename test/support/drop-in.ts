import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { IssueOptions } from '@recaudo/drop-in-contract';
import { DROP_IN_CONTRACTS } from '../../src/drop-in-contracts.js';
import { DropInCredentials } from '../../src/drop-in/drop-in-credentials.js';
import { ContractSecrets } from '../../src/organizations/api-keys/contract-secrets.js';
import { ManageApiKeys } from '../../src/organizations/api-keys/manage-api-keys.service.js';
import { Organizations } from '../../src/organizations/organizations.service.js';
import type { TestApp } from './test-app.js';

export type Issued = Readonly<Record<string, string>> & { id: string; baseUrl: string };

/** Credentials of a contract, as `drop-in create` makes them, of the first organization or another. */
export async function issueDropIn(
  { service, url }: Pick<TestApp, 'service' | 'url'>,
  name: string,
  options: Partial<IssueOptions> = {},
  organizationId?: string,
): Promise<Issued> {
  const contract = DROP_IN_CONTRACTS.find((known) => known.name === name);
  if (!contract) throw new Error(`no contract ${name}`);
  const credentials = new DropInCredentials(service.app.get(ManageApiKeys), service.app.get(ContractSecrets));
  const [first] = await service.app.get(Organizations).list();
  const issued = await credentials.issue(organizationId ?? first!.id, contract, { direct: false, ...options });
  if (!issued) throw new Error('no organization');
  return { ...issued.printed, id: issued.id, baseUrl: `${url}/drop-in/${name}` };
}

export interface Call {
  headers: IncomingHttpHeaders;
  body: Record<string, unknown>;
  raw: string;
}

/** A merchant that speaks a provider's contract: keeps what it is sent, and answers as it is told. */
export interface ContractSink {
  url: string;
  received: Call[];
  answers(status: number, body?: string): void;
  close(): Promise<void>;
}

export async function startContractSink(body = ''): Promise<ContractSink> {
  const received: Call[] = [];
  let answer = { status: 200, body };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const raw = Buffer.concat(chunks).toString();
      received.push({ headers: request.headers, raw, body: JSON.parse(raw) as Record<string, unknown> });
      response.writeHead(answer.status).end(answer.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhook`,
    received,
    answers: (status, next = body) => void (answer = { status, body: next }),
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
