import { Inject, Injectable } from '@nestjs/common';
import { OutboundError, OutboundHttp } from '@recaudo/outbound-http';
import { Problem } from '../http/problem.js';
import { type Simulator, SIMULATORS } from './simulators.js';
import type { ClockRow } from './test-clock.queries.js';

const TIMEOUT_MS = 10_000;
const REPLY_MAX_BYTES = 64 * 1024;
/** A simulator that somebody else has written has no such thing: its orders stay in the present. */
const NO_CLOCK = 404;

/** The clocks of an organization at the simulated providers: its orders are those whose references begin with its code. */
@Injectable()
export class SimulatedClocks {
  constructor(
    @Inject(SIMULATORS) private readonly simulators: readonly Simulator[],
    private readonly http: OutboundHttp,
  ) {}

  /**
   * Brings them where the organization's clock is. What they have done already changes nothing.
   * @returns the providers that have a clock
   * @throws Problem where one does not answer
   */
  async follow(code: string, { advancedSeconds, stepSeconds, steppedAt }: ClockRow): Promise<string[]> {
    const body = JSON.stringify({
      prefix: code,
      advancedSeconds,
      bySeconds: stepSeconds,
      at: (steppedAt ?? new Date(0)).toISOString(),
    });
    const answers = await Promise.all(
      this.simulators.map(async (simulator) =>
        (await this.call(simulator, 'POST', '/clock', body)) ? simulator.name : [],
      ),
    );
    return answers.flat();
  }

  /** Until something comes by itself at one of them, in seconds; zero or less: now. Null: nothing does. */
  async nextSeconds(code: string): Promise<number | null> {
    const answers = await Promise.all(
      this.simulators.map((simulator) => this.call(simulator, 'GET', `/clock?prefix=${code}`)),
    );
    const next = answers.flatMap((answer) => (typeof answer?.nextDueInMs === 'number' ? [answer.nextDueInMs] : []));
    return next.length > 0 ? Math.min(...next) / 1000 : null;
  }

  private async call(
    { name, controlUrl }: Simulator,
    method: 'GET' | 'POST',
    path: string,
    body?: string,
  ): Promise<{ nextDueInMs?: unknown } | undefined> {
    try {
      const { status, bodyText } = await this.http.send({
        to: 'sandbox',
        method,
        url: `${controlUrl}${path}`,
        headers: body ? { 'content-type': 'application/json' } : {},
        ...(body && { body }),
        timeoutMs: TIMEOUT_MS,
        maxReplyBytes: REPLY_MAX_BYTES,
      });
      if (status === 200) return JSON.parse(bodyText) as { nextDueInMs?: unknown };
      if (status === NO_CLOCK) return undefined;
    } catch (error) {
      if (!(error instanceof OutboundError || error instanceof SyntaxError)) throw error;
    }
    throw new Problem(
      'UNAVAILABLE',
      `The simulated ${name} does not follow the clock. Is the sandbox running?`,
      undefined,
      {
        'retry-after': '1',
      },
    );
  }
}
