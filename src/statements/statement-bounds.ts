/** Lines of one statement, uploaded or listed. */
export const LINES_MAX = 1_000_000;
