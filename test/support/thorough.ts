/** So many in the tier of the long tests (`npm run test:crash`), which runs these files again; in the quick one a part of them. */
export function thoroughly(many: number, few = Math.ceil(many / 4)): number {
  return (globalThis as { thorough?: boolean }).thorough ? many : few;
}
