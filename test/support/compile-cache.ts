import { join } from 'node:path';

/** Where Node keeps what it has compiled of our programs: each start after the first takes a sixth less of a processor. New for each run. */
export const COMPILE_CACHE = { NODE_COMPILE_CACHE: join(process.cwd(), '.data/test-compile-cache') };
