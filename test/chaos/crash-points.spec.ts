import { expect, it } from '@jest/globals';
import { betweenEffects } from './crash-points.js';

it('of points that nothing divides, the last one is kept', () => {
  const passed = [
    ...['outer#1:before', 'read#1:before', 'read#1:after', 'outer#1:after'],
    ...['outer#2:before', 'call#1:before', 'call#1:after', 'outer#2:after'],
  ];
  expect(betweenEffects(passed)).toEqual(['read#1:before', 'call#1:before', 'outer#2:after']);
});

it('of calls at the same time each is kept: one does not stand in the other', () => {
  const passed = ['one#1:before', 'other#1:before', 'one#1:after', 'other#1:after'];
  expect(betweenEffects(passed)).toEqual(['one#1:before', 'other#1:before', 'other#1:after']);
});
