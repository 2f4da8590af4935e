/** `@jest/globals` of the test file that runs: modules that several files share see them change. */
export let afterAll, afterEach, beforeAll, beforeEach, describe, expect, it;

export function setJestGlobals(globals) {
  ({ afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } = globals);
}
