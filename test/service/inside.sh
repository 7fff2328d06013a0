# What is done inside of the machine that boot.sh boots. Each line that isn't indented is a fact: "name: value".
node=/opt/autod/node_modules/.bin/node
autod() { (cd / && "$node" /opt/autod/src/main.ts "$@"); }
fact() { echo "$1: $2"; }
show() { sed 's/^/  /' "$1"; }
# What never comes isn't waited for till the end of the machine.
until_so() {
  for _ in $(seq 500); do
    eval "$1" > /dev/null 2>&1 && return
    sleep 0.1
  done
  fact "gave up on" "$1"
  journalctl -n 30 -o cat | sed 's/^/  /'
  exit 1
}
shown() { systemctl show autod --property="$1" --value; }
filed() { find "$documents/Archive" -name '*.pdf' | wc -l; }
# As a program saves: under another name first.
save() {
  cp "/opt/given/$1.pdf" "$2/.part" && chown "$3:" "$2/.part" && mv "$2/.part" "$2/$1.pdf"
}

autod sandbox --json > /run/sandbox &
until_so 'grep -q key /run/sandbox'
url=$("$node" -p 'JSON.parse(require("fs").readFileSync("/run/sandbox")).url')
key=$("$node" -p 'JSON.parse(require("fs").readFileSync("/run/sandbox")).key')
install -m 600 /dev/null /root/key && echo "$key" > /root/key

# The service of the system, with names that a unit has to quote.
documents="/srv/it's \"100%\": \$HOME"
configuration="/etc/autod/my \"100%\" \$HOME.yaml"
autod init "$documents" --yes --config "$configuration" --data-dir /var/lib/autod --base-url "$url" --key-file /root/key > /dev/null
fact "init" $?
# Five seconds are long where one waits for them.
mkdir -p /etc/systemd/system/autod.service.d
printf '[Service]\nRestartSec=100ms\n' > /etc/systemd/system/autod.service.d/soon.conf
autod service install --system --config "$configuration" > /run/said
fact "install" $?
show /run/said
systemctl is-active autod > /dev/null || exit 1
fact "is" "$(systemctl is-active autod), $(systemctl is-enabled autod)"
fact "says" "$(shown StatusText)"
fact "runs as" "$(ps -o user= -p "$(shown MainPID)")"
fact "key" "$(stat -c '%U %a' /etc/autod/openai-api-key), $(grep -c "$key" /etc/systemd/system/autod.service) in the unit"
autod service install --system > /run/said
fact "installed again" "$? $(grep -o "✓ service .*nothing changed" /run/said)"

save one "$documents/Inbox" autod
inode=$(stat -c %i "$documents/Inbox/one.pdf")
until_so '[ "$(filed)" = 1 ]'
fact "moved without a copy" "$(find "$documents/Archive" -inum "$inode" | wc -l)"

kill -KILL "$(shown MainPID)"
until_so '[ "$(shown NRestarts)" = 1 ] && systemctl is-active autod'
save two "$documents/Inbox" autod
until_so '[ "$(filed)" = 2 ]'
fact "after a kill" "$(shown NRestarts) restart, $(filed) filed"

before=$(shown MainPID)
sed -i 's/perDay: 2$/perDay: 3/' "$configuration"
systemctl reload autod
until_so 'shown StatusText | grep -qF "of \$3.00"'
fact "after a reload" "$(shown StatusText | grep -o 'of .* today'), $([ "$(shown MainPID)" = "$before" ] && echo the same) process"

install -m 644 /opt/given/hang.mjs /usr/local/lib
printf '[Service]\nRestartSec=100ms\nWatchdogSec=4s\nTimeoutAbortSec=500ms\nEnvironment=NODE_OPTIONS=--import=/usr/local/lib/hang.mjs\n' > /etc/systemd/system/autod.service.d/soon.conf
systemctl daemon-reload && systemctl restart autod
kill -USR2 "$(shown MainPID)"
until_so '[ "$(shown NRestarts)" -ge 1 ] && systemctl is-active autod'
journalctl -u autod | grep -q 'Watchdog timeout' && fact "after a hang" "killed, and started again"
# A machine that has much to do would be taken for another hang.
printf '[Service]\nRestartSec=100ms\n' > /etc/systemd/system/autod.service.d/soon.conf
systemctl daemon-reload && systemctl restart autod

autod service status > /run/said
fact "status" $?
show /run/said
fact "logs" "$(autod service logs | grep -c one.pdf)"

cp "$configuration" /root/right.yaml
echo 'nonsense: true' >> "$configuration"
systemctl restart autod 2> /dev/null
until_so '[ "$(systemctl is-active autod)" = failed ]'
sleep 0.5
fact "with a wrong configuration" "$(systemctl is-active autod), $(shown ExecMainStatus), $(shown NRestarts) restarts"
autod service status > /run/said
fact "status of it" $?
show /run/said
cp /root/right.yaml "$configuration"
autod service start --system > /dev/null
fact "started again" "$? $(systemctl is-active autod)"

# The checkout moves: what a unit names is gone.
sed -i 's#/opt/autod/src/main.ts#/opt/other/src/main.ts#' /etc/systemd/system/autod.service
autod service status > /run/said
fact "status of a stale unit" "$? $(grep -o 'is gone' /run/said)"
autod service install --system > /run/said
fact "mended" "$? $(grep -o "✓ service .*restarted" /run/said), $(grep -c /opt/other /etc/systemd/system/autod.service) stale"

autod service uninstall --system > /run/said
fact "uninstall" $?
show /run/said
fact "what is left" "$(filed) documents, $(ls /etc/autod | wc -l) files in /etc/autod, $(ls /etc/systemd/system/autod.service 2> /dev/null | wc -l) units"

# A user's own service, in a home that hides nothing from it.
useradd --create-home --home-dir /srv/ada --shell /bin/bash ada
uid=$(id -u ada)
install -d -m 700 -o ada /run/user "/run/user/$uid" && chmod 755 /run/user
systemd-run --quiet --unit=own --uid=ada --property=Type=notify --property=Delegate=yes --setenv="XDG_RUNTIME_DIR=/run/user/$uid" --setenv=HOME=/srv/ada /lib/systemd/systemd --user
as_ada() { (cd /srv/ada && setpriv --reuid=ada --regid=ada --init-groups env -i HOME=/srv/ada PATH=/usr/bin:/bin "$@"); }
documents=/srv/ada/autod
as_ada OPENAI_API_KEY="$key" "$node" /opt/autod/src/main.ts init "$documents" --yes --base-url "$url" > /dev/null
fact "init of a user" $?
as_ada rm -f /srv/ada/.config/autod/openai-key
as_ada OPENAI_API_KEY="$key" "$node" /opt/autod/src/main.ts service install > /run/said 2>&1
fact "install of a user" $?
show /run/said
fact "key of a user" "$(stat -c '%U %a' /srv/ada/.config/autod/openai-key), $(grep -c "$key" /srv/ada/.config/systemd/user/autod.service) in the unit"
save three "$documents/Inbox" ada
until_so '[ "$(filed)" = 1 ]'
fact "filed for a user" "$(filed)"
as_ada "$node" /opt/autod/src/main.ts service uninstall > /run/said 2>&1
fact "uninstall of a user" "$? $(ls /srv/ada/.config/systemd/user/autod.service 2> /dev/null | wc -l) units, $(filed) documents"
