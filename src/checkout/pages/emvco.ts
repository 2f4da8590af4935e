/** Longer ones no QR of a bank's app has. */
const CHARACTERS_MAX = 1_200;
/** Tag 63, of four characters, ends the text. */
const CRC_PLACE = '6304';
const CRC_LENGTH = 4;

/**
 * Whether a text is an EMVCo code for a payment (QRCPS, merchant-presented): it begins with the format indicator `01` and ends with the CRC of all
 * before it. One that was cut or garbled would lead a payer's bank to nothing, or to somebody else.
 */
export function isEmvCoCode(text: string): boolean {
  if (!text.startsWith('000201') || text.length > CHARACTERS_MAX) return false;
  const covered = text.slice(0, -CRC_LENGTH);
  return covered.endsWith(CRC_PLACE) && text.slice(-CRC_LENGTH).toUpperCase() === crcOf(covered);
}

/** CRC-16/CCITT-FALSE as four hexadecimal digits. */
export function crcOf(text: string): string {
  let crc = 0xff_ff;
  for (const byte of Buffer.from(text, 'utf8')) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit += 1) crc = ((crc << 1) ^ (crc & 0x80_00 ? 0x10_21 : 0)) & 0xff_ff;
  }
  return crc.toString(16).toUpperCase().padStart(CRC_LENGTH, '0');
}
