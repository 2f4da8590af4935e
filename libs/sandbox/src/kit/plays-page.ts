import { html, type Html } from '@recaudo/html';
import type { Play, Played } from './plays.js';

/** How long time can pass with one press. */
export const ADVANCES: readonly (readonly [by: string, label: string])[] = [
  ['PT15M', '15 minutes'],
  ['PT1H', '1 hour'],
  ['P1D', '1 day'],
  ['P3D', '3 days'],
  ['P30D', '30 days'],
  ['P90D', '90 days'],
];

export interface PlaysShown {
  readonly all: readonly Play[];
  /** The last of each, by its name. */
  readonly played: ReadonlyMap<string, Played>;
  /** Under way. */
  readonly playing: ReadonlySet<string>;
  /** What the last advance said. */
  readonly clock: string | null;
}

export function playsContent({ all, played, playing, clock }: PlaysShown): Html {
  return html`<h1>Time and scenarios</h1>
    <p class="muted">What the organization of <code>npm start</code> can see happen. No money moves here.</p>
    <section class="card" aria-labelledby="time">
      <h2 id="time">Let time pass</h2>
      <p>
        Everything that the organization has becomes older, its orders here, too, and what is due then is done: payins
        run out, providers are asked, notifications are sent again. The same as <code>POST /test-clocks/advance</code>,
        docs/test-clocks.md.
      </p>
      ${clock === null ? null : html`<p class="note" role="status">${clock}</p>`}
      <form method="post" action="/scenarios" aria-label="Time">
        <div class="actions">
          ${ADVANCES.map(([by, label]) => html`<button name="advance" value="${by}">${label}</button>`)}
        </div>
      </form>
    </section>
    <h2>Scenarios</h2>
    ${all.map((one) => card(one, played.get(one.name), playing.has(one.name)))}`;
}

function card({ name, title }: Play, result: Played | undefined, isPlaying: boolean): Html {
  return html`<article class="card" id="${name}">
    <div class="head">
      <h3>${title}</h3>
      <span class="when muted small"><code>scenario play ${name}</code></span>
    </div>
    ${result === undefined ? null : outcome(result)}
    <form method="post" action="/scenarios" aria-label="${title}">
      <button name="play" value="${name}" ${isPlaying ? 'disabled' : null}>
        ${isPlaying ? 'Playing …' : result === undefined ? 'Play' : 'Play again'}
      </button>
    </form>
  </article>`;
}

function outcome({ lines, wrong }: Played): Html {
  return html`<p class="note ${wrong.length === 0 ? '' : 'failed'}" role="status">
      ${wrong.length === 0 ? 'It ended as it should.' : `It ended wrong: ${wrong.join('; ')}`}
    </p>
    <ul class="small">
      ${lines.map((line) => html`<li>${line}</li>`)}
    </ul>`;
}
