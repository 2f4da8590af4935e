import { main } from './page.js';

const TICK_MS = 250;
const ENDING_MS = 120_000;

let shown: Element | null = null;
/** When it ends, by this page's own clock, which no change of the phone's clock moves. */
let endsAt = 0;

/** Counts from what the service said was left when it answered. */
export function countDown(): void {
  setInterval(() => {
    const place = main()?.querySelector<HTMLElement>('[data-ends-in]') ?? null;
    if (!place) return;
    if (place !== shown) {
      shown = place;
      endsAt = performance.now() + Number(place.dataset['endsIn']);
    }
    const leftMs = Math.max(0, endsAt - performance.now());
    const clock = place.querySelector('[data-clock]');
    const text = clockText(leftMs);
    if (clock && clock.textContent !== text) clock.textContent = text;
    place.parentElement?.classList.toggle('ending', leftMs < ENDING_MS);
  }, TICK_MS);
}

function clockText(leftMs: number): string {
  const seconds = Math.ceil(leftMs / 1000);
  const two = (part: number) => String(part).padStart(2, '0');
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return `${hours > 0 ? `${hours}:${two(minutes)}` : minutes}:${two(seconds % 60)}`;
}

/** For how long still; undefined where the page has no clock. */
export function leftMs(): number | undefined {
  return shown?.isConnected ? endsAt - performance.now() : undefined;
}
