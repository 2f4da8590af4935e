import { announce, main, onPress } from './page.js';

const DONE_MS = 2_000;

export function copyOnPress(): void {
  onPress('[data-copy]', (button) => void copy(button));
  onPress('[data-print]', () => window.print());
}

async function copy(button: HTMLElement): Promise<void> {
  const text = button.dataset['copy'] ?? '';
  if (!(await write(text))) return;
  const before = button.textContent;
  const done = main()?.dataset['copied'] ?? '';
  if (before === done) return;
  button.textContent = done;
  button.classList.add('done');
  announce(done);
  setTimeout(() => {
    button.textContent = before;
    button.classList.remove('done');
  }, DONE_MS);
}

async function write(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Browsers within apps, and pages without HTTPS.
    const field = document.createElement('textarea');
    field.value = text;
    field.className = 'unseen';
    document.body.append(field);
    field.select();
    const isDone = document.execCommand('copy');
    field.remove();
    return isDone;
  }
}
