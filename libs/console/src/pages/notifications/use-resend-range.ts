import { useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
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
  start: (range: Range) => void;
  /** After the request that is under way. */
  stop: () => void;
  /** From where it stopped or failed: nothing is sent twice. */
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

/** Sends the messages of a period again, request after request, until none is left. */
export function useResendRange(): Resending {
  const queries = useQueryClient();
  const [progress, setProgress] = useState<Progress>(NOTHING);
  const isStopped = useRef(false);

  async function run(range: Range, from: Progress): Promise<void> {
    isStopped.current = false;
    let { resent } = from;
    let left = range;
    const whole = from.range ?? range;
    setProgress({ state: 'running', resent, range: whole, left, error: null });
    try {
      for (;;) {
        const answer = await answerOf(api.POST('/notifications/resend', { body: left }));
        resent += answer.resent;
        void queries.invalidateQueries({ queryKey: ['notifications'] });
        if (answer.continueFrom === null)
          return setProgress({ state: 'done', resent, range: whole, left: undefined, error: null });
        left = { ...left, from: answer.continueFrom };
        setProgress({ state: isStopped.current ? 'stopped' : 'running', resent, range: whole, left, error: null });
        if (isStopped.current) return;
      }
    } catch (error) {
      setProgress({ state: 'failed', resent, range: whole, left, error: error as Error });
    }
  }

  const { state, resent, range, left, error } = progress;
  return {
    state,
    resent,
    percent: state === 'done' ? PERCENT : range && left ? percentOf(range, left) : 0,
    error,
    start: (next) => void run(next, NOTHING),
    stop: () => {
      isStopped.current = true;
    },
    goOn: () => {
      if (left) void run(left, progress);
    },
    dismiss: () => setProgress(NOTHING),
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
