#!/bin/sh
# Prints the first Python that is new enough, or says in one sentence that there is none.
found=""
for name in python3 python3.14 python3.13 python3.12 python3.11 python; do
    path=$(command -v "$name") || continue
    version=$("$path" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) || continue
    case "$version" in
        2.* | 3.[0-9] | 3.10) found="$version" ;;
        *) echo "$path"; exit 0 ;;
    esac
done
echo "Kram needs Python 3.11 or newer, and this machine has ${found:-none}: install it first." >&2
exit 1
