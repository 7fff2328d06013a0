#!/usr/bin/env bash
# Boots a systemd of its own on what this machine is made of, runs a script in it as root, and prints what that printed.
# Nothing is written to the machine itself, and all of it is gone with this process, however that ends.
#
# usage: boot.sh CHECKOUT FOLDER
# CHECKOUT is seen as /opt/autod, FOLDER as /opt/given; the script is FOLDER/inside.sh.
set -euo pipefail

if [ "${1:-}" != --apart ]; then
  exec unshare --mount --propagation private --pid --fork --kill-child=SIGKILL --mount-proc bash "$0" --apart "$@"
fi
checkout=$(realpath "$2")
given=$(realpath "$3")
modules=$(realpath "$checkout/node_modules")

# In memory, and in no other's sight.
room=/mnt
mount -t tmpfs -o mode=0755 tmpfs "$room"
mkdir "$room"/{upper,work,root}
mount -t overlay overlay -o "lowerdir=/,upperdir=$room/upper,workdir=$room/work" "$room/root"
root=$room/root

# Another machine, with nothing of what this one starts.
rm -f "$root/etc/machine-id"
od -An -N16 -tx1 /dev/urandom | tr -d ' \n' > "$root/etc/machine-id"
find "$root/etc/systemd/system" -maxdepth 2 -type l -path '*.wants/*' -delete
rm -rf "$root/etc/systemd/system/autod.service" "$root/etc/autod" "$root/var/lib/autod"
mkdir -p "$root/var/log/journal" "$root/opt/autod" "$root/opt/given"
# These take time, and are of no use to a machine for a minute.
for unit in systemd-networkd systemd-resolved systemd-timesyncd systemd-tmpfiles-setup systemd-logind console-getty getty@ dbus; do
  ln -sf /dev/null "$root/etc/systemd/system/$unit.service"
done

cat > "$root/etc/systemd/system/inside.service" << 'X'
[Unit]
After=basic.target
[Service]
Type=oneshot
ExecStart=/bin/bash -c 'bash /opt/given/inside.sh > /result 2>&1; systemctl --no-block --force poweroff'
TimeoutStartSec=100
X
mkdir -p "$root/etc/systemd/system/basic.target.wants"
ln -sf ../inside.service "$root/etc/systemd/system/basic.target.wants/inside.service"

binds=("--bind-ro=$checkout:/opt/autod" "--bind-ro=$given:/opt/given")
case $modules in "$checkout"/*) ;; *) binds+=("--bind-ro=$modules") ;; esac
timeout -k 5 110 systemd-nspawn --quiet --register=no --keep-unit --directory="$root" --machine=autod-test-$$ \
  --private-network --link-journal=no --console=pipe --tmpfs=/srv:mode=0755 "${binds[@]}" --boot systemd.unit=basic.target \
  < /dev/null > "$room/console" 2>&1 || true
cat "$root/result" 2> /dev/null || { tail -c 3000 "$room/console" && exit 1; }
