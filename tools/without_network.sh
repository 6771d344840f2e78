#!/bin/sh
# Run a command without a network, and fail if anything tried to leave this computer (Linux):
#
#     tools/without_network.sh make test
#
# A network namespace has no way out. Here it gets one that leads nowhere, and every packet sent there is
# counted: of Python, browsers and npm alike, questions for the address of a name included.
set -eu
command -v ip >/dev/null || { echo "The program ip is missing. On Debian or Ubuntu: apt install iproute2"; exit 1; }
if [ "${WITHOUT_NETWORK:-}" = "" ]; then
  export WITHOUT_NETWORK=1
  if [ "$(id -u)" = 0 ]; then exec unshare --net --mount "$0" "$@"; fi
  exec unshare --net --mount --map-root-user "$0" "$@"
fi
ip link set lo up
if ip link add name deadend type veth peer name nowhere 2>/dev/null; then
  for end in deadend nowhere; do
    # Without IPv6 there, because Linux itself greets the routers of a new network.
    echo 1 2>/dev/null >"/proc/sys/net/ipv6/conf/$end/disable_ipv6" || ip link set "$end" addrgenmode none
    ip link set "$end" up
  done
  ip address add 192.0.2.1/24 dev deadend
  ip route add default via 192.0.2.254 dev deadend
  names=$(mktemp)  # seen in this namespace only
  printf 'nameserver 192.0.2.53\noptions timeout:1 attempts:1\n' >"$names"
  mount --bind "$names" /etc/resolv.conf || echo "Questions to a name server on this computer are not counted."
  rm "$names"
else
  echo "This system has no virtual network: nothing can leave, but nothing is counted either."
fi
status=0
"$@" || status=$?
packets=$(awk '$1 == "deadend:" { print $11 }' /proc/net/dev)
echo "packets that were sent to the network: ${packets:-not counted}"
[ "${packets:-0}" -eq 0 ] || exit 1
exit "$status"
