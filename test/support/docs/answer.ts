/** Why what came is not what a page shows, or undefined. `…` in a text stands for any text; an object may have more than is shown. */
export function whyDifferent(shown: unknown, came: unknown, at = 'the answer'): string | undefined {
  if (typeof shown === 'string')
    return typeof came === 'string' && isLike(shown, came) ? undefined : `${at} is ${print(came)}, not ${print(shown)}`;
  if (typeof shown !== 'object' || shown === null)
    return shown === came ? undefined : `${at} is ${print(came)}, not ${print(shown)}`;
  if (typeof came !== 'object' || came === null || Array.isArray(shown) !== Array.isArray(came))
    return `${at} is ${print(came)}`;
  if (Array.isArray(shown) && shown.length !== (came as unknown[]).length)
    return `${at} has ${(came as unknown[]).length} entries, not ${shown.length}: ${print(came)}`;
  for (const [name, value] of Object.entries(shown)) {
    if (!Object.hasOwn(came, name)) return `${at} has no ${name}`;
    const why = whyDifferent(value, (came as Record<string, unknown>)[name], `${at}.${name}`);
    if (why) return why;
  }
  return undefined;
}

/** Line by line where both have several. */
export function isLike(shown: string, came: string): boolean {
  const pattern = shown
    .trim()
    .split('…')
    .map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
    .join('.*');
  return new RegExp(`^${pattern}$`, 's').test(came.trim());
}

function print(value: unknown): string {
  return JSON.stringify(value)?.slice(0, 300) ?? 'missing';
}
