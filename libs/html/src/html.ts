/** Text that is already HTML. Only `html` makes it; everything else is escaped. */
export class Html {
  constructor(readonly text: string) {}
}

export type Printable = Html | string | number | null | undefined | false | readonly Html[];

/** Tagged template: every interpolation is escaped unless `html` itself made it; null, undefined and false print nothing. */
export function html(parts: TemplateStringsArray, ...values: readonly Printable[]): Html {
  return new Html(parts.reduce((text, part, index) => text + print(values[index - 1]) + part));
}

function print(value: Printable): string {
  if (value === null || value === undefined || value === false) return '';
  if (value instanceof Html) return value.text;
  if (typeof value === 'object') return value.map((item) => item.text).join('');
  return String(value).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
