import answers from './answers.json' with { type: 'json' };
import { type ExampleFacts, requestExamples, STATEMENT_EXAMPLE } from './request-examples.js';

interface Media {
  example?: unknown;
  examples?: object;
}
interface Parameter {
  name: string;
  in: string;
  required?: boolean;
  example?: unknown;
}
export interface DescribedOperation {
  operationId?: string;
  parameters?: Parameter[];
  requestBody?: { content: Record<string, Media> };
  responses: Record<string, { content?: Record<string, Media> }>;
}

const JSON_TYPE = 'application/json';
const CSV_TYPE = 'text/csv';
/** By operation and status: what was answered once, recorded by `npm run docs:examples`. */
const ANSWERS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = answers;

/** Bodies that work when they are sent, and what is answered to them. */
export function addExamples(operations: readonly DescribedOperation[], facts: ExampleFacts): void {
  const requests = requestExamples(facts);
  for (const { operationId = '', parameters = [], requestBody, responses } of operations) {
    for (const parameter of parameters)
      if (parameter.name === 'provider' && parameter.in === 'query' && parameter.required)
        parameter.example ??= facts.provider;
    const { [JSON_TYPE]: json, [CSV_TYPE]: csv } = requestBody?.content ?? {};
    if (json && requests[operationId]) json.examples = requests[operationId];
    if (csv) csv.example = STATEMENT_EXAMPLE;
    for (const [status, answer] of Object.entries(ANSWERS[operationId] ?? {})) {
      const media = responses[status]?.content?.[JSON_TYPE];
      if (media) media.example = answer;
    }
  }
}
