/** Clusters 13/main and 15/main; what is done to them is told. */
export const CLUSTERS = `cd "\${sw_state%/*}"; sw_postgres_settings=$PWD/etc
sw_old=13 sw_new=15 sw_cluster=main sw_place="$sw_state/clusters/13-15-main" sw_port=5432
sw_new_data="$PWD/new data"
mkdir -p etc/13/main "$sw_place"
state_is=online port_is=5432 setting=auto names=(app) there=yes listed=''
sw_look_at_cluster() { state=$state_is port=$port_is owner=postgres data=''; }
sw_has_cluster() { [[ $there == yes ]]; }
sw_start_setting() { echo "$setting"; }
sw_setting_of() { case $1$3 in *port) echo "$port_is" ;; 13*) echo "$PWD/old data" ;; *) echo "$sw_new_data" ;; esac; }
printf 'port = 5432\\n' >etc/13/main/postgresql.conf
sw_list_databases() { databases=("\${names[@]}"); }
sw_await_answer() { databases=("\${names[@]}"); records=(told); }
state=online port=5432 owner=postgres
sw_list_contents() { [[ $4$5\${records[*]} == -toldtold ]]; echo "listed $1/$2"; printf '%s' "$listed" >"$3"; }
disturbances=()
sw_list_disturbances() { found=("\${disturbances[@]}" end); }
sw_start_closed() { echo "start closed $1/$2"; }
sw_psql() { cat >/dev/null; printf '<%s>' psql "$@"; echo; }
pg_conftool() { [[ $* != *' show '* ]] || return 1; printf '<%s>' pg_conftool "$@"; echo; }
for name in pg_upgradecluster pg_ctlcluster pg_dropcluster systemctl; do
  eval "$name() { printf '<%s>' $name \\"\\$@\\"; echo; }"
done
sync() { :; }
`;
