/** Questions about one order within `RECENT_MS`. Only a forger causes more webhooks than that; they share the last answer. */
const QUESTIONS_MAX = 3;
const RECENT_MS = 1_000;

/** Answers of providers that are under way or came a moment ago, in this process. Its size follows the webhooks of that moment. */
export class RecentAnswers<Answer> {
  private readonly answers = new Map<string, Promise<Answer>[]>();

  /** @returns the answer, and whether it was requested earlier: then it may not know what has happened since */
  async get(order: string, ask: () => Promise<Answer>): Promise<{ answer: Answer; isOlder: boolean }> {
    const recent = this.answers.get(order) ?? [];
    const last = recent.at(-1);
    if (last && recent.length >= QUESTIONS_MAX) return { answer: await last, isOlder: true };
    const asked = ask();
    this.answers.set(order, [...recent, asked]);
    try {
      return { answer: await asked, isOlder: false };
    } finally {
      setTimeout(() => this.forget(order, asked), RECENT_MS).unref();
    }
  }

  private forget(order: string, answer: Promise<Answer>): void {
    const left = this.answers.get(order)?.filter((recent) => recent !== answer) ?? [];
    if (left.length > 0) this.answers.set(order, left);
    else this.answers.delete(order);
  }
}
