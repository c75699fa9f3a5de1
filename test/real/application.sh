#!/bin/bash
# application.sh: puts an application on a fresh server: a service that needs its database, and what
# administrators leave in /etc.
set -euo pipefail
until pg_isready -q; do sleep 0.5; done
cd /
release=$(. /etc/os-release && echo "$VERSION_CODENAME")

# Where packages come from: written as each release writes it, with what is not free.
mapfile -t entries < <(sed -n 's/^deb //p' /etc/apt/sources.list.d/0000*.list)
rm /etc/apt/sources.list.d/0000*.list
for entry in "${entries[@]}"; do
  read -r address suite _ <<<"$entry"
  if [[ $release == bullseye ]]; then
    echo "deb $address $suite main non-free # as installed" >>/etc/apt/sources.list
  else
    printf '%s\n' 'Types: deb' "URIs: $address" "Suites: $suite" 'Components: main non-free-firmware' \
      'Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg' '' >>/etc/apt/sources.list.d/debian.sources
  fi
done
apt-get -q update

# Not of the latest point release, and a package that was removed and has left its settings.
apt-get -q -y --allow-downgrades install "tzdata/$release" nano
echo '# set here' >>/etc/nanorc
apt-get -q -y remove nano
dpkg-query -W -f '${db:Status-Abbrev} ${Package}\n' | grep '^rc' | sort >/root/removed

runuser -u postgres -- createdb shop
runuser -u postgres -- psql -qX -v ON_ERROR_STOP=1 shop <<'SQL'
create table orders as select g as id, md5(g::text) as item from generate_series(1, 20000) g;
alter table orders add primary key (id);
create view recent as select * from orders where id > 19000;
create table events (id int) partition by range (id);
create table events_first partition of events for values from (0) to (100);
create table events_second partition of events for values from (100) to (200);
create function tell() returns trigger language plpgsql as $$ begin return new; end $$;
create trigger told after insert on events for each row execute function tell();
alter table events_first disable trigger told;
SQL
for folder in /etc/postgresql/*/main/conf.d; do
  install -o postgres -g postgres -m 644 /dev/null "$folder/shop.conf"
  echo "log_statement = 'ddl'" >>"$folder/shop.conf"
done
mkdir -p /var/lib/app
chown postgres: /var/lib/app
cat >/usr/local/bin/app <<'APP'
#!/bin/bash
# Serves as long as all of its rows are there; notes when it begins and ends: by itself, as systemd ends
# whatever else there is, date(1) included.
count=$(psql -XAtqc 'select count(*) from orders' shop) && ((count >= 20000)) || exit 1
echo "start $EPOCHREALTIME" >>/var/lib/app/times
trap 'echo "stop $EPOCHREALTIME" >>/var/lib/app/times; exit 0' TERM
systemd-notify --ready
while :; do
  sleep 1 &
  wait "$!"
done
APP
chmod 755 /usr/local/bin/app
cat >/etc/systemd/system/app.service <<'UNIT'
[Unit]
Description=The shop
After=postgresql.service

[Service]
Type=notify
NotifyAccess=all
User=postgres
ExecStart=/usr/local/bin/app
Restart=on-failure
RestartSec=1

[Install]
WantedBy=multi-user.target
UNIT
systemctl daemon-reload
systemctl enable --now app.service
echo '# kept by the administrator' >>/etc/login.defs
echo 'mine' >/etc/mine.conf
echo "deb http://packages.invalid/debian $release main" >/etc/apt/sources.list.d/other.list
