import {
  defineHost,
  installServer,
  makeWorld,
  powerOn,
  preinstall,
  Refusal,
  type ArchivePackage,
  type Command,
  type Host,
  type World,
} from 'stepwright/simulate';

const SETTINGS = '/etc/nginx/nginx.conf';

function nginxPackage(version: string): ArchivePackage {
  return {
    name: 'nginx',
    version,
    commands: ['/usr/sbin/nginx'],
    conffiles: { [SETTINGS]: 'http {\n  include /etc/nginx/conf.d/*.conf;\n}\n' },
    units: { 'nginx.service': { enabled: true, started: true } },
  };
}

/** All of nginx's settings, as it reads them. */
function settingsOf({ files }: Host): string {
  const parts = files.names('/etc/nginx/conf.d').filter((name) => name.endsWith('.conf'));
  const paths = [SETTINGS, ...parts.map((name) => `/etc/nginx/conf.d/${name}`)];
  return paths.map((path) => files.text(path) ?? '').join('');
}

/** nginx: `-t` and `-T` try the settings, of which `broken` stands for any mistake. */
const nginx: Command = async (call) => {
  const settings = settingsOf(call.host);
  if (settings.includes('broken'))
    throw new Refusal(1, 'nginx: [emerg] unknown directive "broken"');
  const [option, value] = call.args;
  if (option === '-T') call.out(settings);
  else if (option === '-s' && value === 'reload') await call.change();
  else if (option !== '-t') throw new Refusal(1, `nginx: invalid option: "${option ?? ''}"`);
  return 0;
};

const KERNEL = '6.1.0-40-amd64';

const world = makeWorld({
  releases: ['bookworm'],
  packages: {
    bookworm: [
      nginxPackage('1.22.1-9+deb12u1'),
      nginxPackage('1.22.1-9+deb12u3'),
      {
        name: 'linux-image-amd64',
        version: '6.1.153-1',
        depends: [`linux-image-${KERNEL}`],
      },
      {
        name: `linux-image-${KERNEL}`,
        version: '6.1.153-1',
        files: { [`/boot/vmlinuz-${KERNEL}`]: `kernel ${KERNEL}\n` },
      },
    ],
  },
  commands: { nginx },
  starting: {
    'nginx.service': (host) => (settingsOf(host).includes('broken') ? 'wrong settings' : undefined),
  },
});

function webServer(known: World, settings = ''): Host {
  const host = installServer(known, 'bookworm');
  preinstall(host, [nginxPackage('1.22.1-9+deb12u1')]);
  host.files.write('/etc/nginx/conf.d/site.conf', `server { listen 443 ssl; }\n${settings}`);
  return powerOn(host);
}

/** Web servers of Debian 12. */
export default defineHost({
  world,
  states: {
    healthy: { title: 'a web server with updates to come', make: webServer },
    broken: {
      title: 'nginx would not start again with its settings',
      make: (known) => webServer(known, 'broken;\n'),
      stops: { status: 1, says: /unknown directive "broken"/ },
    },
  },
  target: ({ state, files }) => [
    ...(state.packages['nginx']?.version === '1.22.1-9+deb12u3' ? [] : ['nginx is an old one']),
    ...(state.units['nginx.service']?.active === 'active' ? [] : ['nginx does not run']),
    ...(state.boot.kernel === KERNEL ? [] : [`the kernel is ${state.boot.kernel}`]),
    ...(files.exists('/etc/nginx/conf.d/tls.conf') ? [] : ['old TLS is still on']),
  ],
  // What the administrator has written must be there at every moment.
  precious: ({ files }) => (files.exists('/etc/nginx/conf.d/site.conf') ? ['the site'] : []),
});
