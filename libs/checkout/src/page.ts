/** The part of the page that changes with the payin. */
export function main(): HTMLElement | null {
  return document.querySelector('main');
}

/** Calls back for presses within what matches the selector, now and after the page was replaced. */
export function onPress(selector: string, act: (pressed: HTMLElement) => void): void {
  document.addEventListener('click', (event) => {
    const pressed = event.target instanceof Element && event.target.closest<HTMLElement>(selector);
    if (pressed) act(pressed);
  });
}

/** Says something to who does not see the page. */
export function announce(text: string): void {
  const place = document.querySelector('[data-announce]');
  if (place) place.textContent = text;
}

/** How it is now, in place of what it was: the service writes pages, and the script only puts them in. */
export async function replaceMain(): Promise<boolean> {
  const response = await fetch(location.href, { headers: { accept: 'text/html' } });
  if (!response.ok) return false;
  const fresh = new DOMParser().parseFromString(await response.text(), 'text/html');
  const [old, next] = [main(), fresh.querySelector('main')];
  if (!old || !next) return false;
  const hadFocus = old.contains(document.activeElement);
  old.replaceWith(document.adoptNode(next));
  document.title = fresh.title;
  announce(next.querySelector('h1')?.textContent ?? '');
  if (hadFocus) next.focus();
  return true;
}
