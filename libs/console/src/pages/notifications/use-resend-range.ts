import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import { answerOf, api, type Schemas } from '../../api/client.js';
import { PERCENT } from '../../texts/figures.js';

export type Range = Schemas['ResendNotificationsDto'];

/** Days are those of Bogotá. */
const DAY_BEGINS = 'T00:00:00-05:00';
const DAY_MS = 86_400_000;

export interface Resending {
  state: 'idle' | 'running' | 'stopped' | 'failed' | 'done';
  resent: number;
  /** How much of the period is through, from 0 to 100. */
  percent: number;
  error: Error | null;
  /** Nothing while one is under way. */
  start: (range: Range) => void;
  /** After the request that is under way. */
  stop: () => void;
  /** From where it stopped or failed. Where an answer got lost, the messages of that one request may go out once more. */
  goOn: () => void;
  dismiss: () => void;
}

interface Progress {
  state: Resending['state'];
  resent: number;
  range: Range | undefined;
  /** What is still to be sent. */
  left: Range | undefined;
  error: Error | null;
}

const NOTHING: Progress = { state: 'idle', resent: 0, range: undefined, left: undefined, error: null };

// Of the window and not of the page: it goes on while the person is on another page, and is there when they come back.
let progress = NOTHING;
let isStopped = false;
const listeners = new Set<() => void>();

function change(to: Progress): void {
  progress = to;
  for (const listener of listeners) listener();
}

async function run(left: Range, before: Progress, queries: QueryClient): Promise<void> {
  if (progress.state === 'running') return;
  isStopped = false;
  let now: Progress = { ...before, state: 'running', range: before.range ?? left, left, error: null };
  change(now);
  try {
    while (now.left) {
      const body: Range = now.left;
      const { resent, continueFrom } = await answerOf(api.POST('/notifications/resend', { body }));
      const rest = continueFrom === null ? undefined : { ...body, from: continueFrom };
      now = { ...now, resent: now.resent + resent, left: rest };
      change(now);
      void queries.invalidateQueries({ queryKey: ['notifications'] });
      if (isStopped) break;
    }
    change({ ...now, state: now.left ? 'stopped' : 'done' });
  } catch (error) {
    change({ ...now, state: 'failed', error: error as Error });
  }
}

/** Sends the messages of a period again, request after request, until none is left or the window is closed. */
export function useResendRange(): Resending {
  const queries = useQueryClient();
  const now = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => progress,
  );
  const { state, resent, range, left, error } = now;
  return {
    state,
    resent,
    percent: state === 'done' ? PERCENT : range && left ? percentOf(range, left) : 0,
    error,
    start: (next) => void run(next, NOTHING, queries),
    stop: () => {
      isStopped = true;
    },
    goOn: () => {
      if (left) void run(left, now, queries);
    },
    dismiss: () => change(NOTHING),
  };
}

function instantOf(time: string): number {
  return Date.parse(time.length === 10 ? time + DAY_BEGINS : time);
}

/** By time: nobody counts beforehand what a period holds. */
function percentOf(range: Range, left: Range): number {
  const begin = instantOf(range.from);
  const end = Math.min(instantOf(range.to) + (range.to.length === 10 ? DAY_MS : 0), Date.now());
  const share = (instantOf(left.from) - begin) / (end - begin);
  return Number.isFinite(share) ? Math.round(Math.min(Math.max(share, 0), 1) * PERCENT) : 0;
}
