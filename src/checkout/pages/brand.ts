import { createHash } from 'node:crypto';
import { Html } from '@recaudo/html';
import type { ReadableColors } from '../../checkout-settings/color.js';

const COLOR = /^#[0-9a-f]{6}$/;

/** The style of an organization's colour, and by what a Content-Security-Policy lets in just this style. */
export function brandStyle({
  color,
  textOnColor,
  linkColor,
}: ReadableColors): { element: Html; source: string } | undefined {
  if (![color, textOnColor, linkColor].every((one) => COLOR.test(one))) return undefined;
  const css = `:root{--brand:${color};--on-brand:${textOnColor};--brand-edge:${linkColor}}`;
  const source = `'sha256-${createHash('sha256').update(css).digest('base64')}'`;
  return { element: new Html(`<style>${css}</style>`), source };
}
