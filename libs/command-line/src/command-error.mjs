/** A sentence for the person at the terminal, and the status with which the command ends. */
export class CommandError extends Error {
  /**
   * @param {string} message
   * @param {{ status?: number }} [options]
   */
  constructor(message, { status = EXIT.FAILED } = {}) {
    super(message);
    this.status = status;
  }
}

/** What a program sees of how a command ended. */
export const EXIT = { DONE: 0, FAILED: 1, USAGE: 2, UNREACHABLE: 3 };
