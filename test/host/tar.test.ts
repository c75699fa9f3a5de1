import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { archiveOf, imagesIn } from '../../src/simulate/containers/images.ts';
import { makeTar, readTar } from '../../src/simulate/containers/tar.ts';

const IMAGE = {
  name: 'who/what:1',
  id: 'a'.repeat(64),
  labels: { x: 'y' },
  driver: 'aufs',
  megabytes: 3,
};

test('an archive is one that tar reads', () => {
  const archive = makeTar({ 'manifest.json': '[]', 'a/layer.tar': 'x'.repeat(600) });
  const listed = execFileSync('tar', ['--list', '--file=-'], { input: archive, encoding: 'utf8' });
  expect(listed.split('\n').filter(Boolean)).toEqual(['manifest.json', 'a/layer.tar']);
  expect(readTar(archive)['a/layer.tar']).toHaveLength(600);
});

test('an image goes through an archive whole, and none comes out of a cut one', () => {
  const archive = archiveOf([IMAGE]);
  expect(imagesIn(archive, 'aufs')).toEqual([IMAGE]);
  expect(() => imagesIn(archive.subarray(0, archive.length >> 1), 'aufs')).toThrow();
});
