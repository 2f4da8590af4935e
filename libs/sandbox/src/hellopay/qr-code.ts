import { encode as encodePng } from 'fast-png';
import { encode } from 'uqr';

const PIXELS_PER_MODULE = 3;
const QUIET_ZONE = 4;
const BLACK = 0;
const WHITE = 255;
const CENTS_PER_PESO = 100;

/** The picture of an EMVCo code for a payment to a key, as a data URL: it can be scanned, and no bank knows the key. */
export function qrDataUrl(keyString: string, amountInCents: bigint): string {
  const { data, size } = encode(emvCoText(keyString, amountInCents), { border: QUIET_ZONE });
  const width = size * PIXELS_PER_MODULE;
  const moduleAt = (pixel: number) => Math.floor(pixel / PIXELS_PER_MODULE);
  const pixels = Uint8Array.from({ length: width * width }, (_, at) =>
    data[moduleAt(Math.floor(at / width))]![moduleAt(at % width)] ? BLACK : WHITE,
  );
  const png = encodePng({ width, height: width, data: pixels, channels: 1, depth: 8 });
  return `data:image/png;base64,${Buffer.from(png).toString('base64')}`;
}

/** Fields of a dynamic code with an alphanumeric key, as EASPBV lays them out (v1.4-2025). */
function emvCoText(keyString: string, amountInCents: bigint): string {
  const text = [
    field('00', '01'),
    field('01', '12'),
    field('26', field('00', 'CO.COM.CRB.LLA') + field('04', keyString)),
    field('49', field('00', 'CO.COM.CRB.RED') + field('01', 'CRB')),
    field('52', '0000'),
    field('53', '170'),
    field('54', (Number(amountInCents) / CENTS_PER_PESO).toFixed(2)),
    field('58', 'CO'),
    field('59', 'SANDBOX'),
    field('60', 'BOGOTA'),
    '6304',
  ].join('');
  return text + crc(text);
}

function field(tag: string, value: string): string {
  return tag + String(value.length).padStart(2, '0') + value;
}

/** CRC-16/CCITT-FALSE. */
function crc(text: string): string {
  let value = 0xff_ff;
  for (const byte of Buffer.from(text)) {
    value ^= byte << 8;
    for (let bit = 0; bit < 8; bit += 1) value = ((value << 1) ^ (value & 0x80_00 ? 0x10_21 : 0)) & 0xff_ff;
  }
  return value.toString(16).toUpperCase().padStart(4, '0');
}
