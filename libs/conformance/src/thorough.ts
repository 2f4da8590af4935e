/** Whether the suite runs in the tier of the long tests (`npm run test:crash`): its Jest configuration sets the global. */
export function isThorough(): boolean {
  const { thorough } = globalThis as { thorough?: boolean };
  return thorough === true;
}
