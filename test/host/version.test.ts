import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareVersions, satisfies } from '../../src/simulate/debian/version.ts';

/** Older first. */
const ORDER: readonly (readonly [string, string])[] = [
  ['1.0~rc1', '1.0'],
  ['1.0', '1.0-1'],
  ['1.0-1', '1.0-1+b1'],
  ['9.6+181+deb9u3', '11+200+deb10u5'],
  ['2.02~beta3-5+deb9u2', '2.02+dfsg1-20+deb10u4'],
  ['9.10', '10.0'],
  ['5:20.10.24~3-0~debian-buster', '5:24.0.2-1~debian.10~buster'],
  ['18.0', '1:0.1'],
  ['1.2a', '1.2+'],
  ['4.9.0-19-amd64', '4.19.0-27-amd64'],
];

describe('versions of packages', () => {
  test.each(ORDER)('%s is older than %s', (older, newer) => {
    expect(compareVersions(older, newer)).toBeLessThan(0);
    expect(compareVersions(newer, older)).toBeGreaterThan(0);
    expect(satisfies(newer, 'ge', older)).toBe(true);
    expect(satisfies(newer, '<<', older)).toBe(false);
  });

  test('the order is that of dpkg', () => {
    const version = fc.stringMatching(/^[0-9][0-9a-c.+~]{0,5}(-[0-9a-c+~]{1,3})?$/);
    fc.assert(
      fc.property(version, version, (a, b) => {
        const status = (relation: string): boolean => {
          try {
            execFileSync('dpkg', ['--compare-versions', a, relation, b]);
            return true;
          } catch {
            return false;
          }
        };
        expect(compareVersions(a, b) < 0).toBe(status('lt'));
      }),
      { numRuns: 60 },
    );
  });
});
