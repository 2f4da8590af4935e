import { html, type Html } from '@recaudo/html';
import type { Action } from './actions.js';
import type { CallRecord } from './call-log.js';
import type { AnyControl, ShownOrder } from './control.js';
import { FAULTS } from './faults.js';
import { document, headersWith } from './html.js';
import { formatPesos, pesosInput } from './pesos.js';
import type { SwitchInfo } from './switches.js';
import { colombianTime } from './texts.js';

const STYLE = `
:root { color-scheme: light dark; --ink: #16202e; --muted: #525d6b; --paper: #fff; --back: #eef2f6; --line: #c3ccd6; --accent: #0a6247; --on-accent: #fff; --warn: #9a3324 }
@media (prefers-color-scheme: dark) { :root { --ink: #e8edf3; --muted: #a6b2c0; --paper: #1a222d; --back: #10161e; --line: #3b4757; --accent: #4cc79b; --on-accent: #10161e; --warn: #f0937f } }
* { box-sizing: border-box }
body { margin: 0; background: var(--back); color: var(--ink); font: 16px/1.5 system-ui, sans-serif }
header, main, footer { max-width: 64rem; margin: 0 auto; padding: 1rem }
header { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; align-items: baseline; padding-bottom: 0 }
header strong { font-size: 1.1rem }
nav { display: flex; flex-wrap: wrap; gap: .25rem 1rem }
a { color: var(--accent) } nav a[aria-current] { color: var(--ink); font-weight: 650; text-decoration: none }
h1 { margin: .25rem 0 .5rem; font-size: 1.5rem } h2 { margin: 2rem 0 .5rem; font-size: 1.15rem } h3 { margin: 0; font-size: 1rem }
.card h2 { margin-top: 0 }
p { margin: 0 0 .75rem } .muted { color: var(--muted) } .small { font-size: .875rem }
.card { margin: 0 0 1rem; padding: 1rem; background: var(--paper); border: 1px solid var(--line); border-radius: 10px }
.note { padding: .75rem 1rem; background: var(--paper); border: 2px solid var(--accent); border-radius: 10px }
.note.failed { border-color: var(--warn) }
.head { display: flex; flex-wrap: wrap; gap: .25rem 1rem; align-items: baseline; margin-bottom: .5rem }
.head .amount { font-size: 1.2rem; font-weight: 700 } .head .when { margin-left: auto }
.status { padding: 0 .5rem; border: 1px solid currentColor; border-radius: 99px; font-size: .875rem } .status.open { color: var(--accent) }
code, .code { font: .875rem/1.4 ui-monospace, monospace; overflow-wrap: anywhere }
dl { display: grid; grid-template-columns: minmax(6rem, auto) 1fr; gap: .25rem 1rem; margin: 0 0 1rem }
dt { color: var(--muted) } dd { margin: 0; overflow-wrap: anywhere }
form { margin: 0 } .actions { display: flex; flex-wrap: wrap; gap: .4rem } .actions + .actions { margin-top: .4rem }
.fields { display: flex; flex-wrap: wrap; gap: .5rem; align-items: end }
label { display: block; color: var(--muted); font-size: .875rem }
label.check { display: flex; gap: .4rem; align-items: center; min-height: 2.75rem; color: var(--ink) }
input, select, button { min-height: 2.75rem; padding: .35rem .7rem; border: 1px solid var(--line); border-radius: 8px; background: var(--paper); color: var(--ink); font: inherit; font-size: .95rem; max-width: 100% }
input[type=checkbox] { min-height: 0; width: 1.2rem; height: 1.2rem } input[type=number] { width: 8rem }
button { cursor: pointer } button.main { background: var(--accent); border-color: var(--accent); color: var(--on-accent); font-weight: 600 }
button.refuse { color: var(--warn); border-color: var(--warn) }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
.scroll { overflow-x: auto } table { width: 100%; border-collapse: collapse } th, td { white-space: nowrap; padding: .35rem .75rem .35rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top }
.switch { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 0 1rem; align-items: center; padding: .6rem 0; border-bottom: 1px solid var(--line) } .switch p { grid-column: 1; margin: 0 } .switch input, .switch select { grid-column: 2; grid-row: 1 / 3 }
@media (max-width: 40rem) { .switch { grid-template-columns: minmax(0, 1fr) } .switch input, .switch select { grid-column: 1; grid-row: auto; justify-self: start } }

.switch .changed { color: var(--warn); font-weight: 650 }
.search { display: flex; gap: .5rem; margin-bottom: 1rem } .search input { flex: 1; min-width: 0 }
ol, ul { margin: 0 0 1rem; padding-left: 1.25rem } details { margin-bottom: 1rem } pre { overflow-x: auto; margin: .5rem 0 0 }
`;

/** Without a referrer browsers do not say either which site a form is from. */
export const HOME_HEADERS = { ...headersWith(STYLE), 'referrer-policy': 'same-origin' };

const CALLS_SHOWN = 20;

/** What was just done, and to which order. */
export interface Note {
  readonly did: string;
  readonly of?: { readonly provider: string; readonly id: string };
}

type SwitchValue = string | number | boolean | null;

interface Listed {
  readonly control: AnyControl;
  readonly shown: ShownOrder;
}

export function ordersPage(given: {
  readonly controls: readonly AnyControl[];
  readonly orders: readonly Listed[];
  readonly count: number;
  readonly text: string;
  readonly page: number;
  readonly pages: number;
  readonly note: Note | null;
}): string {
  const { controls, orders, count, text, page, pages, note } = given;
  const here = `/?${new URLSearchParams({ ...(text !== '' && { q: text }), ...(page > 1 && { page: String(page) }) }).toString()}`;
  const content = html`<h1>Orders</h1>
    <p class="muted">What the service has asked the simulated providers for, newest first. No money moves here.</p>
    ${shownNote(note)}
    <form class="search" role="search" action="/">
      <input
        type="search"
        name="q"
        value="${text}"
        aria-label="Reference or provider’s id"
        placeholder="Reference that was sent, or provider’s id"
      />
      <button>Search</button>
    </form>
    ${orders.length === 0 ? html`<p>${text === '' ? 'There are no orders yet.' : 'No order has this in its reference or id.'}</p>` : null}
    ${orders.map((order) => orderCard(order, here))} ${pages > 1 ? turner(text, page, pages, count) : null}`;
  return whole(controls, 'Orders', '/', content);
}

function turner(text: string, page: number, pages: number, count: number): Html {
  const to = (number: number): string =>
    `/?${new URLSearchParams({ ...(text !== '' && { q: text }), page: String(number) }).toString()}`;
  return html`<nav aria-label="Pages">
    ${page > 1 ? html`<a href="${to(page - 1)}" rel="prev">Newer</a>` : null}
    <span>Page ${page} of ${pages}, ${count} orders</span>
    ${page < pages ? html`<a href="${to(page + 1)}" rel="next">Older</a>` : null}
  </nav>`;
}

function orderCard({ control, shown }: Listed, here: string): Html {
  const { view, rail } = shown;
  return html`<article class="card" id="${anchorOf(control, view.id)}">
    <div class="head">
      <h2 class="code"><a href="${pathOf(control, view.id)}">${view.reference}</a></h2>
      <span class="amount">${formatPesos(BigInt(view.requestedInCents))}</span>
      ${statusOf(shown)}
      <span>${rail}, ${control.title}</span>
      <span class="when muted small">${timeOf(view.createdAt)}</span>
    </div>
    <p class="muted small">
      Provider’s id
      <code>${view.id}</code
      >${view.settledInCents === null ? null : html`, arrived <strong>${formatPesos(BigInt(view.settledInCents))}</strong>`}
    </p>
    ${buttons(control, shown, `${here}#${anchorOf(control, view.id)}`)}
  </article>`;
}

export function orderPage({
  controls,
  control,
  shown,
  note,
}: Listed & { readonly controls: readonly AnyControl[]; readonly note: Note | null }): string {
  const { view, rail, actions, waitingWebhooks } = shown;
  const here = pathOf(control, view.id);
  const rows: (readonly [string, Html | string])[] = [
    ['Reference', html`<code>${view.reference}</code>`],
    ['Provider’s id', html`<code>${view.id}</code>`],
    ['Provider', html`<a href="/providers/${control.name}">${control.title}</a>`],
    ['Rail', rail],
    ['Requested', formatPesos(BigInt(view.requestedInCents))],
    ['Arrived', view.settledInCents === null ? 'nothing' : formatPesos(BigInt(view.settledInCents))],
    ['Created', timeOf(view.createdAt)],
    ['Ends', view.expiresAt === null ? 'never' : timeOf(view.expiresAt)],
    ...(view.reversedAt === null ? [] : [['Charged back', timeOf(view.reversedAt)] as const]),
    ['Payer’s page', html`<a href="${view.paymentUrl}">${view.paymentUrl}</a>`],
    ['Webhooks go to', view.webhookUrl ?? 'the address in the portal, if there is one'],
  ];
  const content = html`<p><a href="/">All orders</a></p>
    <h1 class="code">${view.reference}</h1>
    ${shownNote(note)}
    <p>${statusOf(shown)}</p>
    <section class="card" aria-label="What can be done">
      <h2>What can be done</h2>
      ${buttons(control, shown, here)}
      ${actions.some(({ group }) => group === 'money') ? amountForm(control, shown, here) : null}
      <details>
        <summary>What each button does</summary>
        <ul class="small">
          ${actions.map(({ label, does, calls }) => html`<li><strong>${label}</strong>: ${does} ${calls.map((call) => html`<code>POST /control/${control.name}/orders/${view.id}/${call.path} ${JSON.stringify(call.body)}</code> `)}</li>`)}
        </ul>
      </details>
    </section>
    <section class="card" aria-label="The order">
      <h2>The order</h2>
      <dl>
        ${rows.map(
          ([name, value]) =>
            html`<dt>${name}</dt>
              <dd>${value}</dd>`,
        )}
      </dl>
      <details>
        <summary>All that is kept of it</summary>
        <pre class="code" tabindex="0">${JSON.stringify(view, null, 2)}</pre>
      </details>
    </section>
    <section class="card" aria-label="Payments">
      <h2>Payments</h2>
      ${
        view.payments.length === 0
          ? html`<p>None yet.</p>`
          : table(
              ['Id', 'Amount', 'Fee', 'When'],
              view.payments.map(({ paymentId, amountInCents, feeInCents, paidAt }) => [
                html`<code>${paymentId}</code>`,
                formatPesos(BigInt(amountInCents)),
                formatPesos(BigInt(feeInCents)),
                timeOf(paidAt),
              ]),
            )
      }
    </section>
    <section class="card" aria-label="Webhooks">
      <h2>Webhooks</h2>
      ${waitingWebhooks.map(({ dueAt, attemptsMade }) => html`<p>One waits: attempt ${attemptsMade + 1} at ${timeOf(dueAt)}.</p>`)}
      ${
        view.webhooks.length === 0
          ? html`<p>None was sent yet. <a href="${here}">Reload</a></p>`
          : table(
              ['When', 'Says', 'Answer'],
              view.webhooks
                .toReversed()
                .map((attempt) => [
                  timeOf(attempt.at),
                  attempt.status,
                  'error' in attempt
                    ? attempt.error
                    : `${attempt.httpStatus}, ${attempt.acknowledged ? 'taken' : 'not taken'}`,
                ]),
            )
      }
    </section>`;
  return whole(controls, view.reference, here, content);
}

function buttons(control: AnyControl, { view, actions }: ShownOrder, back: string): Html {
  const ofGroup = (group: Action['group']): Html | null => {
    const own = actions.filter((action) => action.group === group);
    if (own.length === 0) return null;
    return html`<div class="actions">
      ${own.map(({ name, label, does }) => html`<button class="${toneOf(name, group)}" name="action" value="${name}" title="${does}">${label}</button>`)}
    </div>`;
  };
  return html`<form method="post" action="${pathOf(control, view.id)}" aria-label="Order ${view.reference}">
    <input type="hidden" name="back" value="${back}" />
    ${ofGroup('money')} ${ofGroup('end')} ${ofGroup('webhook')}
  </form>`;
}

function toneOf(name: string, group: Action['group']): string {
  if (name === 'pay') return 'main';
  return group === 'end' && !name.startsWith('process') ? 'refuse' : 'plain';
}

function amountForm(control: AnyControl, { view }: ShownOrder, back: string): Html {
  return html`<form method="post" action="${pathOf(control, view.id)}" aria-label="Pay another amount">
    <input type="hidden" name="back" value="${back}" />
    <p class="fields">
      <label
        >Amount in pesos<br /><input
          type="number"
          name="amount"
          value="${pesosInput(BigInt(view.requestedInCents))}"
          min="0.01"
          step="0.01"
          inputmode="decimal"
          required
      /></label>
      <label
        >Webhook<br />${select(
          'webhook',
          [
            ['send', 'at once'],
            ['none', 'lost'],
            ['twice', 'two times'],
            ['late', 'ten seconds later'],
          ],
          'send',
        )}</label
      >
      <button name="action" value="pay_amount">Pay this amount</button>
    </p>
  </form>`;
}

export function providerPage({
  controls,
  control,
  note,
}: {
  readonly controls: readonly AnyControl[];
  readonly control: AnyControl;
  readonly note: Note | null;
}): string {
  const { name, title } = control;
  const content = html`<h1>${title}: faults and switches</h1>
    ${shownNote(note)}
    <section aria-label="Faults">
      <h2>Faults</h2>
      <p class="muted">
        What goes wrong with the next calls of the service to ${title}, in the order in which they were set.
      </p>
      ${waitingFaults(control)}
      ${Object.entries(FAULTS).map(([kind, does]) => faultForm(control, kind as keyof typeof FAULTS, does))}
    </section>
    <section aria-label="Switches">
      <h2>Switches</h2>
      <p class="muted">How ${title} behaves where its documents leave it open, or say two things.</p>
      <form class="card" method="post" action="/providers/${name}">
        ${control.switchInfos.map((info) => switchField(control, info))}
        <p class="actions">
          <button class="main" name="action" value="set_switches">Set the switches</button>
          <button name="action" value="start_switches" formnovalidate>As at the start</button>
        </p>
      </form>
    </section>
    <section aria-label="Calls">
      <h2>Last calls</h2>
      <p class="muted">
        What the service has asked, newest first. Headers and bodies: <code>GET /control/${name}/calls</code>.
      </p>
      ${lastCalls(control.calls())}
    </section>
    <section aria-label="Start again">
      <h2>Start again</h2>
      <form class="card" method="post" action="/providers/${name}">
        <p>Forgets the orders, faults and calls of ${title}, and sets its switches as at the start.</p>
        <p class="fields">
          <label class="check"
            ><input type="checkbox" name="sure" value="yes" required /> All orders of ${title} may go</label
          >
          <button class="refuse" name="action" value="reset">Forget them</button>
        </p>
      </form>
    </section>`;
  return whole(controls, title, `/providers/${name}`, content);
}

function waitingFaults(control: AnyControl): Html {
  const waiting = control.faults();
  if (waiting.length === 0) return html`<p>No fault waits.</p>`;
  return html`<div class="card">
    ${table(
      ['Call', 'Fault', 'Times left'],
      waiting.map(({ operation, fault, times }) => [
        operation,
        html`<code>${JSON.stringify(fault)}</code>`,
        String(times),
      ]),
    )}
    <form method="post" action="/providers/${control.name}">
      <p><button name="action" value="clear_faults">Clear all faults</button></p>
    </form>
  </div>`;
}

function faultForm(control: AnyControl, kind: keyof typeof FAULTS, does: string): Html {
  const field = (label: string, input: Html): Html => html`<label>${label}<br />${input}</label>`;
  return html`<form class="card" method="post" action="/providers/${control.name}" aria-label="Fault ${kind}">
    <h3><code>${kind}</code></h3>
    <p>${does}</p>
    <input type="hidden" name="kind" value="${kind}" />
    <p class="fields">
      ${field(
        'Call',
        select(
          'operation',
          control.operations.map((operation) => [operation, operation] as const),
          control.operations[0] ?? '',
        ),
      )}
      ${field('Times', html`<input type="number" name="times" value="1" min="1" max="10000" required />`)}
      ${kind === 'status' ? field('HTTP status', html`<input type="number" name="status" value="503" min="200" max="599" required />`) : null}
      ${kind === 'status' ? field('Header', html`<input name="header" placeholder="Retry-After: 5" />`) : null}
      ${kind === 'delay' ? field('Milliseconds', html`<input type="number" name="delayMs" value="5000" min="0" max="600000" required />`) : null}
      ${kind === 'status' || kind === 'garbage' ? field('Body', html`<input name="body" />`) : null}
      ${kind === 'lose_reply' ? null : html`<label class="check"><input type="checkbox" name="executed" value="yes" /> after the work is done</label>`}
      <button name="action" value="add_fault">Set</button>
    </p>
  </form>`;
}

function switchField(control: AnyControl, info: SwitchInfo): Html {
  const { name, does } = info;
  const valueIn = (values: object): SwitchValue => (values as Record<string, SwitchValue>)[name] ?? null;
  const [now, atStart] = [valueIn(control.switches()), valueIn(control.switchesAtStart())];
  return html`<div class="switch">
    <label for="${`switch-${name}`}"><code>${name}</code></label>
    <p class="small" id="${`does-${name}`}">
      ${inCode(does)}
      ${now === atStart ? null : html`<span class="changed">Changed: at the start it was ${textOf(atStart)}.</span>`}
    </p>
    ${switchInput(info, now)}
  </div>`;
}

function switchInput(info: SwitchInfo, now: SwitchValue): Html {
  const { name } = info;
  const text = now === null ? '' : String(now);
  const ids = { id: `switch-${name}`, about: `does-${name}` };
  if (info.kind === 'choice')
    return select(
      name,
      info.values.map((value) => [value, value] as const),
      text,
      ids,
    );
  if (info.kind === 'flag')
    return select(
      name,
      [
        ['true', 'yes'],
        ['false', 'no'],
      ],
      text,
      ids,
    );
  const limits =
    info.kind === 'integer'
      ? html`type="number" min="${info.min}" max="${info.max}" ${info.orNull ? null : 'required'}`
      : html`maxlength="2048" placeholder="${info.orNull ? 'none' : ''}"`;
  return html`<input id="${ids.id}" aria-describedby="${ids.about}" name="${name}" value="${text}" ${limits} />`;
}

function lastCalls(calls: readonly CallRecord[]): Html {
  if (calls.length === 0) return html`<p>None yet.</p>`;
  return html`<div class="card">
    ${table(
      ['When', 'Call', 'Address', 'Answer'],
      calls
        .slice(-CALLS_SHOWN)
        .toReversed()
        .map(({ at, operation, method, url, responseStatus }) => [
          timeOf(at),
          operation,
          html`<code>${method} ${url.split('?')[0]}</code>`,
          responseStatus === null ? 'none' : String(responseStatus),
        ]),
    )}
  </div>`;
}

export function failurePage(controls: readonly AnyControl[], message: string): string {
  const content = html`<h1>It was not done</h1>
    <p class="note failed" role="alert">${message}</p>
    <p><a href="/">All orders</a></p>`;
  return whole(controls, 'It was not done', '', content);
}

const DID: Readonly<Record<string, string>> = {
  add_fault: 'The fault waits for its call.',
  clear_faults: 'No fault waits any more.',
  set_switches: 'The switches are set.',
  start_switches: 'The switches are as at the start.',
  reset: 'Orders, faults and calls are forgotten.',
};

/** Of what the address says, only words that are known here are shown. */
function shownNote(note: Note | null): Html | null {
  if (note === null) return null;
  const { did, of } = note;
  const text = DID[did] ?? (/^[a-z_]{1,40}$/.test(did) ? `Done: ${did.replaceAll('_', ' ')}.` : null);
  if (text === null) return null;
  const link = of
    ? html` <a href="/orders/${encodeURIComponent(of.provider)}/${encodeURIComponent(of.id)}">The order</a>`
    : null;
  return html`<p class="note" role="status">${text}${link}</p>`;
}

function statusOf({ view, isOpen, statusText }: ShownOrder): Html {
  return html`<span class="status ${isOpen ? 'open' : ''}">${view.status}</span> <span lang="es">${statusText}</span>`;
}

function select(
  name: string,
  options: readonly (readonly [value: string, label: string])[],
  chosen: string,
  ids?: { readonly id: string; readonly about: string },
): Html {
  const about = ids ? html`id="${ids.id}" aria-describedby="${ids.about}"` : null;
  return html`<select name="${name}" ${about}>
    ${options.map(([value, label]) => html`<option value="${value}" ${value === chosen ? 'selected' : null}>${label}</option>`)}
  </select>`;
}

function table(head: readonly string[], rows: readonly (readonly (Html | string)[])[]): Html {
  return html`<div class="scroll" tabindex="0" role="group" aria-label="${head.join(', ')}">
    <table>
      <thead>
        <tr>
          ${head.map((name) => html`<th scope="col">${name}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (cells) =>
            html`<tr>
              ${cells.map((cell) => html`<td>${cell}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

/** What stands between backticks is code. */
function inCode(text: string): Html {
  const parts = text.split('`');
  return html`${parts.map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : html`${part}`))}`;
}

function textOf(value: SwitchValue): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return value === null ? 'none' : String(value);
}

function timeOf(at: string | number): string {
  return colombianTime(typeof at === 'number' ? at : Date.parse(at));
}

function pathOf({ name }: AnyControl, id: string): string {
  return `/orders/${name}/${encodeURIComponent(id)}`;
}

function anchorOf({ name }: AnyControl, id: string): string {
  return `${name}-${id.replaceAll(/[^A-Za-z0-9-]/g, '-')}`;
}

/** A page with other content, in the same frame. */
export function homePage(controls: readonly AnyControl[], title: string, here: string, content: Html): string {
  return whole(controls, title, here, content);
}

function whole(controls: readonly AnyControl[], title: string, here: string, content: Html): string {
  const link = (to: string, text: string): Html =>
    html`<a href="${to}" ${to === here ? html`aria-current="page"` : null}>${text}</a>`;
  const body = html`<header>
      <strong>Recaudo sandbox</strong>
      <nav aria-label="Sandbox">
        ${link('/', 'Orders')} ${link('/scenarios', 'Time and scenarios')}
        ${controls.map(({ name, title: provider }) => link(`/providers/${name}`, provider))}
      </nav>
    </header>
    <main>${content}</main>
    <footer class="muted small">
      Times are those of Bogotá. The same by program: the control API, docs/sandbox.md.
    </footer>`;
  return document({ language: 'en', title: `${title} · Recaudo sandbox`, style: STYLE, body });
}
