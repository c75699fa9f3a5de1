import { describe, expect, test } from 'vitest';
import { gnuComplaints, parseOptions } from '../../src/simulate/options.ts';

const TABLE = { '-y --yes': 'flag', '-o --option': 'value', '-q --quiet': 'optional' } as const;

function parse(...args: string[]) {
  const parsed = parseOptions(args, TABLE, gnuComplaints('it'));
  return {
    yes: parsed.has('yes'),
    option: parsed.values('option'),
    quiet: parsed.values('quiet'),
    operands: parsed.operands,
  };
}

describe('command lines are taken apart as getopt does', () => {
  test.each([
    [['a', '-y', 'b'], { yes: true, option: [], quiet: [], operands: ['a', 'b'] }],
    [
      ['-oX=1', '--option', 'Y=2', '--option=Z'],
      { yes: false, option: ['X=1', 'Y=2', 'Z'], quiet: [], operands: [] },
    ],
    [['-yq', '-q=2', '-qq'], { yes: true, option: [], quiet: ['', '2', '', ''], operands: [] }],
    [['-y', '--', '-o', '-z'], { yes: true, option: [], quiet: [], operands: ['-o', '-z'] }],
    [['-'], { yes: false, option: [], quiet: [], operands: ['-'] }],
  ])('%j', (args, expected) => {
    expect(parse(...args)).toEqual(expected);
  });

  test.each([
    [['--nope'], "it: unrecognized option '--nope'"],
    [['-z'], "it: invalid option -- 'z'"],
    [['-o'], "it: option '-o' requires an argument"],
    [['--yes=1'], "it: unrecognized option '--yes=1'"],
  ])('%j is refused', (args, message) => {
    expect(() => parse(...args)).toThrow(message);
  });
});
