#!/bin/sh
# Starts a command on one of the hosts of `hosts.rs`, as `ssh` would: enter.sh [OPTION]… ADDRESS COMMAND…
# `DAG_HOSTS` has an ADDRESS=PROCESS for each; the process is in the namespaces of the host.
while [ "${1#-}" != "$1" ]; do
    shift
done
address=$1
shift
for host in $DAG_HOSTS; do
    if [ "${host%%=*}" = "$address" ]; then
        exec nsenter --target "${host#*=}" --net --uts sh -c "$*"
    fi
done
echo "there is no host $address" >&2
exit 1
