/** Name, code and place of an error: messages of drivers may quote data. */
export function describeError(error: unknown): string {
  const { name, code, stack } = (error ?? {}) as { name?: string; code?: unknown; stack?: string };
  if (!name) return 'unknown error';
  const where =
    stack
      ?.split('\n')
      .find((line) => line.includes('/src/') || line.includes('/libs/'))
      ?.trim() ?? '';
  return `${name}${typeof code === 'string' ? ` ${code}` : ''} ${where}`.trim();
}
