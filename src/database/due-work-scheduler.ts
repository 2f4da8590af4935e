import { type BeforeApplicationShutdown, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';
import { ServiceSettings } from '../../config/service.settings.js';
import { type Claimed, type DueWork, DueWorkLoop } from './due-work.js';

const STOP_TIMEOUT_MS = 5_000;

/** Runs the loops over due work: ticks from `@nestjs/schedule`, and an orderly end. A process with ROLE=api runs none. */
@Injectable()
export class DueWorkScheduler implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('DueWork');
  private readonly loops: { name: string; everyMs: number; loop: DueWorkLoop<never> }[] = [];
  private running = false;

  constructor(
    private readonly scheduler: SchedulerRegistry,
    private readonly settings: ServiceSettings,
  ) {}

  /**
   * @param everyMs by default each second, or as often as payins are claimed
   * @returns a function that makes the loop claim now
   */
  add<Job extends Pick<Claimed, 'organizationId'>>(due: DueWork<Job>, everyMs = this.tickMs): () => void {
    const loop = new DueWorkLoop(due, this.logger);
    this.loops.push({ name: due.name, everyMs, loop: loop as unknown as DueWorkLoop<never> });
    return () => {
      if (this.running) loop.wake();
    };
  }

  /** The same work for each provider, with a loop and a concurrency of its own: a slow provider delays only its own. */
  addForEach<Job extends Pick<Claimed, 'organizationId'>>(
    name: string,
    providers: readonly string[],
    workOf: (provider: string) => Omit<DueWork<Job>, 'name'>,
    everyMs = this.tickMs,
  ): () => void {
    const wakes = providers.map((provider) =>
      this.add({ name: `${name} (${provider})`, ...workOf(provider) }, everyMs),
    );
    return () => {
      for (const wake of wakes) wake();
    };
  }

  /** Every loop claims now. */
  wakeAll(): void {
    if (!this.running) return;
    for (const { loop } of this.loops) loop.wake();
  }

  /** Whether this process works on something of the organization, or may be about to. */
  isBusyWith(organizationId: string): boolean {
    return this.loops.some(({ loop }) => loop.isBusyWith(organizationId));
  }

  private get tickMs(): number {
    return Math.min(this.settings.POLL_TICK_SECONDS, 1) * 1000;
  }

  onApplicationBootstrap(): void {
    if (!this.settings.doesDueWork) return;
    this.running = true;
    for (const { name, everyMs, loop } of this.loops) {
      this.scheduler.addInterval(
        name,
        setInterval(() => loop.wake(), everyMs),
      );
      loop.wake();
    }
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.stop();
  }

  /** Takes nothing new, lets what is in flight end, and gives back what does not. Calling it again changes nothing. */
  async stop(): Promise<void> {
    this.running = false;
    for (const name of this.scheduler.getIntervals()) this.scheduler.deleteInterval(name);
    await Promise.all(this.loops.map(({ loop }) => loop.stop(STOP_TIMEOUT_MS)));
  }
}
