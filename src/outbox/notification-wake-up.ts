import { Injectable } from '@nestjs/common';

/** Tells the sender in this process that a notification was committed; without one, the next poll finds it. */
@Injectable()
export class NotificationWakeUp {
  #listener: (() => void) | undefined;

  wake(): void {
    this.#listener?.();
  }

  onWake(listener: () => void): void {
    this.#listener = listener;
  }
}
