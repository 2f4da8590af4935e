const APPLICATIONS_MAX = 100;
const NONCES_MAX = 1_000;

/**
 * The last nonces of each application, with the signature that each came with. Each has a share of its own: nobody's requests push out another's.
 * Of this process alone: it spares work and shows clients their mistakes, and no promise rests on it (MAPPING.md).
 */
export class NonceMemory {
  /** Of applications and of nonces, the oldest are first. */
  readonly #applications = new Map<string, Map<string, string>>();

  /** Remembers it. @returns the signature that it came with before */
  use(application: string, nonce: string, signature: string): string | undefined {
    const nonces = this.#applications.get(application) ?? new Map<string, string>();
    this.#applications.delete(application);
    this.#applications.set(application, nonces);
    const before = nonces.get(nonce);
    if (before === undefined) nonces.set(nonce, signature);
    dropOldest(nonces, NONCES_MAX);
    dropOldest(this.#applications, APPLICATIONS_MAX);
    return before;
  }
}

function dropOldest(map: Map<string, unknown>, most: number): void {
  for (const oldest of map.keys()) {
    if (map.size <= most) return;
    map.delete(oldest);
  }
}
