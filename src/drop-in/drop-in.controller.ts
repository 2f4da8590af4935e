import { All, Controller, Logger, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { ContractAnswer, DropInContract, Operation } from '@recaudo/drop-in-contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Principal } from '../auth/principal.js';
import { Caller, SpeaksContract } from '../auth/caller.js';
import { Needs } from '../auth/needs.js';
import { Problem } from '../http/problem.js';
import { RawBody } from '../http/route-body.js';
import { parseStrictJson } from '../http/strict-json.js';
import { ContractSecrets } from '../organizations/api-keys/contract-secrets.js';
import { DropInRegistry } from '../drop-in-registry/drop-in-registry.js';
import { PayinsForContracts } from './served-payins.service.js';

/** Serves providers' own contracts: the clients of those providers work with another address and other credentials. */
@ApiExcludeController()
@Controller('drop-in')
export class DropInController {
  private readonly logger = new Logger(DropInController.name);

  constructor(
    private readonly registry: DropInRegistry,
    private readonly secrets: ContractSecrets,
    private readonly payins: PayinsForContracts,
  ) {}

  @All(':contract/*')
  @Needs('payins:write')
  @RawBody()
  @SpeaksContract()
  async serve(
    @Caller() caller: Principal,
    @Req() request: FastifyRequest<{ Params: { contract: string } }>,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const contract = this.registry.served(request.params.contract);
    if (!contract) throw new Problem('NOT_FOUND', 'This contract is not served here.');
    const { status, body } = await this.answer(contract, caller, request);
    await reply.status(status).type('application/json').send(JSON.stringify(body));
  }

  private async answer(
    contract: DropInContract,
    caller: Principal,
    request: FastifyRequest<{ Params: { contract: string } }>,
  ): Promise<ContractAnswer> {
    const { method, headers, query } = request;
    const segments = segmentsBehind(`/drop-in/${contract.name}/`, request.url);
    for (const operation of contract.operations) {
      const params = parametersOf(operation, method, segments);
      if (!params) continue;
      const rawBody = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      const call = {
        headers,
        params,
        query: query as Record<string, unknown>,
        rawBody,
        json: () => (rawBody.length === 0 ? undefined : parseStrictJson(rawBody)),
        secrets: this.secrets.open(caller.organizationId, caller.apiKeyId!, caller.contract!.sealedSecrets),
      };
      return operation.run(call, this.payins.of(caller, contract));
    }
    this.logger.debug({ requestId: request.id, contract: contract.name, method }, 'no such operation of a contract');
    throw new Problem('NOT_FOUND', 'The contract has no such operation.');
  }
}

/** As they were written: a reference may have a slash of its own. */
function segmentsBehind(prefix: string, url: string): string[] {
  const path = url.split('?', 1)[0]!.slice(prefix.length);
  try {
    return path.split('/').map(decodeURIComponent);
  } catch {
    throw new Problem('NOT_FOUND', 'The address is not written as addresses are.');
  }
}

/** @returns undefined where it is not this operation */
function parametersOf(
  { methods, path }: Operation,
  method: string,
  given: readonly string[],
): Record<string, string> | undefined {
  const wanted = path.split('/').slice(1);
  if (!methods.some((known) => known === method) || wanted.length !== given.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, segment] of wanted.entries()) {
    if (segment.startsWith(':')) params[segment.slice(1)] = given[index]!;
    else if (segment !== given[index]) return undefined;
  }
  return params;
}
