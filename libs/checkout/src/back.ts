import { main, onPress } from './page.js';

let place: HTMLElement | null = null;
let left = 0;

/** Goes back to the merchant after the seconds that the page says, unless the payer stays, prints or copies. */
export function goBackSoon(): void {
  onPress('[data-stay], [data-print]', () => main()?.querySelector('[data-back-in]')?.remove());
  setInterval(() => {
    const now = main()?.querySelector<HTMLElement>('[data-back-in]') ?? null;
    if (!now || document.hidden) return;
    if (now !== place) {
      place = now;
      left = Number(now.dataset['backIn']);
    }
    left -= 1;
    const seconds = now.querySelector('b');
    if (seconds) seconds.textContent = String(Math.max(0, left));
    if (left > 0) return;
    now.remove();
    main()?.querySelector<HTMLElement>('[data-back]')?.click();
  }, 1000);
}
