import { describe, expect, it } from '@jest/globals';
import { IsBoolean } from 'class-validator';
import { IntegerFrom, OneOf, OrNull, Switches, Text } from './switches.js';

class Values {
  @OneOf('cents', 'pesos') readonly unit: 'cents' | 'pesos' = 'cents';
  @IsBoolean() readonly on: boolean = true;
  @IntegerFrom(0, 9) readonly times: number = 3;
  @Text() readonly word: string = 'word';
  @OrNull() @Text() readonly address: string | null = null;
}

describe('switches', () => {
  it('start with their initial and the chosen values, and return to them', () => {
    const switches = new Switches(Values, { times: 5 });
    expect(switches.current).toEqual({ unit: 'cents', on: true, times: 5, word: 'word', address: null });
    switches.change({ unit: 'pesos', address: 'http://x.co' });
    expect(switches.current).toEqual({ unit: 'pesos', on: true, times: 5, word: 'word', address: 'http://x.co' });
    switches.change({ address: null });
    switches.reset();
    expect(switches.current).toEqual({ unit: 'cents', on: true, times: 5, word: 'word', address: null });
  });

  it.each([
    [{ unit: 'dollars' }, 'unit must be one of the following values: cents, pesos.'],
    [{ on: 'yes' }, 'on must be a boolean value.'],
    [{ times: 10 }, 'times must not be greater than 9.'],
    [{ times: -1 }, 'times must not be less than 0.'],
    [{ times: 1.5 }, 'times must be an integer number.'],
    [{ times: '1' }, /times must be an integer number/],
    [{ word: null }, /word must be a string/],
    [{ word: 'x'.repeat(2_049) }, 'word must be shorter than or equal to 2048 characters.'],
    [{ address: 7 }, /address must be a string/],
    [{ on: 'yes', times: 10 }, 'on must be a boolean value; times must not be greater than 9.'],
    [{ toString: 'x' }, 'There is no switch toString; there are unit, on, times, word, address.'],
  ])('refuse %j, and change nothing with it', (change, message) => {
    const switches = new Switches(Values, {});
    expect(() => switches.change({ word: 'other', ...change })).toThrow(message);
    expect(switches.current).toEqual(new Values());
  });
});
