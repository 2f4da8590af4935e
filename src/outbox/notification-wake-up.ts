import { Injectable } from '@nestjs/common';

/** Wakes the delivery worker of this process when a notification was committed. Without one, the next poll finds it. */
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
