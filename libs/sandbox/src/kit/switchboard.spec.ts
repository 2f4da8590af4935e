import { describe, expect, it } from '@jest/globals';
import { flag, integer, oneOf, orNull, Switchboard, text } from './switchboard.js';

const TABLE = {
  unit: oneOf('cents', 'pesos'),
  on: flag(true),
  times: integer(3, 0, 9),
  word: text('word'),
  address: orNull(text('')),
};

describe('switches', () => {
  it('start with what the table says and what is chosen, and come back to it', () => {
    const board = new Switchboard(TABLE, { times: 5 });
    expect(board.current).toEqual({ unit: 'cents', on: true, times: 5, word: 'word', address: null });
    board.change({ unit: 'pesos', address: 'http://x.co' });
    expect(board.current).toEqual({ unit: 'pesos', on: true, times: 5, word: 'word', address: 'http://x.co' });
    board.change({ address: null });
    board.reset();
    expect(board.current).toEqual({ unit: 'cents', on: true, times: 5, word: 'word', address: null });
  });

  it.each([
    [{ unit: 'dollars' }, 'unit must be one of "cents", "pesos".'],
    [{ on: 'yes' }, 'on must be one of true, false.'],
    [{ times: 10 }, 'times must be an integer from 0 to 9.'],
    [{ times: -1 }, /integer/],
    [{ times: 1.5 }, /integer/],
    [{ times: '1' }, /integer/],
    [{ word: null }, 'word must be a text of at most 2048 characters.'],
    [{ word: 'x'.repeat(2_049) }, /2048/],
    [{ address: 7 }, 'address must be a text of at most 2048 characters, or null.'],
    [{ toString: 'x' }, 'There is no switch toString; there are unit, on, times, word, address.'],
  ])('refuse %j, and change nothing with it', (change, message) => {
    const board = new Switchboard(TABLE, {});
    expect(() => board.change({ times: 7, ...change })).toThrow(message);
    expect(board.current.times).toBe(3);
  });
});
