const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const BASE = BigInt(ALPHABET.length);
const LENGTH = 22;
const TICKET = /^[0-9A-Za-z]{22}$/;

/** A payin's id as letters and digits alone, as TumiPay's tickets are. */
export function ticketOf(payinId: string): string {
  let rest = BigInt(`0x${payinId.replaceAll('-', '')}`);
  let ticket = '';
  for (let index = 0; index < LENGTH; index += 1) {
    ticket = ALPHABET[Number(rest % BASE)]! + ticket;
    rest /= BASE;
  }
  return ticket;
}

/** @returns undefined for what is no ticket of ours */
export function payinIdOf(ticket: string): string | undefined {
  if (!TICKET.test(ticket)) return undefined;
  let value = 0n;
  for (const letter of ticket) value = value * BASE + BigInt(ALPHABET.indexOf(letter));
  const hex = value.toString(16).padStart(32, '0');
  return hex.length > 32 ? undefined : hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
