import { containers, postgres, program, service, system } from 'stepwright';
import { dockerDriver, savedImages, stallSeconds, waltImages } from './values.ts';

/** After the reboot: images into podman, then WalT back into service. */
export const migrate = [
  system.verified({
    id: 'system-verified',
    why: 'images are mounted in a way that only the new kernel has',
    release: 'buster',
  }),
  postgres.answering({
    id: 'database-answers',
    why: 'the daemon reads from it which images there are',
    version: '11',
    databases: ['walt'],
  }),
  containers.present({
    id: 'images-there',
    why: 'the daemon deletes the row of every image that it finds in neither storage',
    images: waltImages,
    storage: 'docker-or-podman',
    from: savedImages,
    // It need not run any more once podman has them all.
    unit: 'docker',
    driver: dockerDriver,
    untilBegun: 'walt-started',
  }),
  program.ran({
    id: 'images-migrated',
    why: 'on its first start the daemon copies the images, and systemd would not wait for that',
    title: 'every image is in the storage of podman',
    command: ['env', 'PYTHONUNBUFFERED=1', 'walt-server-daemon'],
    untilPresent: { images: waltImages, storage: 'podman' },
    unit: 'walt-server',
    signal: 'INT',
    stallSeconds,
    needs: ['images-there'],
    untilBegun: 'walt-started',
  }),
  service.started({
    id: 'walt-started',
    why: 'the upgrade is over',
    unit: 'walt-server',
  }),
  service.enabled({
    id: 'walt-enabled',
    why: 'it has to come back after the next reboot',
    unit: 'walt-server',
  }),
];
