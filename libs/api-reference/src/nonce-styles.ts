/** The Content-Security-Policy allows styles with the nonce of this answer alone, and the component makes some without one. */
const nonce = document.querySelector<HTMLScriptElement>('script[nonce]')?.nonce;
const createElement = document.createElement.bind(document);

document.createElement = (name: string, options?: ElementCreationOptions) => {
  const element = createElement(name, options);
  if (nonce && element instanceof HTMLStyleElement) element.nonce = nonce;
  return element;
};
