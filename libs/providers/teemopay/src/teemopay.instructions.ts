import { type Instructions, type Rail, isFields, readHttpUrl, readText, type Fields } from '@recaudo/payment-provider';

/** What a Bre-B key looks like: an alias, a mobile number, an e-mail address, or a document's number. */
const BREB_KEY = /^(?:@[A-Za-z0-9]{3,30}|3\d{9}|[\w.%+-]{1,64}@[A-Za-z0-9.-]{3,190}|[A-Za-z0-9]{5,18})$/;
const VOUCHER_CODE = /^[A-Za-z0-9-]{4,64}$/;

/** How to pay, out of `paymentInfo` and, for Bre-B, `additionalInfo.paymentFactory`; undefined where they do not say. */
export function readInstructions(data: Fields, rail: Rail): Instructions | undefined {
  const { paymentInfo, additionalInfo } = data;
  const text = readText(paymentInfo);
  const url = readHttpUrl(paymentInfo);
  if (rail === 'BRE_B') {
    const key = readText(isFields(additionalInfo) ? additionalInfo['paymentFactory'] : undefined);
    if (key) return { type: 'breb_key', key, ...(url ? { url } : {}) };
    if (text && BREB_KEY.test(text)) return { type: 'breb_key', key: text };
  }
  if (url) return { type: 'redirect', url };
  if (rail === 'EFECTY' && text && VOUCHER_CODE.test(text)) return { type: 'voucher', code: text };
  // Wallets that are asked to confirm in their own app have no link.
  if (rail === 'NEQUI' && !paymentInfo) return { type: 'push' };
  return undefined;
}
