import jsonc from 'jsonc-parser';

/** A field of the body: its name, and its value as it is signed; undefined where it is not signed. */
export type SignedFields = ReadonlyMap<string, string | undefined>;

/** What Java's `StringUtils.isBlank` calls blank, which is not quite what JavaScript does: a no-break space is not. */
const BLANKS =
  '\t\n\v\f\r\u001c\u001d\u001e\u001f \u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2008\u2009\u200a\u2028\u2029\u205f\u3000';

/**
 * The fields of a JSON object as a signature covers them: texts unescaped, numbers with the very digits that were sent, what is nested as
 * compact JSON. Null and blank values are not signed.
 * @returns undefined for what is no JSON object, has a name twice (the signature would be of one value and a reader might take the other),
 * or holds half a surrogate pair (which as UTF-8 is another text)
 */
export function readSignedFields(json: string): SignedFields | undefined {
  try {
    // jsonc-parser forgives much; JSON.parse does not.
    JSON.parse(json);
    const root = jsonc.parseTree(json);
    if (root?.type !== 'object') return undefined;
    const fields = new Map<string, string | undefined>();
    for (const { children: [name, value] = [] } of root.children ?? []) {
      if (!name || !value || typeof name.value !== 'string' || fields.has(name.value)) return undefined;
      fields.set(name.value, signedValue(value, json.slice(value.offset, value.offset + value.length)));
    }
    const texts = [...fields].flat().filter((text) => text !== undefined);
    return texts.every((text) => text.isWellFormed()) ? fields : undefined;
  } catch {
    // No JSON, or nested so deeply that reading it exhausts the stack.
    return undefined;
  }
}

/** `a=1&b=2&nonce=…`: names in the order of their UTF-16 code units, as Java's `TreeMap` has them, and the nonce always last. */
export function textToSign(fields: SignedFields, nonce: string): string {
  const signed = [...fields].filter(([name, value]) => name !== 'sign' && value !== undefined);
  const pairs = signed.toSorted(([one], [other]) => (one < other ? -1 : 1)).map(([name, value]) => `${name}=${value}`);
  return [...pairs, `nonce=${nonce}`].join('&');
}

function signedValue({ type, value }: jsonc.Node, written: string): string | undefined {
  if (type === 'null') return undefined;
  if (type === 'string') return isBlank(String(value)) ? undefined : String(value);
  return type === 'object' || type === 'array' ? compact(written) : written;
}

function isBlank(text: string): boolean {
  return Array.from(text).every((character) => BLANKS.includes(character));
}

/** JSON without the white space between its tokens, each of them as it was written. */
function compact(json: string): string {
  const scanner = jsonc.createScanner(json, true);
  let tokens = '';
  while (scanner.scan() !== jsonc.SyntaxKind.EOF) {
    tokens += json.slice(scanner.getTokenOffset(), scanner.getTokenOffset() + scanner.getTokenLength());
  }
  return tokens;
}
