import { leftMs } from './clock.js';
import { main, replaceMain } from './page.js';

/** Between questions where there is no stream; the last one repeats. */
const POLL_MS = [2_000, 2_000, 3_000, 3_000, 5_000, 5_000, 10_000];
/** After a stream was cut the page polls, and asks for another one later. */
const STREAM_AGAIN_MS = 60_000;
/** When the time is over, the service has asked once more within this. */
const AFTER_END_MS = [1_500, 5_000, 15_000, 30_000, 60_000];

let stream: EventSource | undefined;
let timer: ReturnType<typeof setTimeout> | undefined;
let polls = 0;
let streamAgainAt = 0;

/** Follows the payin by server-sent events, or by questions where these are cut, until it is over. A page that nobody sees follows nothing. */
export function followPayin(): void {
  start();
  document.addEventListener('visibilitychange', () => {
    stop();
    if (!document.hidden) void ask();
  });
  // Back from the bank by the browser's own button: it may show the page as it was left.
  window.addEventListener('pageshow', (event) => {
    if (event.persisted) void ask();
  });
  watchEnd(0);
}

function start(): void {
  const { events } = main()?.dataset ?? {};
  if (!events || document.hidden) return;
  if (!('EventSource' in window) || performance.now() < streamAgainAt) return poll();
  stream = new EventSource(events);
  stream.addEventListener('change', () => void refresh());
  stream.addEventListener('error', () => {
    stop();
    streamAgainAt = performance.now() + STREAM_AGAIN_MS;
    poll();
  });
}

function stop(): void {
  stream?.close();
  stream = undefined;
  clearTimeout(timer);
}

function poll(): void {
  clearTimeout(timer);
  timer = setTimeout(() => void ask(), (POLL_MS[polls] ?? POLL_MS.at(-1)!) * (0.8 + 0.4 * Math.random()));
  polls += 1;
}

/** Whether there is something new; then the page shows it. */
async function ask(): Promise<void> {
  const { state, version } = main()?.dataset ?? {};
  if (!state) return;
  try {
    const response = await fetch(state);
    if (response.ok) {
      const now = (await response.json()) as { version: number };
      if (String(now.version) !== version) return await refresh();
    }
  } catch {
    // No network for a moment.
  }
  start();
}

async function refresh(): Promise<void> {
  stop();
  const isDone = await replaceMain().catch(() => false);
  if (isDone) polls = 0;
  if (isDone) start();
  else poll();
}

/** The end of the time changes the page by itself; whether the money came is asked a moment later. */
function watchEnd(asked: number): void {
  const left = leftMs();
  if (left !== undefined && left > 0) asked = 0;
  const isDue = left !== undefined && -left > (AFTER_END_MS[asked] ?? Infinity);
  if (isDue && !document.hidden) void refresh();
  setTimeout(() => watchEnd(isDue ? asked + 1 : asked), 500);
}
