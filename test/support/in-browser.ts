import { describe } from '@jest/globals';
import { IS_BROWSER_THERE } from './browser.js';

/** Tests that need a browser: left out on a machine without one, and never where they are insisted on. */
export const inBrowser = IS_BROWSER_THERE || process.env['REQUIRE_BROWSER'] ? describe : describe.skip;
