/** Upper and lower case, and accents, make no difference. */
function plain(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}

/** Shows only the banks that have every word that was typed. */
export function searchBanks(): void {
  document.addEventListener('input', ({ target }) => {
    if (!(target instanceof HTMLInputElement) || !target.matches('[data-search]')) return;
    const words = plain(target.value).split(/\s+/).filter(Boolean);
    const field = target.closest('.field');
    let count = 0;
    for (const option of field?.querySelectorAll<HTMLElement>('.option') ?? []) {
      const name = plain(option.textContent ?? '');
      option.hidden = !words.every((word) => name.includes(word));
      if (!option.hidden) count += 1;
    }
    const none = field?.querySelector<HTMLElement>('[data-none]');
    if (none) none.hidden = count > 0;
  });
}
