import { PERSON_TYPES, type PseBank } from '@recaudo/payment-provider';
import { type Html, html } from '@recaudo/html';
import type { RailOffer } from '../../payins/use-cases/checkout.service.js';
import type { PayerField } from '../../payins/use-cases/payer-data.js';
import type { ChoiceContext } from './choice-context.js';
import { pageAddress } from './parts.js';

/** A form of just the fields that the rail's provider needs. */
export function payerForm(context: ChoiceContext, offer: RailOffer): Html {
  const { t, token, language } = context;
  const fields = offer.fields.map((field) => fieldOf(context, offer, field));
  return html`<form
    method="post"
    action="${pageAddress(context)}"
    data-check="/checkout/${token}/check?lang=${language}"
    novalidate
  >
    <input type="hidden" name="rail" value="${offer.rail}" />
    ${fields}
    <button class="button">${t.choose.go(t.rails[offer.rail].name)}</button>
  </form>`;
}

function fieldOf(context: ChoiceContext, offer: RailOffer, field: PayerField): Html {
  if (field === 'pse.bank') return bankField(context);
  if (field === 'pse.personType')
    return radioField(
      context,
      field,
      PERSON_TYPES.map((type) => [type, context.t.personTypes[type]]),
    );
  if (field === 'inlineCustomer.idType') return idTypeField(context, offer);
  return textField(context, offer, field);
}

type TextField = Exclude<PayerField, 'pse.bank' | 'pse.personType' | 'inlineCustomer.idType'>;

/** What a phone's keyboard and what the browser remembers are for. */
const INPUTS: Readonly<Record<TextField, { type: string; mode: string; autocomplete: string; max: number }>> = {
  'inlineCustomer.name': { type: 'text', mode: 'text', autocomplete: 'name', max: 120 },
  'inlineCustomer.idNumber': { type: 'text', mode: 'text', autocomplete: 'off', max: 50 },
  'inlineCustomer.phone': { type: 'tel', mode: 'tel', autocomplete: 'tel', max: 30 },
  'inlineCustomer.email': { type: 'email', mode: 'email', autocomplete: 'email', max: 254 },
};

function textField(context: ChoiceContext, { phoneIsWallet }: RailOffer, field: TextField): Html {
  const { t, values } = context;
  const { type, mode, autocomplete, max } = INPUTS[field];
  const hints: Partial<Record<PayerField, string>> = t.hints;
  const hint = field === 'inlineCustomer.phone' && phoneIsWallet ? t.choose.wallet : hints[field];
  return wrapped(
    context,
    field,
    html`<label for="${field}">${t.fields[field]}</label>
      ${hint !== undefined && html`<p class="hint" id="${field}-hint">${hint}</p>`}
      <input
        id="${field}"
        name="${field}"
        type="${type}"
        inputmode="${mode}"
        autocomplete="${autocomplete}"
        maxlength="${max}"
        required
        value="${values[field]}"
        aria-describedby="${field}-hint ${field}-problem"
      />`,
  );
}

function idTypeField(context: ChoiceContext, { idTypes }: RailOffer): Html {
  const { t, values } = context;
  const field = 'inlineCustomer.idType';
  return wrapped(
    context,
    field,
    html`<label for="${field}">${t.fields[field]}</label>
      <select id="${field}" name="${field}" required aria-describedby="${field}-problem">
        ${idTypes.map((type) =>
          values[field] === type
            ? html`<option value="${type}" selected>${t.idTypes[type]}</option>`
            : html`<option value="${type}">${t.idTypes[type]}</option>`,
        )}
      </select>`,
  );
}

function radioField(
  context: ChoiceContext,
  field: PayerField,
  options: readonly (readonly [string, string])[],
  before?: Html,
): Html {
  const { t, values } = context;
  const chosen = values[field] ?? (before ? undefined : options[0]?.[0]);
  return wrapped(
    context,
    field,
    html`<legend>${t.fields[field]}</legend>
      ${before}
      <div class="options${before ? ' long' : ''}">
        ${options.map(
          ([value, text]) =>
            html`<label class="option"
              >${
                value === chosen
                  ? html`<input type="radio" name="${field}" value="${value}" required checked />`
                  : html`<input type="radio" name="${field}" value="${value}" required />`
              } <span>${text}</span></label
            >`,
        )}
      </div>
      ${before && html`<p class="hint" data-none hidden>${t.noBank}</p>`}`,
    'fieldset',
  );
}

function bankField(context: ChoiceContext): Html {
  const { t, banks } = context;
  if (!banks) return html`<p class="notice wrong" role="alert">${t.banksAway}</p>`;
  const search = html`<input
    class="scripted"
    type="search"
    data-search
    placeholder="${t.searchBank}"
    aria-label="${t.searchBank}"
    autocomplete="off"
  />`;
  return radioField(context, 'pse.bank', banks.map(namedBank), search);
}

function namedBank({ code, name }: PseBank): readonly [string, string] {
  return [code, name];
}

function wrapped(
  { t, problems, values }: ChoiceContext,
  field: PayerField,
  content: Html,
  element: 'div' | 'fieldset' = 'div',
): Html {
  const problem = problems.find((one) => one.field === field);
  const text = problem && t.problems[problem.code];
  const inside = html`${content}
    <p class="problem" id="${field}-problem" role="status">${text}</p>`;
  const state = problem ? ' wrong' : '';
  // What was typed before is checked again as it is changed.
  const touched = values[field] === undefined ? null : html`data-touched`;
  return element === 'div'
    ? html`<div class="field${state}" data-field="${field}" ${touched}>${inside}</div>`
    : html`<fieldset class="field${state}" data-field="${field}" ${touched} aria-describedby="${field}-problem">
        ${inside}
      </fieldset>`;
}
