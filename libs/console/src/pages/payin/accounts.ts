import type { payinTexts } from './texts.js';

/** An account of the ledger in words; one that is not known stays as it is. */
export function accountName({ accounts }: (typeof payinTexts)['es'], account: string): string {
  const [kind = '', name = ''] = account.split(':');
  switch (kind) {
    case 'merchant':
      return accounts.merchant;
    case 'write-offs':
      return accounts.writeOffs;
    case 'payer-refunds':
      return accounts.payerRefunds;
    case 'own-funds':
      return accounts.ownFunds;
    case 'provider':
      return accounts.provider(name);
    case 'fees':
      return accounts.fees(name);
    default:
      return account;
  }
}
