/** Why a line, or a header, cannot be read. Names columns and never repeats a cell: a wrong column may hold personal data. */
export class UnreadableLine extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UnreadableLine';
  }
}

/** Why a cell cannot be read: what follows the name of its column. */
export class UnreadableCell extends Error {
  constructor(rule: string) {
    super(rule);
    this.name = 'UnreadableCell';
  }
}
