const CHECK_AFTER_MS = 400;

interface Problem {
  field: string;
  message: string;
}

let timer: ReturnType<typeof setTimeout> | undefined;
let asked = 0;

/** A second press sends nothing. */
export function sendOnce(): void {
  document.addEventListener('submit', (event) => {
    if (!(event.target instanceof HTMLFormElement)) return;
    const button = event.target.querySelector<HTMLElement>('button:not([type=button])');
    if (button?.getAttribute('aria-disabled') === 'true') event.preventDefault();
    button?.setAttribute('aria-disabled', 'true');
  });
  // Back by the browser's own button.
  window.addEventListener('pageshow', () => {
    for (const button of document.querySelectorAll('form button[aria-disabled]'))
      button.removeAttribute('aria-disabled');
  });
}

/** Says what is wrong with a field when the payer has left it, and that it is right as soon as it is. */
export function checkWhileTyping(): void {
  document.addEventListener('focusout', ({ target }) => {
    const field = fieldOf(target);
    if (!field || !hasValue(field)) return;
    field.dataset['touched'] = '';
    checkSoon(field);
  });
  document.addEventListener('input', ({ target }) => {
    const field = fieldOf(target);
    if (field && 'touched' in field.dataset) checkSoon(field);
  });
}

function fieldOf(target: EventTarget | null): HTMLElement | null {
  return target instanceof HTMLElement && !target.matches('[data-search]')
    ? target.closest<HTMLElement>('form[data-check] .field')
    : null;
}

function hasValue(field: HTMLElement): boolean {
  const form = field.closest('form');
  const value = form && new FormData(form).get(field.dataset['field'] ?? '');
  return typeof value === 'string' && value !== '';
}

function checkSoon(field: HTMLElement): void {
  clearTimeout(timer);
  timer = setTimeout(() => void check(field.closest('form')), CHECK_AFTER_MS);
}

async function check(form: HTMLFormElement | null): Promise<void> {
  const address = form?.dataset['check'];
  if (!form || !address) return;
  asked += 1;
  const mine = asked;
  const { rail, ...values } = Object.fromEntries([...new FormData(form)].filter(([, value]) => value !== '')) as Record<
    string,
    string
  >;
  try {
    const response = await fetch(address, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ rail, values }),
    });
    if (!response.ok || mine !== asked) return;
    show(form, ((await response.json()) as { problems: Problem[] }).problems);
  } catch {
    // It is checked again when it is sent.
  }
}

function show(form: HTMLFormElement, problems: readonly Problem[]): void {
  for (const field of form.querySelectorAll<HTMLElement>('.field[data-touched]')) {
    const message = problems.find((problem) => problem.field === field.dataset['field'])?.message ?? '';
    const place = field.querySelector('.problem');
    if (place && place.textContent !== message) place.textContent = message;
    field.classList.toggle('wrong', message !== '');
    for (const input of field.querySelectorAll('input:not([data-search]), select'))
      if (message) input.setAttribute('aria-invalid', 'true');
      else input.removeAttribute('aria-invalid');
  }
}
