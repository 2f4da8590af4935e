import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Html, html } from './html.js';

/** Under another name the formatter leaves the templates as they are. */
const written = html;

describe('a template', () => {
  it('writes no character with which a text could end its place, whatever the text is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const { text: whole } = written`<p title="${text}">${text}</p>`;
        expect(whole.slice('<p title="'.length, -'</p>'.length).replace('">', '')).not.toMatch(/[<>"']/);
      }),
    );
    expect(written`${'<script>&"\''}`.text).toBe('&#60;script&#62;&#38;&#34;&#39;');
  });

  it('keeps what a template has made, and prints nothing for what is absent', () => {
    const list = ['a', '<b>'].map((item) => written`<li>${item}</li>`);
    expect(written`<ul>${list}</ul>${null}${undefined}${false}${0}`.text).toBe(
      '<ul><li>a</li><li>&#60;b&#62;</li></ul>0',
    );
    expect(written`${new Html('<br>')}`.text).toBe('<br>');
  });
});
