import { describe, expect, it } from '@jest/globals';
import { encode as encodePng } from 'fast-png';
import { encode } from 'uqr';
import { crcOf } from './emvco.js';
import { emvCoTextOf } from './qr-text.js';

const UNSIGNED =
  '00020101021226370014CO.COM.CRB.LLA0415@recaudoprueba052040000530317054085000.005802CO5907RECAUDO6006BOGOTA6304';
const CODE = UNSIGNED + crcOf(UNSIGNED);

function pictureOf(text: string, channels: 1 | 3 | 4 = 1, scale = 3): string {
  const { data, size } = encode(text, { border: 4 });
  const width = size * scale;
  const pixels = new Uint8Array(width * width * channels).fill(255);
  for (let y = 0; y < width; y += 1)
    for (let x = 0; x < width; x += 1)
      if (data[Math.floor(y / scale)]![Math.floor(x / scale)])
        for (let part = 0; part < Math.min(channels, 3); part += 1) pixels[(y * width + x) * channels + part] = 0;
  const png = encodePng({ width, height: width, data: pixels, channels, depth: 8 });
  return `data:image/png;base64,${Buffer.from(png).toString('base64')}`;
}

describe('what a provider gives to scan', () => {
  it.each([1, 3, 4] as const)('is read from a picture of %i channels, and from a text', (channels) => {
    expect(emvCoTextOf(pictureOf(CODE, channels))).toBe(CODE);
    expect(emvCoTextOf(CODE)).toBe(CODE);
  });

  it('is not shown when its CRC is wrong, when it is something else, and when it is no picture', () => {
    const wrong = `${CODE.slice(0, -1)}${CODE.endsWith('0') ? '1' : '0'}`;
    for (const qr of [wrong, pictureOf(wrong), pictureOf('https://evil.example'), 'data:image/png;base64,AAAA', ''])
      expect(emvCoTextOf(qr)).toBeUndefined();
    expect(emvCoTextOf(pictureOf(CODE).slice(0, 200))).toBeUndefined();
  });

  it('is not decoded where the picture says that it is huge', () => {
    const png = Buffer.from(pictureOf(CODE).slice('data:image/png;base64,'.length), 'base64');
    png.writeUInt32BE(60_000, 16);
    png.writeUInt32BE(60_000, 20);
    expect(emvCoTextOf(`data:image/png;base64,${png.toString('base64')}`)).toBeUndefined();
  });
});
