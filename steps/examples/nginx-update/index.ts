import {
  apt,
  file,
  parameter,
  procedure,
  reboot,
  requires,
  service,
  shell,
  system,
} from 'stepwright';

const nginxVersion = parameter.version('nginx-version', {
  default: '1.22.1-9+deb12u3',
  help: 'the oldest version of nginx that will do',
});

const kernelVersion = parameter.version('kernel-version', {
  default: '6.1.153-1',
  help: 'the oldest version of linux-image-amd64 that will do',
});

export default procedure({
  id: 'nginx-update',
  title: 'nginx and the kernel, up to date',
  summary:
    'For a Debian 12 web server. nginx and the kernel get their security updates, nginx speaks no ' +
    'TLS older than 1.2 any more, and the machine is restarted once.',
  from: { release: 'bookworm', name: 'Debian 12' },
  to: { release: 'bookworm', name: 'Debian 12' },
  architecture: 'amd64',
  takes: { total: 15, downtime: 5, basis: 'a server that restarts in two minutes' },
  parameters: [nginxVersion, kernelVersion],
  requires: [
    requires.unit({ unit: 'nginx' }),
    requires.packagesInOrder(),
    requires.space({ path: '/boot', mebibytes: 100, purpose: 'the new kernel' }),
  ],
  steps: [
    apt.indexes({
      id: 'indexes-fetched',
      why: 'apt has to know of the updates',
      suite: 'bookworm',
    }),
    apt.installed({
      id: 'nginx-updated',
      why: 'older versions can be made to crash from outside',
      packages: ['nginx'],
      minimumVersion: nginxVersion,
    }),
    file.content({
      id: 'old-tls-off',
      why: 'TLS 1.0 and 1.1 are broken, and the package still allows them',
      undo: 'remove the file, and reload nginx',
      path: '/etc/nginx/conf.d/tls.conf',
      lines: ['ssl_protocols TLSv1.2 TLSv1.3;'],
    }),
    shell({
      id: 'settings-valid',
      title: 'nginx accepts its settings',
      why: 'with wrong ones it would not come back after the restart',
      check: 'nginx -t -q',
      // Nothing mends them by itself: this only says what is wrong with them, and fails.
      apply: 'run nginx -t',
      needs: ['nginx-updated', 'old-tls-off'],
    }),
    apt.installed({
      id: 'kernel-updated',
      why: 'older ones let a local user become root',
      packages: ['linux-image-amd64'],
      minimumVersion: kernelVersion,
    }),
    reboot({
      id: 'rebooted',
      why: 'the new kernel is used from then on',
      release: 'bookworm',
      releaseName: 'Debian 12',
    }),
    system.verified({
      id: 'system-verified',
      why: 'an update that did not come to its end is told now, and not by the next one',
      release: 'bookworm',
    }),
    service.started({
      id: 'nginx-started',
      why: 'it is what the machine is for',
      unit: 'nginx',
    }),
    shell({
      id: 'new-settings-used',
      title: 'nginx runs with the new settings',
      why: 'a server that was only started would not tell',
      check: "nginx -T 2>/dev/null | grep -F 'ssl_protocols TLSv1.2 TLSv1.3;' >/dev/null",
      apply: 'run nginx -s reload',
    }),
  ],
});
