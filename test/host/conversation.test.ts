import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { theServer } from '../../src/simulate/root/server.ts';

test('a shim that was killed is gone, though nobody has said a last word to it', async () => {
  const server = await theServer();
  let [address, token] = ['', ''];
  const gone = new Promise<boolean>((resolve) => {
    ({ address, token } = server.admit(async (_, conversation) => {
      expect(await conversation.word()).toBe('begun');
      await conversation.whenGone();
      resolve(conversation.gone);
    }));
  });
  // What the kernel sends for a process that has read all that it was told: the end of its half.
  const shim = connect({ port: Number(address.split(' ')[0]), allowHalfOpen: true });
  shim.end([token, '/bin/x', '/', '1', '0', '0', 'begun', ''].join('\0'));
  expect(await gone).toBe(true);
  server.dismiss(token);
  shim.destroy();
});
