import { afterAll, afterEach, beforeAll, describe, it } from '@jest/globals';
import { describeAsking } from './asking.js';
import { ConformanceHarness } from './harness.js';
import { describeFailing } from './failing.js';
import { describeHostileReplies } from './hostile-replies.js';
import { describeLists } from './lists.js';
import { describeOpening } from './opening.js';
import { describeRefunds } from './refunds.js';
import { describeTexts } from './texts.js';
import { marked, unfilled } from './unfilled.js';
import type { ConformanceSubject } from './subject.js';
import { describeWebhooks } from './webhooks.js';

/**
 * Registers the tests that every provider passes, against its sandbox over real HTTP. Where the subject is not filled in there is one red
 * test for each part that is missing and each mark that a generated folder still has, and nothing else.
 */
export function describeConformance(subject: ConformanceSubject): void {
  describe(`${subject.descriptor.name} conforms`, () => {
    const missing = [...marked(subject.descriptor.name), ...unfilled(subject)];
    if (missing.length > 0) {
      it.each(missing)('is filled in: %s', (_place, whatToDo) => {
        const error = new Error(whatToDo);
        // Where it was thrown is of no interest.
        error.stack = whatToDo;
        throw error;
      });
      return;
    }
    let running: ConformanceHarness;
    const harness = (): ConformanceHarness => running;
    beforeAll(async () => {
      running = await ConformanceHarness.start(subject);
    });
    afterEach(() => running.reset());
    afterAll(() => running?.close());

    describeOpening(subject, harness);
    describeAsking(subject, harness);
    describeFailing(subject, harness);
    describeTexts(subject, harness);
    describeWebhooks(subject, harness);
    describeLists(harness);
    describeRefunds(subject, harness);
    describeHostileReplies(subject, harness);
  });
}
