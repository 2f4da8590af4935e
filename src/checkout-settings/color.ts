/** WCAG 2, level AA, for text of ordinary size. */
export const READABLE_CONTRAST = 4.5;
/** Of an organization that has not picked one. */
export const DEFAULT_COLOR = '#1d5fa7';
/** As the pages are. */
export const PAGE_COLOR = '#ffffff';

export type TextColor = '#000000' | '#ffffff';

/** What the pages make of an organization's colour, so that everything on them can be read. */
export interface ReadableColors {
  color: string;
  /** Black or white: one of them can be read on any colour. */
  textOnColor: TextColor;
  /** The colour itself, or as much darker as it takes to be read on the page. */
  linkColor: string;
}

const CHANNEL_MAX = 255;
/** A colour is made darker by so much at a time. */
const DARKER = 0.02;

export function readableColors(color: string): ReadableColors {
  const textOnColor = contrastOf(color, '#ffffff') >= contrastOf(color, '#000000') ? '#ffffff' : '#000000';
  return { color, textOnColor, linkColor: readableOnPage(color) };
}

/** From 1 (the same) to 21 (black on white). */
export function contrastOf(one: string, other: string): number {
  const [darker, lighter] = [luminanceOf(one), luminanceOf(other)].sort((a, b) => a - b) as [number, number];
  return (lighter + 0.05) / (darker + 0.05);
}

function readableOnPage(color: string): string {
  const channels = channelsOf(color);
  for (let kept = 1; kept > 0; kept -= DARKER) {
    const darker = `#${channels.map((channel) => hexOf(channel * kept)).join('')}`;
    if (contrastOf(darker, PAGE_COLOR) >= READABLE_CONTRAST) return darker;
  }
  return '#000000';
}

/** WCAG's relative luminance. */
function luminanceOf(color: string): number {
  const [red, green, blue] = channelsOf(color).map((channel) => {
    const part = channel / CHANNEL_MAX;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function channelsOf(color: string): number[] {
  return [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16));
}

function hexOf(channel: number): string {
  return Math.round(channel).toString(16).padStart(2, '0');
}
