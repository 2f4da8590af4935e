import { describe, expect, it } from '@jest/globals';
import { NotificationLanes, PLACES } from './notification-lanes.js';

const A = { organizationId: '01900000-0000-7000-8000-00000000000a', lane: 'a.example' };
const B = { organizationId: '01900000-0000-7000-8000-00000000000b', lane: 'a.example' };

describe('the lanes of notifications', () => {
  it('have their places each, also where two organizations share a host', () => {
    const lanes = new NotificationLanes();
    expect(lanes.busy()).toEqual([]);
    for (let count = 0; count < PLACES; count += 1) lanes.enter(A);
    lanes.enter(B);
    expect(lanes.busy()).toEqual([
      { ...A, free: 0 },
      { ...B, free: PLACES - 1 },
    ]);
  });

  it('say when one that was full has room again, and only then', () => {
    const lanes = new NotificationLanes();
    for (let count = 0; count < PLACES; count += 1) lanes.enter(A);
    expect(lanes.leave(A, true)).toBe(true);
    expect(lanes.leave(A, true)).toBe(false);
  });

  it('leave one that fails a single place until something goes well', () => {
    const lanes = new NotificationLanes();
    for (let count = 0; count < PLACES; count += 1) lanes.enter(A);
    lanes.leave(A, false);
    expect(lanes.busy()).toEqual([{ ...A, free: 0 }]);
    for (let count = 1; count < PLACES; count += 1) lanes.leave(A, false);
    expect(lanes.busy()).toEqual([{ ...A, free: 1 }]);
    lanes.enter(A);
    lanes.leave(A, true);
    expect(lanes.busy()).toEqual([]);
  });

  it('remember a bounded number of failing ones', () => {
    const lanes = new NotificationLanes();
    for (let count = 0; count < 3_000; count += 1) {
      const lane = { ...A, lane: String(count) };
      lanes.enter(lane);
      lanes.leave(lane, false);
    }
    expect(lanes.busy()).toHaveLength(1_000);
    expect(lanes.busy()[0]).toMatchObject({ lane: '2000' });
  });
});
