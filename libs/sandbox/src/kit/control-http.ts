const TIMEOUT_MS = 15_000;

/** The control API refused the call; the message says what to fix. */
export class ControlRefused extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
    this.name = 'ControlRefused';
  }
}

export interface ControlCall {
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly body?: object;
  /** Added to the usual 15 seconds, for calls that wait on purpose. */
  readonly extraTimeMs?: number;
}

/** JSON over HTTP to one provider's control API; throws `ControlRefused` on any answer but a 2xx. */
export class ControlHttp {
  constructor(private readonly baseUrl: string) {}

  /** The caller names the answer's shape: both ends are in this library. */
  async call<Answer>(path: string, { method = 'GET', body, extraTimeMs = 0 }: ControlCall = {}): Promise<Answer> {
    const response = await fetch(`${this.baseUrl}${path}`, {
      method,
      signal: AbortSignal.timeout(TIMEOUT_MS + extraTimeMs),
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const text = await response.text();
    if (!response.ok) throw new ControlRefused(response.status, errorIn(text));
    const answer: Answer = JSON.parse(text);
    return answer;
  }
}

function errorIn(text: string): string {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null && 'error' in parsed) return String(parsed.error);
  } catch {
    // Not the control API's own answer: its text is the best description there is.
  }
  return text.slice(0, 500);
}
