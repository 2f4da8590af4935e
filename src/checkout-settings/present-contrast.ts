import type { Answer } from '../http/answer.js';
import type { ColorContrastSchema } from './checkout-settings.schema.js';
import { contrastOf, PAGE_COLOR, READABLE_CONTRAST, type ReadableColors } from './color.js';

export function presentContrast({ color, textOnColor, linkColor }: ReadableColors): Answer<ColorContrastSchema> {
  const pageContrast = rounded(contrastOf(color, PAGE_COLOR));
  return {
    color,
    textOnColor,
    textContrast: rounded(contrastOf(textOnColor, color)),
    linkColor,
    pageContrast,
    warning:
      linkColor === color
        ? null
        : `${color} on white has a contrast of ${pageContrast}, and text needs ${READABLE_CONTRAST}: the edge of buttons is ${linkColor}.`,
  };
}

/** Downwards, so that nothing seems to be enough that is not. */
function rounded(contrast: number): number {
  return Number((contrast - 0.005).toFixed(2));
}
