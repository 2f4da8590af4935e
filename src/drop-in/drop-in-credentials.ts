import { Injectable } from '@nestjs/common';
import { type DropInContract, type IssueOptions, presentedText } from '@recaudo/drop-in-contract';
import { newId } from '../database/id-at.js';
import { ContractSecrets } from '../organizations/api-keys/contract-secrets.js';
import { type GivenKey, ManageApiKeys } from '../organizations/api-keys/manage-api-keys.service.js';

/** Makes credentials of drop-in contracts. They are API keys: listed, counted and revoked with them. */
@Injectable()
export class DropInCredentials {
  constructor(
    private readonly keys: ManageApiKeys,
    private readonly secrets: ContractSecrets,
  ) {}

  /**
   * @returns what is shown once; undefined when there is no such organization
   * @throws IssueOptionError; Problem KEY_LIMIT
   */
  async issue(
    organizationId: string,
    contract: DropInContract,
    options: IssueOptions,
    limits: Pick<GivenKey, 'expiresAt' | 'allowedNetworks'> = {},
  ): Promise<{ id: string; printed: Readonly<Record<string, string>> } | undefined> {
    const { name, title } = contract;
    const { presented, secrets, printed } = contract.issue(options);
    const id = newId();
    const created = await this.keys.insert(organizationId, {
      name: `${title} (drop-in)`,
      scopes: ['payins:read', 'payins:write'],
      ...limits,
      contract: {
        id,
        name,
        presented: presentedText(name, presented),
        sealedSecrets: this.secrets.seal(organizationId, id, secrets),
      },
    });
    return created && { id, printed };
  }
}
