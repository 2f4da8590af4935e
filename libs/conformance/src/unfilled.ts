import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { ConformanceSubject } from './subject.js';

const MARK = 'Fill in:';

/** Lines of a provider's folder and of its simulator's that are still marked, as generated ones are: where, and what to put there. */
export function marked(name: string): [place: string, whatToDo: string][] {
  return [`libs/providers/${name}`, `libs/sandbox/src/${name}`].filter((folder) => existsSync(folder)).flatMap(marksIn);
}

function marksIn(folder: string): [place: string, whatToDo: string][] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = entries.map(({ parentPath, name }) => `${parentPath}/${name}`).toSorted();
  return paths.flatMap((path) =>
    readFileSync(path, 'utf8')
      .split('\n')
      .flatMap((line, at): [string, string][] => {
        const [, text] = line.split(MARK);
        return text === undefined
          ? []
          : [[`${path}:${at + 1}`, `${MARK} ${text.replace(/^["':\s]+|["'`);}*/\s]+$/g, '')}`]];
      }),
  );
}

/** Parts of a subject that hold nothing yet, each with what to put there. */
export function unfilled(subject: ConformanceSubject): [part: string, whatToDo: string][] {
  const parts: [part: string, missing: boolean, whatToDo: string][] = [
    [
      'examples',
      subject.examples.length === 0,
      'For each rail: the create request that the documents show, word for word, our order that asks for the same, and what the merchant then gets. Name the source.',
    ],
    [
      'statuses',
      subject.statuses.length === 0,
      'Every status of an order that the documents name, as it stands in the reply to a query, and what it means in our words, e.g. { reply: { "/status": "PAID" }, means: "APPROVED" }.',
    ],
    [
      'query.amounts',
      Object.keys(subject.query.amounts).length === 0,
      'The places of a query’s reply that hold how much money arrived, and the unit of each, e.g. { "/paid": "cents" }.',
    ],
    [
      'errors',
      subject.errors.length === 0,
      'The error replies that the documents show: HTTP status and body, the kind of ProviderError, and whether the order was certainly not taken.',
    ],
    [
      'settlements',
      Object.keys(subject.settlements).length === 0,
      'What can happen to an order in the sandbox (pay, reject, expire, …), and the status that the provider then reports, e.g. { pay: "APPROVED", reject: "REJECTED" }.',
    ],
  ];
  return parts.flatMap(([part, missing, whatToDo]) => (missing ? [[part, `Fill in ${part}. ${whatToDo}`]] : []));
}
