import {
  type CorrectionRequest,
  type Discrepancy,
  type DiscrepancyKind,
  type Evidence,
  EVIDENCE_MAX,
  type Finding,
  followsTheMoney,
  openDiscrepancy,
} from './discrepancy.js';
import type { UpdateSource } from './update-source.js';

/** One that has settled itself this often and comes back stays open: only a person can end what goes to and fro. */
const SETTLES_ITSELF_MAX = 3;

/** How one ends. `by` is the API key of the person who settled it; without one, a later fact did. */
export interface Settlement {
  resolution: string;
  by?: string | null;
  approvedBy?: string | null;
  note?: string | null;
  correction?: CorrectionRequest | null;
}

/** A fact that settles what was open before it. */
export interface SettlingFact {
  kind: DiscrepancyKind;
  resolution: string;
  /** When it was so: what was opened later is not settled by it. */
  at: Date;
  source: UpdateSource;
  /** It settles only what this source has found; absent: all but what the integrity check has found. */
  foundBy?: UpdateSource;
}

/** The discrepancies of one payin while a decision is made on it: one open per kind, opened once however often its cause comes. */
export class Discrepancies {
  private readonly all: Discrepancy[];
  private readonly changed = new Set<Discrepancy>();
  private readonly foundNow = new Set<DiscrepancyKind>();
  private readonly facts: SettlingFact[] = [];

  constructor(
    known: readonly Discrepancy[],
    private readonly now: Date,
  ) {
    this.all = known.map((discrepancy) => ({ ...discrepancy }));
  }

  /** New or changed; what ends comes first, so that it makes room for another of its kind. */
  get changes(): Discrepancy[] {
    return [...this.changed].toSorted((one, other) => Number(one.id === null) - Number(other.id === null));
  }

  /**
   * What a person has settled is opened again only by other money, or by another sentence of the integrity check; what has settled itself, also
   * when its cause comes back.
   * @param isStale the cause may be from before it settled itself
   * @returns it, if it is new
   */
  open(finding: Finding, isStale: boolean): Discrepancy | undefined {
    this.foundNow.add(finding.kind);
    const open = this.openOf(finding.kind);
    if (open) return this.recurs(open, openDiscrepancy(finding, this.now));
    const settled = this.all.some((one) => isSameCause(one, finding) && (one.resolvedBy !== null || isStale));
    return settled ? undefined : this.openAnew(finding);
  }

  /** Opens one whatever was settled before. */
  openAnew(finding: Finding): Discrepancy {
    const opened = openDiscrepancy(finding, this.now);
    this.all.push(opened);
    this.changed.add(opened);
    return opened;
  }

  get current(): readonly Discrepancy[] {
    return this.all;
  }

  openOf(kind: DiscrepancyKind): Discrepancy | undefined {
    return this.all.find((discrepancy) => discrepancy.kind === kind && discrepancy.status === 'OPEN');
  }

  byId(id: string): Discrepancy | undefined {
    return this.all.find((discrepancy) => discrepancy.id === id);
  }

  /** @param request that waits for a second person; null drops the one that waits */
  propose(open: Discrepancy, request: CorrectionRequest | null): void {
    open.correction = request;
    this.changed.add(open);
  }

  linkRefund(open: Discrepancy, refundId: string | null): void {
    open.refundId = refundId;
    this.changed.add(open);
  }

  addFact(fact: SettlingFact): void {
    this.facts.push(fact);
  }

  /** What the facts settle, one by one; not where the cause was found again beside them. */
  *settledByFacts(): Generator<{ open: Discrepancy; fact: SettlingFact }> {
    for (const fact of this.facts) {
      const open = this.openOf(fact.kind);
      if (!open || open.openedAt > fact.at || this.foundNow.has(fact.kind)) continue;
      if (fact.foundBy ? open.source === fact.foundBy : open.source !== 'integrity_check') yield { open, fact };
    }
  }

  /** @returns what has ended, or undefined where it goes on for a person to end */
  settle(open: Discrepancy, { resolution, by, approvedBy, note, correction }: Settlement): Discrepancy | undefined {
    const before = this.all.filter(
      ({ kind, status, resolvedBy }) => kind === open.kind && status === 'RESOLVED' && resolvedBy === null,
    );
    if (by == null && before.length >= SETTLES_ITSELF_MAX) return undefined;
    open.status = 'RESOLVED';
    open.resolvedAt = this.now;
    open.resolution = resolution;
    open.resolvedBy = by ?? null;
    open.approvedBy = approvedBy ?? null;
    open.note = note ?? null;
    open.correction = correction ?? null;
    this.changed.add(open);
    return open;
  }

  private recurs(open: Discrepancy, found: Discrepancy): undefined {
    const known = new Set(open.evidence.map(keyOf));
    const more = found.evidence.filter((evidence) => !known.has(keyOf(evidence))).slice(0, EVIDENCE_MAX - known.size);
    if (more.length > 0) {
      open.evidence = [...open.evidence, ...more];
      this.changed.add(open);
    }
    if (weight(found.source) > weight(open.source)) {
      open.source = found.source;
      open.detail = found.detail;
      this.changed.add(open);
    }
    if (followsTheMoney(open.kind) && open.actualInCents !== found.actualInCents) {
      open.actualInCents = found.actualInCents;
      open.moneyAtRiskInCents = found.moneyAtRiskInCents;
      this.changed.add(open);
    }
  }
}

/** Found about an order that belongs to no payin. */
export type FindingWithoutPayin = Omit<Finding, 'expectedInCents' | 'receivedInCents'>;

/**
 * The same rules where there is no payin.
 * @param known the discrepancies of the same provider, reference and kind
 * @returns the one to be written, without an id where it is new; undefined where nothing changes
 */
export function openWithoutPayin(
  finding: FindingWithoutPayin,
  known: readonly Discrepancy[],
  now: Date,
): Discrepancy | undefined {
  const discrepancies = new Discrepancies(known, now);
  discrepancies.open({ ...finding, expectedInCents: null, receivedInCents: 0n }, false);
  return discrepancies.changes[0];
}

type Cause = Pick<Finding, 'kind' | 'actualInCents' | 'detail'> & Pick<Discrepancy, 'source'>;

/** What the integrity check finds is no one else's, and two of its sentences are two causes. */
function isSameCause(one: Cause, other: Cause): boolean {
  if (one.kind !== other.kind || (one.source === 'integrity_check') !== (other.source === 'integrity_check'))
    return false;
  return one.actualInCents === other.actualInCents && (one.source !== 'integrity_check' || one.detail === other.detail);
}

/**
 * Of two sources that found the same, the one with more weight is kept, and only its match settles it: a list does not settle what the provider
 * has said, and the integrity check least of all, because it runs again every night.
 */
function weight(source: UpdateSource | null): number {
  if (source === 'integrity_check') return 0;
  return source === 'statement' ? 1 : 2;
}

function keyOf(evidence: Evidence): string {
  return JSON.stringify(Object.entries(evidence).toSorted(([one], [other]) => (one < other ? -1 : 1)));
}
